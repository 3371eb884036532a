import { brokenInvariants, describe } from './describe';
import type { Timing } from './durations';

/** Timings that satisfy every invariant and cannot change any more: judging them again would find the same. */
const GOOD = new WeakSet<object>();

/** Was this very object judged before, and found good? */
export function isJudged(timing: object): boolean {
  return GOOD.has(timing);
}

/** What a timing breaks, one sentence each. A frozen one that breaks nothing is remembered. */
export function judge(timing: Timing): readonly string[] {
  const broken = brokenInvariants(timing).map((invariant) => describe(invariant, timing));
  if (broken.length === 0 && isDeeplyFrozen(timing)) GOOD.add(timing);
  return broken;
}

function isDeeplyFrozen(value: object): boolean {
  return (
    Object.isFrozen(value) &&
    Object.values(value).every((part) => typeof part !== 'object' || part === null || isDeeplyFrozen(part))
  );
}
