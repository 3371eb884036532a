import type { Cause } from './cause';

export const ws512: Cause = {
  code: 'WS512',
  title: 'the health check asks a path that is not there',
  story: 'The balancer answers 503 although every pod is ready.',
  why: 'The balancer’s own check gets 404 and takes every endpoint out.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks',
  weight: 0.8,
  shows: {
    unavailable: 'must',
    'unhealthy-for-balancer': 'must',
    'health-path-answers-404': 'must',
    'bad-gateway': 'may',
  },
  separates: [
    { from: 'WS516', by: 'endpoints-missing' },
    { from: 'WS513', by: 'health-path-answers-404' },
  ],
  fix: ['Let the health check of the balancer ask a path that answers 200 (BackendConfig healthCheck.requestPath).'],
  runbook: ['gcloud compute backend-services get-health NAME --global'],
};
