import type { Cause } from './cause';

export const ws555: Cause = {
  code: 'WS555',
  title: 'the readiness probe asks for something that is not there',
  story: 'The pods run and never become ready; a rollout stands still, or every request is answered 503.',
  why: 'The path answers 404 or redirects, or nobody listens on the port: the probe can never succeed.',
  source:
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-readiness-probes',
  shows: { unavailable: 'may', 'endpoints-missing': 'may', 'probe-misses': 'must', 'bad-gateway': 'may' },
  separates: [{ from: 'WS516', by: 'probe-misses' }],
  fix: ['Let the probe ask a path and a port that the application answers.'],
  runbook: ['kubectl describe pod -l app=NAME | grep -i unhealthy'],
};
