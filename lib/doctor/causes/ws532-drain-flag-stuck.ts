import type { Cause } from './cause';

export const ws532: Cause = {
  code: 'WS532',
  title: 'a pod turns new clients away although it is to stay',
  story: 'Nobody new gets in (503), and whoever is in stays in.',
  why: 'The flag that a draining pod raises is still there, or was raised too early: nginx answers handshakes with 503 and lets sessions pass.',
  source: 'https://nginx.org/en/docs/http/ngx_http_rewrite_module.html',
  shows: {
    unavailable: 'must',
    'invented-reaches': 'must',
    'drain-flag': 'must',
    'new-refused-later': 'may',
    'endpoints-missing': 'may',
    'pod-broken': 'may',
  },
  separates: [{ from: 'WS516', by: 'invented-reaches' }],
  fix: ['Remove the flag (/tmp/drain), or replace the pod; raise it in preStop only.'],
  runbook: ['kubectl exec POD -c nginx -- ls -l /tmp/drain'],
};
