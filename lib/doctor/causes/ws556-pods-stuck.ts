import type { Cause } from './cause';

export const ws556: Cause = {
  code: 'WS556',
  title: 'the pods do not start',
  story: 'After a change, or for want of nodes, pods are not there or start again and again.',
  why: 'The image cannot be pulled, the process ends at its start, its configuration is missing, or no node has room.',
  source: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/',
  shows: {
    'pods-stuck': 'must',
    'endpoints-missing': 'may',
    unavailable: 'may',
    'bad-gateway': 'may',
    restarted: 'may',
    'fails-sometimes': 'may',
    'pod-broken': 'may',
  },
  separates: [
    { from: 'WS516', by: 'pods-stuck' },
    { from: 'WS524', by: 'out-of-memory' },
  ],
  fix: ['Mend what the first container that does not start says: its image, its configuration, its first line of log.'],
  runbook: ['kubectl describe pod -l app=NAME', 'kubectl logs POD --previous'],
};
