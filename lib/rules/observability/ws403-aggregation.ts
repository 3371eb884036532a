import { expressionsOf, RULE_KINDS } from '../../system/expressions';
import type { Rule } from '../rule';

/** `rate(x[5m]) by (reason)`: functions take no grouping. */
const UNGROUPED =
  /\b(rate|irate|increase|delta|deriv|changes|resets|histogram_quantile)\s*\(((?:[^()]|\([^()]*\))*)\)\s*(by|without)\s*(\([^)]*\))/;

export const ws403: Rule = {
  code: 'WS403',
  level: 'error',
  title: 'grouping belongs to an aggregation',
  story:
    'The rule is refused when it is loaded, and with it every other rule of its group. The alert that would have told about the outage is one of them.',
  why: 'by and without follow sum, avg, max and the like; rate(x[5m]) by (reason) is a syntax error.',
  fix: 'Write sum by (reason) (rate(x[5m])).',
  source: 'https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators',
  kinds: RULE_KINDS,
  *check(bundle) {
    for (const { object, path, text } of expressionsOf(bundle)) {
      const match = UNGROUPED.exec(text);
      if (match === null) continue;
      const [whole, name, inner, word, labels] = match;
      const right = `sum ${word} ${labels} (${name}(${inner}))`;
      yield {
        object,
        path,
        actual: whole,
        expected: 'an aggregation around it',
        fix: `write ${right}`,
        edits: [{ path, value: text.replace(whole, right) }],
      };
    }
  },
};
