import type { Cause } from './cause';

export const ws547: Cause = {
  code: 'WS547',
  title: 'a balancer deals out connections, not sessions',
  story: 'Clients that keep their connection work; behind a proxy, or after a pause, they get 400.',
  why: 'A balancer of layer 4 chooses the pod for each TCP connection; a session uses several.',
  source: 'https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity',
  weight: 1.2,
  shows: { 'follow-ups-lost': 'must', 'kept-on-one-connection': 'must', 'upgrade-fails': 'likely', 'polls-cut': 'may' },
  separates: [
    { from: 'WS501', by: 'kept-on-one-connection' },
    { from: 'WS502', by: 'kept-with-all-cookies' },
  ],
  fix: [
    'Put a balancer of layer 7 with affinity by cookie in front, or give the Service sessionAffinity: ClientIP where clients’ addresses arrive.',
    'Or let clients use WebSockets only.',
  ],
  runbook: ["kubectl get svc NAME -o jsonpath='{.spec.type} {.spec.sessionAffinity}'"],
};
