import { listOf, mappingOf, textOf, valueAt } from '../../manifest/field';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { autoscalerOf } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws312: Rule = {
  code: 'WS312',
  level: 'info',
  title: 'pods are added for connections, not for processor time alone',
  story: 'Ten thousand idle connections use no processor; the autoscaler removes the pods that hold them.',
  why: 'A quiet WebSocket costs memory and a descriptor. CPU says how much is being sent, not how many are connected.',
  fix: 'Scale on a metric of connections for each pod.',
  source:
    'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#scaling-on-custom-metrics',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const scaler = autoscalerOf(bundle, workload);
      const metrics = listOf(valueAt(scaler, ['spec', 'metrics'])).map(mappingOf);
      if (scaler === undefined || metrics.length === 0) continue;
      if (
        !metrics.every(
          ({ type, resource }) => type === 'Resource' && /^(cpu|memory)$/.test(textOf(mappingOf(resource).name) ?? ''),
        )
      )
        continue;
      yield {
        object: scaler,
        path: ['spec', 'metrics'],
        actual:
          metrics.length === 1 && textOf(mappingOf(metrics[0]?.resource).name) === 'cpu'
            ? 'processor time alone'
            : 'processor time and memory alone',
        expected: 'connections for each pod',
        fix: 'add a metric of type Pods such as ws_connections with an averageValue',
      };
    }
  },
};
