import { InvalidInputError, shown } from '../input/problems';
import { RULES, ruleOf } from '../rules/all';
import type { Format } from '../rules/report/formats';
import { RETIRED } from '../rules/retired';

/** The hundred of the doctor's causes: reports and runbooks name them beside rules. */
const CAUSE = /^WS5\d\d$/i;

/** The story of one rule, for people. */
export function explain(code: string): string {
  const rule = ruleOf(code);
  if (rule === undefined) {
    const retired = RETIRED.find((one) => one.code === code.toUpperCase());
    if (retired !== undefined) throw new InvalidInputError([`${retired.code} is retired: ${retired.because}`]);
    throw new InvalidInputError([
      CAUSE.test(code)
        ? `${shown(code)} is no rule but a cause that is found in a live deployment; holdfast doctor --explain ${code.toUpperCase()} tells it`
        : `${shown(code)} is no rule; holdfast check --list shows all`,
    ]);
  }
  return [
    `${rule.code} (${rule.level}): ${rule.title}`,
    '',
    `  ${rule.story}`,
    '',
    `  Why   ${rule.why}`,
    `  Fix   ${rule.fix}`,
    `  Read  ${rule.source}`,
    `  Off   annotation holdfast/ignore-${rule.code}: <reason>, or --suppress ${rule.code}=Kind/name`,
    '',
  ].join('\n');
}

/** All rules, one on a line; with the format json, as data. */
export function list(format: Format): string {
  if (format === 'json') {
    return `${JSON.stringify(
      RULES.map(({ check: _check, ...rule }) => rule),
      null,
      2,
    )}\n`;
  }
  return `${RULES.map(({ code, level, title }) => `${code} ${level.padEnd(7)} ${title}`).join('\n')}\n`;
}
