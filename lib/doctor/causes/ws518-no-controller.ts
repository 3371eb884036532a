import type { Cause } from './cause';

export const ws518: Cause = {
  code: 'WS518',
  title: 'no controller has taken the Ingress',
  story: 'The Ingress has no address.',
  why: 'Its class is unknown, or the controller refuses it: certificate, policy, address.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class',
  shows: { 'ingress-without-controller': 'must' },
  separates: [{ from: 'WS517', by: 'desired-not-actual' }],
  fix: ['Name a class that a controller serves, and mend what its events say.'],
  runbook: ['kubectl describe ingress | tail -20'],
};
