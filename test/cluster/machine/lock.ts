import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { FOLDER } from './folder';
import { recall, sleep, startOf } from './processes';

/** Beside the folder, which comes and goes. */
export const LOCK = `${FOLDER}.lock`;

/**
 * Waits until nobody else starts, ends or uses the cluster, and keeps it until `release` is called or this process ends.
 *
 * @param waiting hears once for whom it waits
 */
export async function lockCluster(waiting: (holder: string) => void): Promise<{ release(): void }> {
  for (let said = false; ; await sleep(500)) {
    const holder = take(LOCK);
    if (holder === process.pid) break;
    if (holder !== undefined && !said) {
      waiting(
        `process ${holder} (${(JSON.parse(readFileSync(LOCK, 'utf8')) as { what?: string }).what}) uses the cluster; waiting for it`,
      );
      said = true;
    }
  }
  const release = () => {
    if (recall(LOCK) === process.pid) rmSync(LOCK, { force: true });
  };
  process.once('exit', release);
  return { release };
}

/** Does something that no other suite may do at the same time; waits for its turn without letting anything else of this process go on. */
export function alone<T>(what: string, action: () => T): T {
  const file = `${LOCK}.${what}`;
  while (take(file) !== process.pid) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  try {
    return action();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Takes a lock if nobody holds it, and says who holds it then; `undefined` where somebody did who is gone. */
function take(file: string): number | undefined {
  const own = `${file}.${process.pid}`;
  const holding = { pid: process.pid, started: startOf(process.pid), what: process.argv.slice(1).join(' ') };
  writeFileSync(own, JSON.stringify(holding));
  try {
    // There at once with all that it says: half of it would look like one whose holder is gone.
    linkSync(own, file);
    return process.pid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  const holder = recall(file);
  if (holder === undefined) takeAway(file, own);
  return holder;
}

/** Removes a lock whose holder is gone: that very one, and not the next, which somebody may have taken since it was looked at. */
function takeAway(file: string, own: string): void {
  try {
    renameSync(file, own);
    if (recall(own) !== undefined) linkSync(own, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(own, { force: true });
  }
}
