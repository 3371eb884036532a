import type { Cause } from './cause';
import { POD_DROPS } from './pod-drops';

export const ws539: Cause = {
  code: 'WS539',
  title: 'a server restarts again and again',
  story: 'Sessions vanish every few moments; whoever reconnects is thrown out again.',
  why: 'The process crashes or is restarted; its sessions were in its memory.',
  source: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/',
  shows: {
    ...POD_DROPS,
    'ends-together-again': 'must',
    restarted: 'must',
  },
  separates: [{ from: 'WS524', by: 'ends-together-again' }],
  fix: ['Read why it ended the last time, and mend that.'],
  runbook: ['kubectl logs POD --previous | tail -50'],
};
