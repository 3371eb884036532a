import { listOf, mappingOf, numberOf, valueAt, wordsOf } from '../../manifest/field';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { autoscalerOf } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws311: Rule = {
  code: 'WS311',
  level: 'warning',
  title: 'an autoscaler takes pods away slowly',
  story: 'Load drops for five minutes in the evening, half of the pods go at once, and half of the users reconnect.',
  why: 'Removing a pod moves all its connections. By default an autoscaler may remove all that are too many at the same time.',
  fix: 'Limit behavior.scaleDown to one pod at a time.',
  source:
    'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#configurable-scaling-behavior',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const scaler = autoscalerOf(bundle, workload);
      if (scaler === undefined) continue;
      const down = valueAt(scaler, ['spec', 'behavior', 'scaleDown']);
      const policies = listOf(valueAt(down, ['policies'])).map(mappingOf);
      const all = policies.find(({ type, value }) => type === 'Percent' && (numberOf(value) ?? 0) >= 100);
      // Of several policies the one that takes away most counts, unless it is said otherwise.
      const unlimited = all !== undefined && (policies.length === 1 || valueAt(down, ['selectPolicy']) !== 'Min');
      if ((policies.length > 0 && !unlimited) || valueAt(down, ['selectPolicy']) === 'Disabled') continue;
      const window = numberOf(valueAt(down, ['stabilizationWindowSeconds']));
      yield {
        object: scaler,
        path: ['spec', 'behavior', 'scaleDown', 'policies'],
        actual: unlimited
          ? `${wordsOf(all?.value)} per cent at once`
          : window === undefined
            ? 'not written, so all at once after 300 s'
            : `a window of ${window} s, then all at once`,
        expected: 'a policy of one pod at a time',
        fix: 'write behavior.scaleDown.policies: [{type: Pods, value: 1, periodSeconds: 180}] and stabilizationWindowSeconds: 600',
      };
    }
  },
};
