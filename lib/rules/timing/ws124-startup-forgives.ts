import { serverProbes } from '../../system/evidence';
import { carriedTiming } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws124: Rule = {
  code: 'WS124',
  level: 'warning',
  title: 'the startup probe waits for as long as the application needs to start',
  story:
    'The process is restarted while it is still starting, again and again. The rollout hangs, and the old pods carry everybody.',
  why: 'Until the startup probe succeeds nothing else is asked; when it gives up, the container is restarted.',
  fix: 'Give the startup probe period × failures of at least the start-up time.',
  source: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const probe of serverProbes(bundle)) {
      const startup = carriedTiming(probe.workload)?.startupSeconds;
      const waits = probe.periodSeconds * probe.failureThreshold;
      if (probe.name !== 'startupProbe' || startup === undefined || waits >= startup) continue;
      const path = [...probe.path, 'failureThreshold'];
      const value = Math.ceil(startup / probe.periodSeconds);
      yield {
        object: probe.workload,
        path,
        actual: `the startupProbe of ${probe.container.name} gives up after ${waits} s`,
        expected: `at least ${startup} s, the startup of the timing`,
        fix: `set failureThreshold to ${value}`,
        edits: [{ path, value }],
      };
    }
  },
};
