import type { Cause } from './cause';

export const ws548: Cause = {
  code: 'WS548',
  title: 'a rate limit turns clients away',
  story: 'After a deployment, or behind one office’s address, clients fail with 429 or 503 and then suddenly work.',
  why: 'The limit counts requests from one address; an office, or everybody after a rollout, looks like an attack.',
  source: 'https://nginx.org/en/docs/http/ngx_http_limit_req_module.html',
  shows: {
    'refused-in-bursts': 'must',
    'fails-sometimes': 'may',
    'follow-ups-fail': 'may',
    'websocket-fails-sometimes': 'may',
    'new-refused-later': 'may',
    'refused-above': 'may',
    'service-gap': 'may',
    'upgrade-fails': 'may',
    'body-refused': 'may',
    'follow-ups-lost': 'may',
    'websocket-refused': 'may',
    unavailable: 'may',
    'polls-cut': 'may',
    'answers-stall': 'may',
  },
  separates: [
    { from: 'WS511', by: 'refused-in-bursts' },
    { from: 'WS534', by: 'refused-in-bursts' },
  ],
  fix: ['Raise the limit (burst, nodelay), or count by session instead of address; pace your clients’ reconnects.'],
  runbook: ['kubectl logs POD -c nginx | grep "limiting requests"'],
};
