import { METRICS } from '../server/metrics';
import type { Indicator } from './indicator';
import { increaseOf, rateOf, WINDOW } from './queries';

const PROBES = 'prober_probe_total';
const DOCUMENTED = 'the documented thresholds of the system that this project was made for';

/** A share of fewer events than this says nothing. */
const FEW = 20;

/** Rollouts of ordinary size are over by then, which replace every connection once. */
const LONGER_THAN_A_ROLLOUT = 900;
const SUSTAINED = 300;

const churn = `${rateOf('connectionsTotal')} * 60 / sum(${METRICS.connections.name}{%s})`;
const opened = `${increaseOf('connectionsTotal')} > ${FEW}`;
const disconnected = `${increaseOf('disconnects')} > ${FEW}`;

/**
 * The eight documented alerts, each on what is really exported. "transport close" is also what a closed tab looks like to a server, so that more than
 * 1 % of it is no news: it is kept to be seen, and wakes nobody.
 */
export const DOCUMENTED_INDICATORS: readonly Indicator[] = [
  {
    id: 'churn-warning',
    title: 'More than 5 % of connections are replaced per minute',
    metrics: ['connectionsTotal', 'connections'],
    query: churn,
    above: 0.05,
    enough: opened,
    forSeconds: LONGER_THAN_A_ROLLOUT,
    severity: 'warning',
    firstStep: 'Look at the panel of ages and reasons: one age speaks for a timeout on the way, one pod for that pod.',
    cause: 'WS519',
    source: DOCUMENTED,
  },
  {
    id: 'churn-critical',
    title: 'More than 10 % of connections are replaced per minute',
    metrics: ['connectionsTotal', 'connections'],
    query: churn,
    above: 0.1,
    enough: opened,
    forSeconds: LONGER_THAN_A_ROLLOUT,
    severity: 'critical',
    firstStep: "Check the balancer's timeouts and the health of the zones.",
    cause: 'WS519',
    source: DOCUMENTED,
  },
  {
    id: 'transport-close',
    title: 'More than 1 % of disconnects are "transport close"',
    metrics: ['disconnects'],
    query: `${rateOf('disconnects', 'reason="transport close"')} / ${rateOf('disconnects')}`,
    above: 0.01,
    enough: disconnected,
    forSeconds: SUSTAINED,
    severity: 'info',
    firstStep:
      'A closed tab looks like this. It means something where connections also end without a farewell, or at one age.',
    cause: 'WS520',
    source: DOCUMENTED,
  },
  {
    id: 'heartbeat-timeout',
    title: 'More than 5 % of disconnects are missed heartbeats',
    metrics: ['disconnects'],
    // Socket.IO itself calls it "ping timeout".
    query: `${rateOf('disconnects', 'reason=~"heartbeat_timeout|ping timeout"')} / ${rateOf('disconnects')}`,
    above: 0.05,
    enough: disconnected,
    forSeconds: SUSTAINED,
    severity: 'critical',
    firstStep: 'Look at the lag of the event loop: the backend is overloaded, or the network loses packets.',
    cause: 'WS521',
    source: DOCUMENTED,
  },
  {
    id: 'health-checks',
    title: 'More than 10 % of health checks fail',
    metrics: ['httpRequests'],
    query: `${rateOf('httpRequests', 'endpoint="/health",status!="200"')} / ${rateOf('httpRequests', 'endpoint="/health"')}`,
    above: 0.1,
    forSeconds: SUSTAINED,
    severity: 'critical',
    firstStep: 'Check the capacity of the backend and the health of its database.',
    cause: 'WS513',
    source: DOCUMENTED,
  },
  {
    id: 'readiness-probes',
    title: 'More than 5 % of readiness probes fail',
    metrics: [],
    others: [PROBES],
    query: `sum(rate(${PROBES}{probe_type="Readiness",result="failed",%s}[${WINDOW}])) / sum(rate(${PROBES}{probe_type="Readiness",%s}[${WINDOW}]))`,
    above: 0.05,
    forSeconds: SUSTAINED,
    severity: 'warning',
    firstStep:
      'See which pods are not ready and what their events say; raise the resource limits where they are throttled.',
    cause: 'WS545',
    source: DOCUMENTED,
  },
  {
    id: 'reconnect-time',
    title: 'Reconnecting takes more than 5 s on average',
    metrics: ['reconnectDuration'],
    query: `${rateOf('reconnectDuration', '', { part: 'sum' })} / ${rateOf('reconnectDuration', '', { part: 'count' })}`,
    above: 5,
    enough: `${increaseOf('reconnectDuration', '', { part: 'count' })} > ${FEW}`,
    forSeconds: SUSTAINED,
    severity: 'warning',
    firstStep: "Look at the clients' reconnection delays and at the time a handshake takes.",
    cause: 'WS531',
    source: DOCUMENTED,
  },
  {
    id: 'failed-resumes',
    title: 'More than 2 % of resumed sessions fail',
    metrics: ['messageReplays'],
    query: `${rateOf('messageReplays', 'status="failed"')} / ${rateOf('messageReplays')}`,
    above: 0.02,
    enough: `${increaseOf('messageReplays')} > ${FEW}`,
    forSeconds: SUSTAINED,
    severity: 'warning',
    firstStep: 'Check session affinity and the replay cache.',
    cause: 'WS542',
    source: DOCUMENTED,
  },
];
