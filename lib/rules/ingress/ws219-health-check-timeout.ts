import { numberOf, valueAt } from '../../manifest/field';
import type { Rule } from '../rule';

/** Defaults of each platform. @see https://docs.cloud.google.com/load-balancing/docs/health-checks */
const FIELDS = [
  {
    kind: 'BackendConfig',
    block: ['spec', 'healthCheck'],
    interval: 'checkIntervalSec',
    timeout: 'timeoutSec',
    defaults: [15, 15],
  },
  {
    kind: 'HealthCheckPolicy',
    block: ['spec', 'default'],
    interval: 'checkIntervalSec',
    timeout: 'timeoutSec',
    defaults: [5, 5],
  },
] as const;

export const ws219: Rule = {
  code: 'WS219',
  level: 'error',
  title: 'the balancer’s health check ends before the next begins',
  story: 'Google refuses the health check, and with it every other change on the same Ingress.',
  why: 'timeoutSec of a health check must not be longer than checkIntervalSec.',
  fix: 'Keep timeoutSec at or below checkIntervalSec.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/health-checks',
  *check(bundle) {
    for (const { kind, block, interval, timeout, defaults } of FIELDS) {
      for (const config of bundle.ofKind(kind)) {
        const checks = numberOf(valueAt(config, [...block, interval]));
        const waits = numberOf(valueAt(config, [...block, timeout]));
        if (checks === undefined && waits === undefined) continue;
        const every = checks ?? defaults[0];
        if ((waits ?? defaults[1]) <= every) continue;
        const path = [...block, timeout];
        const value = Math.max(1, Math.floor(every / 3));
        yield {
          object: config,
          path,
          actual: `${waits ?? `not written, so ${defaults[1]}`} s, every ${every} s`,
          expected: `at most ${every} s`,
          fix: `set ${timeout} to ${value}`,
          edits: [{ path, value }],
        };
      }
    }
  },
};
