import type { Cause } from './cause';

export const ws558: Cause = {
  code: 'WS558',
  title: 'the balancer’s health checks do not reach the pods',
  story:
    'Every request is answered 502 or 503 by the balancer, although every pod is ready and answers inside the cluster.',
  why: 'Health checks come from ranges of their own, or go to a port of their own, and a firewall rule or a NetworkPolicy lets them not in: with no healthy endpoint the balancer sends to nobody.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges',
  shows: {
    'health-check-kept-out': 'must',
    'unhealthy-for-balancer': 'must',
    unavailable: 'likely',
    'bad-gateway': 'may',
    'no-answer': 'may',
    'pod-address-times-out': 'may',
  },
  separates: [
    { from: 'WS512', by: 'health-path-answers-404' },
    { from: 'WS513', by: 'health-names-dependency' },
    { from: 'WS514', by: 'health-check-kept-out' },
  ],
  fix: [
    'Let the ranges of the health checks in, on the port that they ask: 130.211.0.0/22 and 35.191.0.0/16 on Google, the subnets of the load balancer on AWS, in the firewall and in the NetworkPolicy.',
  ],
  runbook: [
    'gcloud compute firewall-rules list   # does one let 130.211.0.0/22 in?',
    'gcloud compute backend-services get-health NAME --global',
  ],
};
