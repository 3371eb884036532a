import type { Cause } from './cause';

export const ws531: Cause = {
  code: 'WS531',
  title: 'a server closes all its clients at one moment',
  story: 'After every rollout a storm of reconnects hits the pods that are left.',
  why: 'io.close() closes everybody within milliseconds; they all come back together.',
  source: 'https://socket.io/docs/v4/server-api/#serverclosecallback',
  shows: {
    'closed-together': 'must',
    'service-gap': 'may',
    'answers-stall': 'may',
    'some-end-together': 'may',
    'new-refused-later': 'may',
    'all-end-together': 'may',
    'ends-together-again': 'may',
    'follow-ups-lost': 'may',
  },
  separates: [
    { from: 'WS530', by: 'told-to-stay-away' },
    { from: 'WS524', by: 'some-end-together' },
  ],
  fix: ['Close connections one after the other over the drain (holdfast/server: gracefulShutdown).'],
  runbook: ['grep -rn "io.close()" src/'],
};
