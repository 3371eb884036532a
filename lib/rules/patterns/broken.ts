import { missing, reasonOf, sum } from '../../timing/describe';
import { INVARIANTS } from '../../timing/invariants';
import type { Timing } from '../../timing/timing';

/** How an invariant of the timing model is broken: what the first side needs, and the model's own sentence without its advice, since the rule has its own. */
export interface Broken {
  readonly neededSeconds: number;
  readonly sentence: string;
}

/** Does the invariant `code` hold? `undefined` when it does. */
export function brokenBy(code: string, timing: Timing): Broken | undefined {
  const invariant = INVARIANTS.find((one) => one.code === code);
  if (invariant === undefined) throw new Error(`there is no invariant ${code}`);
  const short = missing(invariant, timing);
  if (short <= 0) return undefined;
  return {
    neededSeconds: Math.ceil(sum(invariant.outlasting, timing) + short),
    sentence: reasonOf(invariant, timing),
  };
}
