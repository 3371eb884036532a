import type { Cause } from './cause';

export const ws521: Cause = {
  code: 'WS521',
  title: 'the server is too busy to send its pings',
  story: 'Clients drop out with “ping timeout” in waves, while every proxy is well.',
  why: 'One long computation, or a processor limit, keeps the event loop from its timers: pings leave late, answers wait.',
  source: 'https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop',
  weight: 1.5,
  shows: {
    'pings-late': 'must',
    'answers-stall': 'likely',
    'fails-sometimes': 'may',
    'follow-ups-fail': 'may',
    'refused-above': 'may',
    'websocket-silent': 'may',
    'websocket-fails-sometimes': 'may',
    'upgrade-fails': 'may',
    'new-refused-later': 'may',
    'closed-together': 'may',
    'closed-at-one-age': 'may',
    'some-end-together': 'may',
    'service-gap': 'may',
    'no-answer': 'may',
    'ends-together-again': 'may',
    'polls-cut': 'may',
  },
  separates: [
    { from: 'WS545', by: 'throttled' },
    { from: 'WS511', by: 'pings-late' },
    { from: 'WS534', by: 'pings-late' },
  ],
  fix: [
    'Move the work into a worker thread or into pieces; watch the event loop’s delay; do not limit the processor below what the pod needs.',
  ],
  runbook: ['kubectl top pod', 'kubectl exec POD -- wget -qO- http://127.0.0.1:9090/metrics | grep eventloop'],
};
