import { METRICS } from '../server/metrics';
import { broken, shareAtOneAge } from './cut-ages';
import type { Indicator } from './indicator';
import { increaseAbove, increaseOf, rateOf, seriesOf } from './queries';

const { connections } = METRICS;
const DELETION = 'kube_pod_deletion_timestamp';
const STARTED = 'process_start_time_seconds';

/** How much of the room is taken when more should be made. */
const NEARLY_FULL = 0.8;
/** A kubelet and a scrape may be late by this. */
const LATE_SECONDS = 5;
/** A pause that people notice, and a bucket of the histogram. */
const STALL_SECONDS = 1;

const ended = (window: string, group?: string) =>
  increaseOf('connectionDuration', '', { part: 'count', window, ...(group === undefined ? {} : { by: group }) });
const failing = (window: string, offset = '') =>
  `(1 - sum(rate(${seriesOf('handshakeSuccesses')}[${window}]${offset})) / sum(rate(${seriesOf('handshakeAttempts')}[${window}]${offset})))`;

/** What breaks long connections and no ordinary dashboard shows. */
export const FOUND_INDICATORS: readonly Indicator[] = [
  {
    id: 'no-metrics',
    title: 'No pod tells how many connections it has',
    metrics: ['connections'],
    query: `absent(${connections.name}{%s})`,
    above: 0,
    forSeconds: 600,
    severity: 'critical',
    firstStep:
      'See whether there are pods, whether the monitor finds them, and whether the network policy lets the scraper in. Until then no other alert can speak.',
    cause: 'WS516',
    source: 'https://prometheus.io/docs/practices/alerting/#metamonitoring',
  },
  {
    id: 'unknown-sessions',
    title: 'Requests arrive at pods that do not know their session',
    metrics: ['badRequests', 'handshakeSuccesses'],
    query: `${rateOf('badRequests', 'code="1"')} / ${rateOf('handshakeSuccesses')}`,
    above: 0.05,
    // The documented ten in five minutes.
    enough: `${increaseOf('badRequests', 'code="1"')} > 10`,
    forSeconds: 120,
    severity: 'critical',
    firstStep: 'Ask the balancer for its session affinity. Where it has one, see whether clients return its cookie.',
    cause: 'WS501',
    source: 'https://socket.io/docs/v4/using-multiple-nodes/',
  },
  {
    id: 'cut-at-one-age',
    title: 'Connections break at one age',
    metrics: ['connectionDuration'],
    query: shareAtOneAge(),
    above: 0.5,
    enough: `on () ${broken()} > 20`,
    forSeconds: 120,
    severity: 'critical',
    firstStep: 'The age is the timeout of something on the way. Find who has that number.',
    cause: 'WS519',
    source: 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution',
  },
  {
    id: 'closed-at-once',
    title: 'One pod lost most of its connections at once',
    metrics: ['connectionDuration', 'connections'],
    others: [DELETION],
    query: `${ended('2m', 'pod')} / sum by (pod) (${connections.name}{%s} offset 3m)`,
    above: 0.5,
    // A pod that drains in its turn has a deletion timestamp; one that lives on lost them.
    enough: `(${ended('2m', 'pod')} > 20) unless on (pod) ${DELETION}{%s}`,
    forSeconds: 0,
    severity: 'warning',
    firstStep:
      'See in the log of nginx whether it reloaded or restarted, and in the events of the pod what happened then.',
    cause: 'WS533',
    source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_shutdown_timeout',
  },
  {
    id: 'reconnect-storm',
    title: 'Most clients come back at the same time',
    metrics: ['handshakeAttempts', 'connections'],
    query: `${increaseOf('handshakeAttempts', '', { window: '2m' })} / sum(${connections.name}{%s} offset 5m)`,
    above: 0.8,
    enough: `sum(${connections.name}{%s} offset 5m) > 50`,
    forSeconds: 0,
    severity: 'warning',
    firstStep:
      'Something ended connections over all pods: the balancer, the proxy, or pods that stopped without a paced drain.',
    cause: 'WS531',
    source: 'https://socket.io/docs/v4/client-options/#randomizationfactor',
  },
  {
    id: 'drain-overrun',
    title: 'A pod is still there when its shutdown should be over',
    metrics: [],
    others: [DELETION],
    query: `max by (pod) (time() - ${DELETION}{%s})`,
    // The timestamp is when the kubelet kills. A shutdown as planned leaves the margin unused.
    above: ({ timing }) => LATE_SECONDS - timing.marginSeconds,
    forSeconds: 0,
    severity: 'warning',
    firstStep: 'Compare the log of its shutdown with the timing: the drain, or the flush, takes longer than was said.',
    cause: 'WS525',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
  },
  {
    id: 'imbalance',
    title: 'One pod has more than twice as many connections as the others have on average',
    metrics: ['connections'],
    query: `max(${connections.name}{%s}) / avg(${connections.name}{%s})`,
    above: 2,
    enough: `max(${connections.name}{%s}) - min(${connections.name}{%s}) > 100`,
    forSeconds: 1800,
    severity: 'warning',
    firstStep:
      'After a rollout the first pod has the most; it evens out as connections end. Otherwise many clients share an address, or the affinity.',
    cause: 'WS503',
    source: 'https://docs.cloud.google.com/load-balancing/docs/backend-service#session_affinity',
  },
  {
    id: 'nearly-full',
    title: 'A pod has room for few more connections',
    metrics: ['connections'],
    query: `max(${connections.name}{%s})`,
    above: ({ maxConnections }) => (maxConnections === undefined ? undefined : NEARLY_FULL * maxConnections),
    forSeconds: 300,
    severity: 'warning',
    firstStep: 'Add pods, or see why the autoscaler does not. A full pod refuses whoever comes next.',
    cause: 'WS534',
    source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_connections',
  },
  {
    id: 'event-loop',
    title: 'The event loop of a pod stands still for longer than a second, again and again',
    metrics: ['eventLoopLag'],
    query: `max by (pod) (${increaseAbove('eventLoopLag', STALL_SECONDS, '5m', 'pod')})`,
    above: 3,
    forSeconds: 60,
    severity: 'warning',
    firstStep:
      'Take a CPU profile of that pod: something computes, or reads a file, between two messages. See whether its processor is throttled.',
    cause: 'WS521',
    source: 'https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop',
  },
  {
    id: 'late-answers',
    title: 'More than 1 % of pings are answered late',
    metrics: ['heartbeat'],
    query: `(${increaseAbove('heartbeat', 5)}) / ${increaseOf('heartbeat', '', { part: 'count' })}`,
    above: 0.01,
    enough: `${increaseAbove('heartbeat', 5)} > 5`,
    forSeconds: 300,
    severity: 'warning',
    firstStep:
      'In all pods: the network, or clients that sleep. In one: its event loop. Past the ping timeout these are disconnects.',
    cause: 'WS522',
    source: 'https://socket.io/docs/v4/server-options/#pingtimeout',
  },
  {
    id: 'lost-sessions',
    title: 'Most clients that come back lose their session',
    metrics: ['recoveries'],
    query: `${rateOf('recoveries', 'status="lost"')} / ${rateOf('recoveries')}`,
    above: 0.5,
    enough: `${increaseOf('recoveries')} > 20`,
    forSeconds: 900,
    severity: 'info',
    firstStep:
      'A rollout does this where sessions live in the memory of one pod. At other times clients come back to other pods: see the affinity.',
    cause: 'WS542',
    source: 'https://socket.io/docs/v4/connection-state-recovery',
  },
  {
    id: 'rollout-regression',
    title: 'Since the pods are new, handshakes fail more often than the hour before',
    metrics: ['handshakeAttempts', 'handshakeSuccesses'],
    others: [STARTED],
    query: `${failing('10m')} - ${failing('1h', ' offset 30m')}`,
    above: 0.02,
    enough: `${increaseOf('handshakeAttempts', '', { window: '10m' })} > 50 and (time() - max(${STARTED}{%s})) < 1800`,
    forSeconds: 120,
    severity: 'critical',
    firstStep: 'Roll back, then read the logs of the new pods.',
    cause: 'WS511',
    source: 'https://sre.google/workbook/canarying-releases/',
  },
];
