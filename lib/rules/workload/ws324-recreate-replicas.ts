import { exclusiveClaims, strategyOf } from '../../system/claims';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { leastPods } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws324: Rule = {
  code: 'WS324',
  level: 'warning',
  title: 'several pods are not replaced all at once',
  story: 'Every deployment disconnects everybody, and for as long as the new pods start there is nowhere to go.',
  why: 'Recreate stops every pod before it starts the first new one. Several pods are mostly there to avoid just that.',
  fix: 'Use RollingUpdate with maxUnavailable 0 and maxSurge 1.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'PersistentVolumeClaim', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      if (workload.kind !== 'Deployment' || strategyOf(workload) !== 'Recreate') continue;
      const pods = leastPods(bundle, workload);
      // A disk goes from hand to hand.
      if (pods < 2 || exclusiveClaims(bundle, workload).length > 0) continue;
      const path = ['spec', 'strategy', 'type'];
      yield {
        object: workload,
        path,
        actual: `Recreate with ${pods} pods`,
        expected: 'RollingUpdate',
        fix: 'write strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}',
        suggestions: [{ path, value: 'RollingUpdate' }],
      };
    }
  },
};
