import type { Cause } from './cause';

export const ws504: Cause = {
  code: 'WS504',
  title: 'affinity that ends at the node',
  story: 'Clients fail as without affinity, although the balancer shows that it has some.',
  why: 'With instance groups the balancer chooses a node, and kube-proxy on it chooses any pod.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
  weight: 0.7,
  shows: { 'follow-ups-lost': 'must', 'endpoints-are-nodes': 'must', 'upgrade-fails': 'likely', 'polls-cut': 'may' },
  separates: [{ from: 'WS501', by: 'endpoints-are-nodes' }],
  fix: [`Use container-native load balancing: annotation cloud.google.com/neg: '{"ingress": true}' on the Service.`],
  runbook: ['kubectl get svc -o yaml | grep neg-status'],
};
