import type { Cause } from './cause';

export const ws539: Cause = {
  code: 'WS539',
  title: 'a server restarts again and again',
  story: 'Sessions vanish every few moments; whoever reconnects is thrown out again.',
  why: 'The process crashes or is restarted; its sessions were in its memory.',
  source: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/',
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
    'ends-together-again': 'must',
    restarted: 'must',
  },
  separates: [{ from: 'WS524', by: 'ends-together-again' }],
  fix: ['Read why it ended the last time, and mend that.'],
  runbook: ['kubectl logs POD --previous | tail -50'],
};
