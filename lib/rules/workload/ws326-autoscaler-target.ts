import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { scaledBy, strayScalersOf } from '../../system/stray-scalers';
import type { Rule } from '../rule';

export const ws326: Rule = {
  code: 'WS326',
  level: 'warning',
  title: 'an autoscaler scales a workload that exists',
  story:
    'On a busy day no pod is added: clients are refused, while the autoscaler is there and says that it cannot get the scale.',
  why: 'It finds its workload by kind and name, in its own namespace. Nothing checks them when it is applied; only its status says FailedGetScale.',
  fix: 'Write the kind and name of the workload into scaleTargetRef.',
  source:
    'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#how-does-a-horizontalpodautoscaler-work',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      for (const scaler of strayScalersOf(bundle, workload)) {
        const { kind, name } = scaledBy(scaler);
        const field = kind === workload.kind ? 'name' : 'kind';
        const value = field === 'name' ? workload.metadata.name : workload.kind;
        const path = ['spec', 'scaleTargetRef', field];
        yield {
          object: scaler,
          path,
          actual: `${kind} ${name}, which is not in what was read; ${workload.kind} ${workload.metadata.name} is, and nothing scales it`,
          expected: 'a workload that exists',
          fix: `write ${field}: ${value}`,
          suggestions: [{ path, value }],
        };
      }
    }
  },
};
