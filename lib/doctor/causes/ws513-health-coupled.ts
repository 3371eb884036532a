import type { Cause } from './cause';

export const ws513: Cause = {
  code: 'WS513',
  title: 'the health check fails with a dependency',
  story: 'When the database is slow, every pod leaves the balancer at once.',
  why: 'A check that asks a dependency says of all pods what is true of the dependency.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes',
  weight: 0.8,
  shows: {
    unavailable: 'must',
    'unhealthy-for-balancer': 'must',
    'health-names-dependency': 'must',
    'bad-gateway': 'may',
  },
  separates: [
    { from: 'WS512', by: 'health-names-dependency' },
    { from: 'WS516', by: 'endpoints-missing' },
  ],
  fix: ['Let the check of the balancer speak of this process only; watch the dependency elsewhere.'],
  runbook: ['kubectl exec POD -- wget -qO- http://127.0.0.1:8080/health'],
};
