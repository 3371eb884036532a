import { valueAt, wordsOf } from '../../manifest/field';
import { selected } from '../../system/disruption';
import { WORKLOAD_KINDS } from '../../system/pod';
import { leastPods } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws309: Rule = {
  code: 'WS309',
  level: 'error',
  title: 'a disruption budget lets one pod go at least',
  story: 'Nodes cannot be drained. Upgrades wait for an hour and then remove the pods by force, without a drain.',
  why: 'A budget that allows no disruption at all refuses every eviction; GKE respects that for one hour.',
  fix: 'Use maxUnavailable: 1.',
  source: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  kinds: [...WORKLOAD_KINDS, 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'ScaledObject'],
  *check(bundle) {
    for (const budget of bundle.ofKind('PodDisruptionBudget')) {
      const pods = Math.max(0, ...selected(bundle, budget, 'selector').map((one) => leastPods(bundle, one)));
      if (pods === 0) continue;
      const most = valueAt(budget, ['spec', 'maxUnavailable']);
      const least = valueAt(budget, ['spec', 'minAvailable']);
      const share = /^(\d+)%$/.exec(wordsOf(least))?.[1];
      const kept = share === undefined ? Number(least ?? 0) : Math.ceil((pods * Number(share)) / 100);
      const none = most === 0 || most === '0' || most === '0%';
      // A placeholder is no number, and says nothing yet.
      if (!none && !(kept >= pods)) continue;
      const path = ['spec', none ? 'maxUnavailable' : 'minAvailable'];
      yield {
        object: budget,
        path,
        actual: none ? `maxUnavailable ${wordsOf(most)}` : `minAvailable ${wordsOf(least)} of ${pods} pods`,
        expected: 'one pod that may go',
        fix: pods === 1 ? 'remove the budget: with one pod it can only block' : 'use maxUnavailable: 1',
        ...(most === undefined ? {} : { suggestions: [{ path, value: 1 }] }),
      };
    }
  },
};
