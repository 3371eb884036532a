import { numberOf, valueAt, wordsOf } from '../../manifest/field';
import { exclusiveClaims, maxUnavailableOf, strategyOf } from '../../system/claims';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { autoscalersOf, leastPods } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws307: Rule = {
  code: 'WS307',
  level: 'warning',
  title: 'a rollout starts the new pod before it takes an old one away',
  story:
    'During a deployment the pods that are left take all the clients of those that are gone, at the moment when these come back all at once.',
  why: 'maxUnavailable lets a Deployment stop pods before their successors are ready; the default is a quarter of them.',
  fix: 'Set maxUnavailable to 0 and maxSurge to 1.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'PersistentVolumeClaim', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      if (workload.kind !== 'Deployment' || strategyOf(workload) !== 'RollingUpdate') continue;
      // Of several autoscalers and replicas, what is kept at the least; one pod has no capacity to keep, and a disk goes from hand to hand.
      const kept = leastPods(bundle, workload);
      const most = Math.max(
        kept,
        ...autoscalersOf(bundle, workload).map(
          (one) =>
            numberOf(valueAt(one, ['spec', one.kind === 'ScaledObject' ? 'maxReplicaCount' : 'maxReplicas'])) ?? 0,
        ),
      );
      const half = Number(/^(\d+)%$/.exec(wordsOf(maxUnavailableOf(workload, most).written))?.[1] ?? 0) >= 50;
      // Half of few may be none, and of all that an autoscaler makes of them it is half.
      const least = half ? most : kept;
      const { written, pods } = maxUnavailableOf(workload, least);
      if (pods === 0 || least < 2 || exclusiveClaims(bundle, workload).length > 0) continue;
      yield {
        object: workload,
        path: ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'],
        actual: `${written === undefined ? 'not written, so 25%' : wordsOf(written)}: ${pods} of ${least} pods at once`,
        expected: '0',
        fix: 'set maxUnavailable to 0 and maxSurge to 1',
        suggestions: [
          { path: ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'], value: 0 },
          { path: ['spec', 'strategy', 'rollingUpdate', 'maxSurge'], value: 1 },
        ],
      };
    }
  },
};
