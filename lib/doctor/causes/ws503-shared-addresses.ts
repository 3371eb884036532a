import type { Cause } from './cause';

export const ws503: Cause = {
  code: 'WS503',
  title: 'affinity by address, and clients that share or change addresses',
  story: 'A few pods are full while others idle, and roaming clients lose their sessions.',
  why: 'Everybody behind one proxy or carrier has one address, and a phone that moves gets another.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/backend-service#client_ip_affinity',
  weight: 0.5,
  shows: { 'same-address-one-pod': 'must', 'code-1-counted': 'must' },
  separates: [{ from: 'WS501', by: 'follow-ups-lost' }],
  fix: ['Use affinity by a cookie that the balancer makes.'],
  runbook: ['kubectl top pod   # is one pod much busier?'],
};
