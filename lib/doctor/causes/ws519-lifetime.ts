import { limitsOf } from '../../timing/limits';
import { ofConfig } from '../fix/mending';
import type { Cause } from './cause';

export const ws519: Cause = {
  code: 'WS519',
  title: 'the balancer ends every connection at one age',
  story: 'Everybody is thrown out after the same time, in the middle of work.',
  why: 'The timeout of this balancer counts the life of a connection, not its silence: heartbeats do not help. The classic Application Load Balancer of Google does this with timeoutSec.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution#backend-service-timeout',
  weight: 2,
  shows: { 'cut-at-one-age': 'must', 'polls-cut': 'may', 'some-end-together': 'may' },
  separates: [
    { from: 'WS520', by: 'cut-at-one-silence' },
    { from: 'WS533', by: 'all-end-together' },
  ],
  fix: [
    'Raise the backend service timeout to as long as a connection may live, at most 86400 s on Google (BackendConfig timeoutSec).',
  ],
  runbook: ['gcloud compute backend-services describe NAME --global --format "value(timeoutSec)"'],
  mend: ({ live }) => {
    const { maxSeconds, defaultSeconds } = limitsOf('gce').timeout;
    const why = 'this balancer counts the life of a connection, and this is the longest it takes';
    return ofConfig(live, ['spec', 'timeoutSec'], maxSeconds, defaultSeconds, why, ['cut-at-one-age']);
  },
};
