import { budgetsOf } from '../../system/disruption';
import { entrancesTo } from '../../system/entrances';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { leastPods } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws308: Rule = {
  code: 'WS308',
  level: 'warning',
  title: 'several pods have a disruption budget',
  story:
    'A node upgrade evicts all pods at once. Everybody is disconnected in the same second, and there is nowhere to go.',
  why: 'Evictions go by the budget alone; without one, as many pods as happen to be on the drained nodes go together.',
  fix: 'Add a PodDisruptionBudget with maxUnavailable: 1.',
  source: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      if (
        leastPods(bundle, workload) < 2 ||
        entrancesTo(bundle, workload).length === 0 ||
        budgetsOf(bundle, workload).length > 0
      )
        continue;
      yield {
        object: workload,
        path: ['spec', 'replicas'],
        actual: `${leastPods(bundle, workload)} pods and no PodDisruptionBudget that selects them`,
        expected: 'a PodDisruptionBudget with maxUnavailable: 1',
        fix: 'add a PodDisruptionBudget with the labels of these pods and maxUnavailable: 1',
      };
    }
  },
};
