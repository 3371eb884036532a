import { ws001 } from './judging/ws001-suppression-reason';
import { ws002 } from './judging/ws002-suppression-code';
import * as list from './list';
import type { Rule } from './rule';

const ABOUT_MANIFESTS: readonly Rule[] = Object.values(list).sort((a, b) => (a.code < b.code ? -1 : 1));

/** Every rule, in the order of the codes. */
export const RULES: readonly Rule[] = Object.freeze([
  ws001,
  ws002(new Set(ABOUT_MANIFESTS.map(({ code }) => code))),
  ...ABOUT_MANIFESTS,
]);

/** The rule with this code, in whatever case it is written. */
export function ruleOf(code: string): Rule | undefined {
  return RULES.find((rule) => rule.code === code.toUpperCase());
}
