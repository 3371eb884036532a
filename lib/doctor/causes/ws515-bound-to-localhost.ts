import type { Cause } from './cause';

export const ws515: Cause = {
  code: 'WS515',
  title: 'the server does not listen where the proxy looks for it',
  story: 'Every request ends in 502 at once, while the process runs and its own probes pass.',
  why: 'It listens on 127.0.0.1, or on another port than the Service names: the kernel refuses the connection.',
  source: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/',
  shows: {
    'bad-gateway': 'must',
    'pod-address-refuses': 'must',
    'websocket-refused': 'likely',
    'upgrade-fails': 'likely',
  },
  separates: [
    { from: 'WS514', by: 'no-answer' },
    { from: 'WS516', by: 'endpoints-missing' },
  ],
  fix: ['Let the server listen on 0.0.0.0 (or ::), at the targetPort of the Service.'],
  runbook: ['kubectl exec POD -- netstat -ltn'],
};
