import { HEALTH_CHECK_KINDS } from '../../system/platforms/all';
import { healthChecksOf } from '../../system/settings';
import type { Rule } from '../rule';

export const ws219: Rule = {
  code: 'WS219',
  level: 'error',
  title: 'the balancer’s health check ends before the next begins',
  story: 'Google refuses the health check, and with it every other change on the same Ingress.',
  why: 'timeoutSec of a health check must not be longer than checkIntervalSec.',
  fix: 'Keep timeoutSec at or below checkIntervalSec.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/health-checks',
  kinds: HEALTH_CHECK_KINDS,
  *check(bundle) {
    for (const { object, schedule } of healthChecksOf(bundle)) {
      if (schedule === undefined) continue;
      const every = schedule.every.written ?? schedule.every.defaultSeconds;
      const { written, defaultSeconds, path } = schedule.timeout;
      if ((written ?? defaultSeconds) <= every) continue;
      const value = Math.max(1, Math.floor(every / 3));
      yield {
        object,
        path,
        actual: `${written ?? `not written, so ${defaultSeconds}`} s, every ${every} s`,
        expected: `at most ${every} s`,
        fix: `set ${String(path.at(-1))} to ${value}`,
        edits: [{ path, value }],
      };
    }
  },
};
