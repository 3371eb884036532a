import type { Cause } from './cause';

export const ws540: Cause = {
  code: 'WS540',
  title: 'pods are moved or removed',
  story: 'At some hours a share of the clients drops out and comes back.',
  why: 'The autoscaler scales down, a node is drained or reclaimed.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/',
  shows: {
    'some-end-together': 'must',
    'all-end-together': 'may',
    'service-gap': 'may',
    'answers-stall': 'may',
    'fails-sometimes': 'may',
    'follow-ups-lost': 'may',
    'follow-ups-fail': 'may',
    'new-refused-later': 'may',
    'websocket-fails-sometimes': 'may',
    'upgrade-fails': 'may',
    'pod-moved': 'must',
  },
  separates: [{ from: 'WS524', by: 'pod-moved' }],
  fix: ['Scale down slowly, drain long enough, and protect the pods with a PodDisruptionBudget.'],
  runbook: ['kubectl get events | grep -i -E "Evict|ScaleDown|SuccessfulRescale|Preempt"'],
};
