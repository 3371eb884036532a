import type { Cause } from './cause';
import * as list from './list';

/** Every cause, by code. */
export const CAUSES: readonly Cause[] = Object.values<Cause>(list).sort((a, b) => (a.code < b.code ? -1 : 1));

/** The cause with this code, whatever its case. */
export function causeOf(code: string): Cause | undefined {
  return CAUSES.find((cause) => cause.code === code.toUpperCase());
}
