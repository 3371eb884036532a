import type { Cause } from './cause';
import { POD_DROPS } from './pod-drops';

export const ws540: Cause = {
  code: 'WS540',
  title: 'pods are moved or removed',
  story: 'At some hours a share of the clients drops out and comes back.',
  why: 'The autoscaler scales down, a node is drained or reclaimed.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/',
  shows: {
    ...POD_DROPS,
    'pod-moved': 'must',
  },
  separates: [{ from: 'WS524', by: 'pod-moved' }],
  fix: ['Scale down slowly, drain long enough, and protect the pods with a PodDisruptionBudget.'],
  runbook: ['kubectl get events | grep -i -E "Evict|ScaleDown|SuccessfulRescale|Preempt"'],
};
