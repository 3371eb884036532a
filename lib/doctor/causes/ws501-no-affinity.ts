import { SHORTEST_AFFINITY_SECONDS } from '../../timing/fixed';
import { ofConfig } from '../fix/mending';
import type { Cause } from './cause';

export const ws501: Cause = {
  code: 'WS501',
  title: 'no affinity: requests of one session reach different pods',
  story: 'Clients fail with 400 in a loop, or connect only after many tries. With one replica everything works.',
  why: 'A session lives in the memory of the pod that made it; every other pod answers “session unknown” (code 1). With r pods 1 − 1/r of the follow-ups are lost.',
  source: 'https://socket.io/docs/v4/using-multiple-nodes/',
  weight: 3,
  shows: { 'follow-ups-lost': 'must', 'upgrade-fails': 'likely', 'polls-cut': 'may' },
  separates: [
    { from: 'WS502', by: 'kept-with-all-cookies' },
    { from: 'WS511', by: 'fails-sometimes' },
    { from: 'WS547', by: 'kept-on-one-connection' },
    { from: 'WS507', by: 'same-session-twice' },
  ],
  fix: [
    'Give the balancer affinity by a cookie that it makes itself (GKE: BackendConfig sessionAffinity GENERATED_COOKIE; ingress-nginx: affinity "cookie"; ALB: stickiness).',
    'Or let clients use WebSockets only: transports: ["websocket"].',
  ],
  runbook: [
    'kubectl get backendconfig -o yaml | grep -A3 sessionAffinity',
    'kubectl get deploy,sts   # does it work with one replica?',
  ],
  mend: ({ live }) =>
    ofConfig(
      live,
      ['spec', 'sessionAffinity'],
      { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: SHORTEST_AFFINITY_SECONDS },
      { affinityType: 'NONE' },
      'requests of one session must reach one pod',
      ['follow-ups-lost'],
    ),
};
