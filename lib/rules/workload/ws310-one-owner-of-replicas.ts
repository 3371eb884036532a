import { valueAt, wordsOf } from '../../manifest/field';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { autoscalersOf } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws310: Rule = {
  code: 'WS310',
  level: 'warning',
  title: 'one thing decides how many pods there are',
  story:
    'Every deployment sets the number of pods back, and the connections of those that were too many are dropped; then the autoscaler adds them again.',
  why: 'spec.replicas is applied each time; next to an autoscaler it undoes what that decided. Two autoscalers undo each other.',
  fix: 'Leave replicas out where there is an autoscaler, and have one autoscaler.',
  source:
    'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const scalers = autoscalersOf(bundle, workload);
      const [first, second] = scalers;
      if (first === undefined) continue;
      if (second !== undefined) {
        yield {
          object: second,
          path: ['spec', 'scaleTargetRef'],
          actual: `${scalers.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(' and ')} scale the same ${workload.kind}`,
          expected: 'one autoscaler',
          fix: 'remove one of them; KEDA makes its own HorizontalPodAutoscaler',
        };
      }
      const replicas = valueAt(workload, ['spec', 'replicas']);
      if (replicas === undefined) continue;
      yield {
        object: workload,
        path: ['spec', 'replicas'],
        actual: `${wordsOf(replicas)} next to ${first.kind} ${first.metadata.name}`,
        expected: 'no replicas',
        fix: 'remove replicas',
        suggestions: [{ path: ['spec', 'replicas'] }],
      };
    }
  },
};
