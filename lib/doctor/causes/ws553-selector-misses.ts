import { valueAt } from '../../manifest/field';
import { ofService } from '../fix/mending';
import type { Cause } from './cause';

export const ws553: Cause = {
  code: 'WS553',
  title: 'the Service selects none of its pods',
  story: 'Every request is answered 503 by the balancer, while all pods are ready.',
  why: 'A label of the pods or the selector of the Service was changed without the other, so the Service has no endpoints.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service',
  shows: { unavailable: 'must', 'endpoints-missing': 'must', 'selector-misses': 'must', 'bad-gateway': 'may' },
  separates: [{ from: 'WS516', by: 'selector-misses' }],
  fix: ['Make the selector of the Service and the labels of the pods the same again.'],
  runbook: ['kubectl get svc NAME -o jsonpath={.spec.selector}', 'kubectl get pod -l app=NAME --show-labels'],
  mend: ({ live }) => {
    const { service, workload, selected } = live;
    if (workload === undefined || selected) return undefined;
    const path = ['spec', 'selector'];
    const to = valueAt(workload, ['spec', 'selector', 'matchLabels']);
    const why = `the pods of ${workload.kind} ${workload.metadata.name} carry these labels`;
    return ofService(live, { path, from: valueAt(service, path), to }, why, ['selector-misses', 'endpoints-missing']);
  },
};
