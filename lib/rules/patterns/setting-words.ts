import type { Setting } from '../../system/settings';
import type { Knob } from '../../timing/limits';

/** What stands in a setting, in words. */
export function settingWords({ seconds, limits }: Setting, knob: Knob | undefined): string {
  if (seconds !== undefined) return `${seconds} s`;
  return knob?.defaultSeconds === undefined
    ? `not written on the ${limits.title}`
    : `not written, so ${knob.defaultSeconds} s`;
}
