import { serverProbes } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { clientIn, namesDependency } from '../patterns/dependency';
import type { Rule } from '../rule';

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
      if (probe.name !== 'livenessProbe') continue;
      const client = clientIn(probe.command);
      if (client !== undefined)
        yield {
          object: probe.workload,
          path: [...probe.path, 'exec', 'command'],
          actual: `${client}, which asks somebody else`,
          expected: 'a command that looks at the process itself',
          fix: 'ask "/health" of the process here, and the dependency in the readinessProbe',
        };
      if (probe.httpPath === undefined || !namesDependency(probe.httpPath)) continue;
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
