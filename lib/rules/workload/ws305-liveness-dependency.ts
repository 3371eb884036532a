import { serverProbes } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

const DEPENDENCY =
  /(^|[/\-_.])(database|db|redis|postgres(ql)?|mysql|mongo(db)?|kafka|rabbitmq|deep|dependencies)([/\-_.?]|$)/i;

export const ws305: Rule = {
  code: 'WS305',
  level: 'error',
  title: 'liveness asks the process and nothing else',
  story:
    'The database is away for half a minute. Every pod is restarted, every connection is dropped, and all clients come back at the same time as the database.',
  why: 'A failed liveness probe restarts the container; what a restart cannot mend belongs into readiness.',
  fix: 'Ask dependencies in the readiness probe, and the process alone in the liveness probe.',
  source: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const probe of serverProbes(bundle)) {
      if (probe.name !== 'livenessProbe' || probe.httpPath === undefined || !DEPENDENCY.test(probe.httpPath)) continue;
      yield {
        object: probe.workload,
        path: [...probe.path, 'httpGet', 'path'],
        actual: `"${probe.httpPath}", which looks like a dependency`,
        expected: 'a path that answers from the process itself',
        fix: `ask "/health" here, and "${probe.httpPath}" in the readinessProbe`,
      };
    }
  },
};
