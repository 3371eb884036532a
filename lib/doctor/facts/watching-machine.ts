import type { View } from './view';

/** Longer than this and nothing that was seen meanwhile says anything. */
export const BLIND_MS = 1500;

/** This machine slept while it watched, or had no time to: what it saw then says nothing. */
export const blind = (view: View): string | undefined =>
  sleptMs(view) > BLIND_MS
    ? 'this machine slept meanwhile'
    : view.of('self').some(({ answer }) => answer.longestMs > BLIND_MS) || behind(view) > MOST_BEHIND
      ? 'this machine was too busy to watch'
      : undefined;

/** Behind for more of the time, a machine answers pings too late, and is closed for that by a server in which nothing is wrong. */
export const MOST_BEHIND = 0.4;

/** For which share of the time that it watched this machine was behind. */
export const behind = (view: View): number =>
  Math.max(
    0,
    ...view
      .of('self')
      .map(({ took, answer }) => answer.pauses.reduce((sum, [, late]) => sum + late, 0) / Math.max(1, took)),
  );

const pausesOf = (view: View) => view.of('self').flatMap(({ answer }) => answer.pauses);

/** The longest time in which this process neither ran nor waited for a processor, though it was due. */
export const sleptMs = (view: View): number =>
  Math.max(0, ...pausesOf(view).map(([, late, awake = 0]) => late - awake));

/** For how long of a time this machine itself did nothing: what came then may have come long before. */
export const heldUp = (view: View, from: number, to: number): number =>
  pausesOf(view).reduce((sum, [at, late]) => {
    const [start, end] = [at / 1000, (at + late) / 1000 + 0.1];
    return sum + Math.max(0, Math.min(to, end) - Math.max(from, start));
  }, 0);
