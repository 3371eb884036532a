import type { View } from './view';

/** Longer than this and nothing that was seen meanwhile says anything. */
const BLIND_MS = 1500;

/** Behind for more of the time, a machine answers pings too late, and is closed for that by a server in which nothing is wrong. */
const MOST_BEHIND = 0.4;

/** How this machine watched: `slept` and `busy` in milliseconds of the longest gap, `behind` as a share of the time. */
export type Watch =
  | { readonly state: 'awake' | 'slept' | 'busy'; readonly longestMs: number }
  | { readonly state: 'behind'; readonly share: number };

/** Whether this machine was there to see what it saw. */
export function watchOf(view: View): Watch {
  const slept = sleptMs(view);
  if (slept > BLIND_MS) return { state: 'slept', longestMs: slept };
  const longestMs = Math.max(0, ...view.of('self').map(({ answer }) => answer.longestMs));
  if (longestMs > BLIND_MS) return { state: 'busy', longestMs };
  const share = behind(view);
  return share > MOST_BEHIND ? { state: 'behind', share } : { state: 'awake', longestMs };
}

/** Why what was seen says nothing; `undefined` where this machine was awake. */
export function blind(view: View): string | undefined {
  const { state } = watchOf(view);
  if (state === 'awake') return undefined;
  return state === 'slept' ? 'this machine slept meanwhile' : 'this machine was too busy to watch';
}

/** For which share of the time that it watched this machine was behind. */
const behind = (view: View): number =>
  Math.max(
    0,
    ...view
      .of('self')
      .map(({ took, answer }) => answer.pauses.reduce((sum, [, late]) => sum + late, 0) / Math.max(1, took)),
  );

const pausesOf = (view: View) => view.of('self').flatMap(({ answer }) => answer.pauses);

/** The longest time in which this process neither ran nor waited for a processor, though it was due. */
const sleptMs = (view: View): number => Math.max(0, ...pausesOf(view).map(([, late, awake = 0]) => late - awake));

/** For how long of a time this machine itself did nothing: what came then may have come long before. */
export const heldUp = (view: View, from: number, to: number): number =>
  pausesOf(view).reduce((sum, [at, late]) => {
    const [start, end] = [at / 1000, (at + late) / 1000 + 0.1];
    return sum + Math.max(0, Math.min(to, end) - Math.max(from, start));
  }, 0);
