import type { Timing } from './durations';
import { INVARIANTS, type Invariant } from './invariants';
import type { Quantity } from './quantities';

/** Does `invariant` hold for `timing`? */
export function holds(invariant: Invariant, timing: Timing): boolean {
  return missing(invariant, timing) <= 0;
}

/** The invariants that do not hold, in their order. */
export function brokenInvariants(timing: Timing): readonly Invariant[] {
  return INVARIANTS.filter((invariant) => !holds(invariant, timing));
}

/** A broken invariant as one sentence: what must be true, the values, and each smallest change that alone repairs it. */
export function describe(invariant: Invariant, timing: Timing): string {
  const short = missing(invariant, timing);
  const changes = [
    ...settable(invariant.outlasting).map((q) => `${q.name} to at least ${q.secondsIn(timing) + short} s`),
    ...settable(invariant.outlasted)
      .filter((q) => q.secondsIn(timing) - short >= (q.settableFrom ?? 0))
      .map((q) => `${q.name} to at most ${q.secondsIn(timing) - short} s`),
  ];
  return tell(invariant, timing, changes.length > 0 ? `; set ${changes.join(', or ')}` : '');
}

/** How an invariant is broken, without advice: for whoever has a better one than to change the timing. */
export function reasonOf(invariant: Invariant, timing: Timing): string {
  return tell(invariant, timing, '');
}

function tell(invariant: Invariant, timing: Timing, advice: string): string {
  const gap = invariant.bySeconds > 0 ? ` + ${invariant.bySeconds} s` : '';
  const outlasting = terms(invariant.outlasting, timing);
  const outlasted = terms(invariant.outlasted, timing);
  return `${invariant.sentence}: ${outlasting} is less than ${outlasted}${gap}${advice} (otherwise ${invariant.otherwise})`;
}

/** By how many seconds the first side of an invariant is too short; 0 and less where it holds. */
export function missing(invariant: Invariant, timing: Timing): number {
  return sum(invariant.outlasted, timing) + invariant.bySeconds - sum(invariant.outlasting, timing);
}

/** What the durations of one side come to. */
export function sum(quantities: readonly Quantity[], timing: Timing): number {
  return quantities.reduce((total, quantity) => total + quantity.secondsIn(timing), 0);
}

function terms(quantities: readonly Quantity[], timing: Timing): string {
  return quantities.map((quantity) => `${quantity.name} ${quantity.secondsIn(timing)} s`).join(' + ');
}

function settable(quantities: readonly Quantity[]): readonly Quantity[] {
  return quantities.filter((quantity) => quantity.settableFrom !== undefined);
}
