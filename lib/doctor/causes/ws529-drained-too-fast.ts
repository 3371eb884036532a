import type { Cause } from './cause';
import { POD_DROPS } from './pod-drops';

export const ws529: Cause = {
  code: 'WS529',
  title: 'the balancer cuts the connections of a pod that is still draining',
  story: 'In a rollout clients drop out at one moment, though the pod would have closed them one by one.',
  why: 'The draining timeout of the balancer is shorter than the drain of the pod.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/enabling-connection-draining',
  shows: {
    ...POD_DROPS,
    'cut-at-draining': 'must',
  },
  separates: [{ from: 'WS525', by: 'cut-at-draining' }],
  fix: ['Let connectionDraining.drainingTimeoutSec outlast the pod’s drain.'],
  runbook: ['gcloud compute backend-services describe NAME --global --format "value(connectionDraining)"'],
};
