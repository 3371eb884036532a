/** Follows lists of the API server that `address` names: `node watch-process.ts ADDRESS`. Whoever started it says which, and hears of every change. */
import { followList } from './lists';

const [address = ''] = process.argv.slice(2);
const ends = new Map<number, () => void>();

process.on('message', ({ id, path }: { id: number; path?: string }) => {
  if (path === undefined) ends.get(id)?.();
  else
    ends.set(
      id,
      followList(address, path, (change) => process.send?.({ id, ...change })),
    );
});
// Whoever started this is gone.
process.on('disconnect', () => process.exit());
