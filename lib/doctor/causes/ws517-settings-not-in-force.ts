import type { Cause } from './cause';

export const ws517: Cause = {
  code: 'WS517',
  title: 'the balancer does not have the settings that the objects ask for',
  story: 'A change was applied, and nothing happened.',
  why: 'The annotation sits on the wrong object or names the wrong port, or the controller stopped at an error.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
  shows: {
    'desired-not-actual': 'must',
    'follow-ups-lost': 'may',
    'cut-at-one-age': 'may',
    'cut-at-one-silence': 'may',
  },
  separates: [{ from: 'WS501', by: 'desired-not-actual' }],
  fix: [
    'Put cloud.google.com/backend-config on the Service, with the port that the Ingress uses, and read the events of the Ingress.',
  ],
  runbook: ['kubectl describe ingress | grep -A8 Events'],
};
