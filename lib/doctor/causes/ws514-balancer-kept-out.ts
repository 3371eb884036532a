import type { Cause } from './cause';

export const ws514: Cause = {
  code: 'WS514',
  title: 'something keeps the balancer away from the pods',
  story: 'Requests hang and end in 504, everywhere and always.',
  why: 'A firewall rule or a NetworkPolicy drops packets without a word, so nobody is told no.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges',
  shows: { 'no-answer': 'must', 'pod-address-times-out': 'must' },
  separates: [
    { from: 'WS515', by: 'bad-gateway' },
    { from: 'WS521', by: 'pings-late' },
    { from: 'WS559', by: 'says-nothing' },
  ],
  fix: [
    'Let the balancer’s ranges in: 130.211.0.0/22 and 35.191.0.0/16 on GKE, in the firewall and in the NetworkPolicy.',
  ],
  runbook: ['kubectl get networkpolicy -o yaml', 'gcloud compute firewall-rules list'],
};
