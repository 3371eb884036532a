import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { serverProbes } from '../../system/probe';
import type { Rule } from '../rule';

export const ws122: Rule = {
  code: 'WS122',
  level: 'warning',
  title: 'each probe ends before the next begins',
  story: 'One slow answer counts as several. A pod that stalled once is restarted, and everybody on it is thrown off.',
  why: 'Checks overlap when the timeout of a probe is not below its period.',
  fix: 'Keep timeoutSeconds below periodSeconds.',
  source: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const probe of serverProbes(bundle)) {
      if (probe.timeoutSeconds < probe.periodSeconds) continue;
      const path = [...probe.path, 'timeoutSeconds'];
      const value = Math.max(1, Math.floor(probe.periodSeconds / 2));
      yield {
        object: probe.workload,
        path,
        actual: `${probe.name} of ${probe.container.name} may take ${probe.timeoutSeconds} s and runs every ${probe.periodSeconds} s`,
        expected: `a timeout below ${probe.periodSeconds} s`,
        fix: `set timeoutSeconds to ${value}${probe.periodSeconds === 1 ? ' and periodSeconds to 2' : ''}`,
        ...(probe.periodSeconds > 1 ? { edits: [{ path, value }] } : {}),
      };
    }
  },
};
