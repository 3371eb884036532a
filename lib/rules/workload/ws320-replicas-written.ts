import { valueAt } from '../../manifest/field';
import { entrancesTo } from '../../system/entrances';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { autoscalersOf } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws320: Rule = {
  code: 'WS320',
  level: 'warning',
  title: 'how many pods there are is chosen',
  story: 'One pod serves everybody. When its node goes, everybody goes.',
  why: 'replicas is one unless it is written, and no autoscaler writes it here.',
  fix: 'Write replicas; two or more for what must not stop.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#replicas',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      if (workload.kind === 'DaemonSet' || valueAt(workload, ['spec', 'replicas']) !== undefined) continue;
      if (entrancesTo(bundle, workload).length === 0 || autoscalersOf(bundle, workload).length > 0) continue;
      yield {
        object: workload,
        path: ['spec', 'replicas'],
        actual: 'not written, so 1, and no autoscaler',
        expected: 'a number that somebody chose',
        fix: 'write replicas: 2 or more, or replicas: 1 where one is meant',
      };
    }
  },
};
