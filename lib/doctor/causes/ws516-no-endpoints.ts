import type { Cause } from './cause';

export const ws516: Cause = {
  code: 'WS516',
  title: 'no pod stands behind the balancer',
  story: 'Every request is answered 503 by the balancer.',
  why: 'The selector matches nothing, or no pod that it matches is ready.',
  source: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/',
  weight: 2,
  shows: { unavailable: 'must', 'endpoints-missing': 'must', 'bad-gateway': 'may' },
  separates: [
    { from: 'WS512', by: 'endpoints-missing' },
    { from: 'WS532', by: 'invented-reaches' },
  ],
  fix: ['Make the selector of the Service match the labels of the pods, and see why they are not ready.'],
  runbook: ['kubectl get endpointslice -l kubernetes.io/service-name=NAME', 'kubectl get pod   # READY 0/1?'],
};
