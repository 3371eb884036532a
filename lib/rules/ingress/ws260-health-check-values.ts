import { type FieldPath, numberOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import { HEALTH_CHECK_KINDS } from '../../system/platforms/all';
import { healthChecksOf } from '../../system/settings';
import type { Rule } from '../rule';

/** Numbers that Google's API takes of a health check. @see https://docs.cloud.google.com/compute/docs/reference/rest/v1/healthChecks */
const NUMBERS = [
  ['checkIntervalSec', 1, 300],
  ['timeoutSec', 1, 300],
  ['healthyThreshold', 1, 10],
  ['unhealthyThreshold', 1, 10],
] as const;
const BLOCKS: Readonly<Record<string, FieldPath>> = {
  BackendConfig: ['spec', 'healthCheck'],
  HealthCheckPolicy: ['spec', 'default'],
};

export const ws260: Rule = {
  code: 'WS260',
  level: 'error',
  title: 'the balancer’s health check has values that the platform takes',
  story:
    'The cloud refuses the health check, and with it every other change. The old one goes on deciding who is healthy.',
  why: 'Google takes an interval of 1 to 300 seconds and thresholds of 1 to 10; a path begins with a slash everywhere. The controller passes on what is written, and only the API of the cloud says no.',
  fix: 'Stay within the limits, and begin the path with a slash.',
  source: 'https://docs.cloud.google.com/compute/docs/reference/rest/v1/healthChecks',
  kinds: HEALTH_CHECK_KINDS,
  *check(bundle) {
    for (const { object, asks } of healthChecksOf(bundle)) {
      for (const { path, text } of asks) {
        if (text.startsWith('/')) continue;
        const value = `/${text}`;
        yield {
          object,
          path,
          actual: `"${text}"`,
          expected: 'a path that begins with a slash',
          fix: `write "${value}"`,
          edits: [{ path, value }],
        };
      }
      const block = BLOCKS[object.kind];
      for (const [field, least, most] of block === undefined ? [] : NUMBERS) {
        const path = [...(block as FieldPath), field];
        const written = valueAt(object, path);
        const value = numberOf(written);
        // What is written as text is refused in any case.
        if (
          written === undefined ||
          textOf(written) !== undefined ||
          (value !== undefined && value >= least && value <= most)
        )
          continue;
        const nearest = Math.min(Math.max(value ?? least, least), most);
        yield {
          object,
          path,
          actual: wordsOf(written),
          expected: `${least} to ${most}`,
          fix: `set ${field} to ${nearest}`,
        };
      }
    }
  },
};
