import type { Cause } from './cause';

export const ws534: Cause = {
  code: 'WS534',
  title: 'a ceiling of connections is reached',
  story: 'At busy hours new clients are turned away while those inside are well.',
  why: 'worker_connections counts both sides of every proxied connection; file descriptors and maxconn are ceilings too.',
  source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_connections',
  shows: {
    'proxy-full': 'likely',
    'refused-above': 'must',
    'new-refused-later': 'may',
    'service-gap': 'may',
    'fails-sometimes': 'may',
    'follow-ups-fail': 'may',
    'websocket-fails-sometimes': 'may',
    'answers-stall': 'may',
    'upgrade-fails': 'likely',
    'polls-cut': 'may',
  },
  separates: [
    { from: 'WS532', by: 'invented-reaches' },
    { from: 'WS511', by: 'refused-above' },
    { from: 'WS548', by: 'refused-in-bursts' },
  ],
  fix: [
    'nginx: worker_connections of at least twice the connections of a worker, and worker_rlimit_nofile above it. HAProxy: maxconn. Or more replicas.',
  ],
  runbook: ['kubectl logs POD -c nginx | grep "worker_connections are not enough"'],
};
