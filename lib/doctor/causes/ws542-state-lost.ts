import type { Cause } from './cause';

export const ws542: Cause = {
  code: 'WS542',
  title: 'a client that comes back is a stranger',
  story: 'After every reconnect people miss messages and lose their place.',
  why: 'What a session knew was in the memory of the pod that is gone.',
  source: 'https://socket.io/docs/v4/connection-state-recovery',
  shows: { 'state-lost': 'must' },
  separates: [{ from: 'WS541', by: 'pods-deaf' }],
  fix: ['Use an adapter that recovers states across pods (Redis streams, MongoDB), and keep nothing in the pod.'],
  runbook: ['grep -rn connectionStateRecovery src/'],
};
