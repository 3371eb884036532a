import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { probesOf } from '../../system/probe';
import { leastPods } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws123: Rule = {
  code: 'WS123',
  level: 'warning',
  title: 'a pod is taken out of rotation before it is restarted',
  story:
    'A short stall restarts the process and drops every connection on it. Out of rotation it would have recovered by itself.',
  why: 'Readiness gives up after its period × failures, liveness after its own; when liveness is first, nobody gets the chance to go elsewhere.',
  fix: 'Let liveness take as long as readiness to give up, or longer.',
  source: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      // A single pod has no rotation to be taken out of.
      if (leastPods(bundle, workload) < 2) continue;
      const probes = probesOf(workload);
      for (const liveness of probes.filter(({ name }) => name === 'livenessProbe')) {
        const readiness = probes.find(
          ({ name, container }) => name === 'readinessProbe' && container.name === liveness.container.name,
        );
        if (readiness === undefined) continue;
        const dead = liveness.periodSeconds * liveness.failureThreshold;
        const unready = readiness.periodSeconds * readiness.failureThreshold;
        // At the same time is the kubelet's own default, and readiness is asked as often.
        if (dead >= unready) continue;
        const threshold = Math.ceil(unready / liveness.periodSeconds);
        yield {
          object: workload,
          path: [...liveness.path, 'failureThreshold'],
          actual: `${liveness.container.name} is restarted after ${dead} s and unready after ${unready} s`,
          expected: `restarted after ${unready} s or more`,
          fix: `set failureThreshold of its livenessProbe to ${threshold}`,
          suggestions: [{ path: [...liveness.path, 'failureThreshold'], value: threshold }],
        };
      }
    }
  },
};
