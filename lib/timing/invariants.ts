import type { ProbeSchedule } from './durations';
import {
  LEAST_MARGIN_SECONDS,
  LEAST_STOP_SECONDS,
  LONGEST_AFFINITY_SECONDS,
  SHORTEST_AFFINITY_SECONDS,
  SIDECAR_STOP_SECONDS,
} from './fixed';
import { GOOGLE_BACKEND_KEEP_ALIVE_SECONDS, LONGEST_BALANCER_DRAIN_SECONDS } from './limits';
import {
  affinityTtl,
  connectionDraining,
  derived,
  drain,
  endpointDetach,
  fixed,
  grace,
  heartbeat,
  idleTimeout,
  keepAlive,
  lifetime,
  margin,
  nodeShutdown,
  pingInterval,
  pingTimeout,
  preStop,
  presenceTtl,
  type Quantity,
  replayTtl,
  shutdown,
  startup,
  workerShutdownTimeout,
} from './quantities';

export type { Quantity };

/**
 * One thing that must be true of every timing: a sum of durations that outlasts another sum. Written as data, so that derivation,
 * rules and documentation read the same list.
 */
export interface Invariant {
  /** Stable name. */
  readonly code: string;
  /** The healthy condition. */
  readonly sentence: string;
  /** What happens to connections when it does not hold. */
  readonly otherwise: string;
  readonly source: string;
  readonly outlasting: readonly Quantity[];
  /** By how many seconds more, at the least. */
  readonly bySeconds: number;
  readonly outlasted: readonly Quantity[];
}

const SOCKET_IO_TIMEOUTS = 'https://socket.io/docs/v4/server-options/#pingtimeout';
const POD_TERMINATION = 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination';
const SIDECARS = 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#termination-with-sidecars';
const GOOGLE_DRAIN = 'https://docs.cloud.google.com/load-balancing/docs/enabling-connection-draining';
const GOOGLE_500 =
  'https://docs.cloud.google.com/kubernetes-engine/docs/troubleshooting/load-balancing#500-series-errors';
const GOOGLE_TIMEOUT = 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution';
const PROBES = 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/';
const PROBE_GRACE =
  'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#probe-level-terminationgraceperiodseconds';
const NODE_SHUTDOWN =
  'https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#graceful-node-shutdown';
const QUIT = 'https://nginx.org/en/docs/ngx_core_module.html#worker_shutdown_timeout';
const STICKY = 'https://socket.io/docs/v4/using-multiple-nodes/';
const RECOVERY = 'https://socket.io/docs/v4/connection-state-recovery';

/** All invariants, in the order in which a connection meets them. */
export const INVARIANTS: readonly Invariant[] = Object.freeze([
  {
    code: 'heartbeat-holds-interval-and-timeout',
    sentence: 'the effective ping timeout holds the ping interval and the ping timeout',
    otherwise: 'a client that answers in time is declared dead',
    source: SOCKET_IO_TIMEOUTS,
    outlasting: [heartbeat],
    bySeconds: 0,
    outlasted: [pingInterval, pingTimeout],
  },
  {
    code: 'idle-outlasts-heartbeat',
    sentence: 'idle timeouts outlast the longest silence of a healthy connection by at least 10 s',
    otherwise: 'proxies and balancers cut connections whose next ping is on its way',
    source: SOCKET_IO_TIMEOUTS,
    outlasting: [idleTimeout],
    bySeconds: LEAST_MARGIN_SECONDS,
    outlasted: [pingInterval, pingTimeout],
  },
  {
    code: 'lifetime-outlasts-idle',
    sentence: 'a connection may live for longer than it may be silent',
    otherwise: 'the lifetime cuts connections before the heartbeat can tell dead from silent',
    source: GOOGLE_TIMEOUT,
    outlasting: [lifetime],
    bySeconds: 0,
    outlasted: [idleTimeout],
  },
  {
    code: 'prestop-outlasts-detach',
    sentence: 'preStop holds the stop signal back until the balancer has stopped sending',
    otherwise: 'new connections reach a process that is already stopping',
    source: GOOGLE_500,
    outlasting: [preStop],
    bySeconds: 0,
    outlasted: [endpointDetach],
  },
  {
    code: 'grace-holds-shutdown',
    sentence: 'the termination grace period holds preStop, drain, application shutdown and margin',
    otherwise: 'the kubelet kills the process while it still has connections',
    source: POD_TERMINATION,
    outlasting: [grace],
    bySeconds: 0,
    outlasted: [preStop, drain, shutdown, margin],
  },
  {
    code: 'node-shutdown-holds-drain',
    sentence: 'a node that is taken back leaves its pods preStop, drain and shutdown',
    otherwise: 'preStop uses up what the node leaves, and every connection on it is cut at once',
    source: NODE_SHUTDOWN,
    outlasting: [nodeShutdown],
    bySeconds: LEAST_STOP_SECONDS,
    outlasted: [preStop, drain, shutdown],
  },
  {
    code: 'worker-outlasts-drain',
    sentence: 'an nginx worker that was told to quit keeps its connections through the drain',
    otherwise: 'nginx drops all at once what the application was closing one by one',
    source: QUIT,
    outlasting: [workerShutdownTimeout],
    bySeconds: 0,
    outlasted: [drain],
  },
  {
    code: 'grace-holds-worker',
    sentence: 'the termination grace period holds preStop and the shutdown of an nginx that is stopped with the others',
    otherwise: 'nginx is killed before its own timeout lets go',
    source: POD_TERMINATION,
    outlasting: [grace],
    bySeconds: 0,
    outlasted: [preStop, workerShutdownTimeout],
  },
  {
    code: 'grace-holds-sidecar',
    sentence:
      'the termination grace period leaves a native sidecar, which is stopped after the application, time to end',
    otherwise: 'nginx is killed with the last answers on their way',
    source: SIDECARS,
    outlasting: [grace],
    bySeconds: SIDECAR_STOP_SECONDS,
    outlasted: [preStop, drain, shutdown],
  },
  {
    code: 'balancer-drain-covers-pod-drain',
    sentence: 'the balancer leaves the connections of a removed pod alone until the pod has closed them',
    otherwise: 'the balancer closes every remaining connection at once, in the middle of the drain',
    source: GOOGLE_DRAIN,
    outlasting: [connectionDraining],
    bySeconds: 0,
    outlasted: [preStop, drain],
  },
  {
    code: 'balancer-drain-within-limit',
    sentence: 'the drain fits the longest that balancers accept',
    otherwise: 'the balancer refuses the whole configuration',
    source: GOOGLE_DRAIN,
    outlasting: [fixed('longest balancer drain', LONGEST_BALANCER_DRAIN_SECONDS)],
    bySeconds: 0,
    outlasted: [endpointDetach, drain],
  },
  {
    code: 'affinity-at-least-3h',
    sentence: 'a client stays bound to its pod for at least 3 h',
    otherwise: 'a client that was away over lunch lands on a pod that does not know it',
    source: STICKY,
    outlasting: [affinityTtl],
    bySeconds: 0,
    outlasted: [fixed('shortest affinity', SHORTEST_AFFINITY_SECONDS)],
  },
  {
    code: 'affinity-at-most-24h',
    sentence: 'a client stays bound to its pod for at most 24 h',
    otherwise: 'the platform refuses the setting, or load never evens out',
    source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/backendconfig/validation.go',
    outlasting: [fixed('longest affinity', LONGEST_AFFINITY_SECONDS)],
    bySeconds: 0,
    outlasted: [affinityTtl],
  },
  {
    code: 'presence-outlasts-heartbeat',
    sentence: 'presence outlasts the longest silence of a healthy connection by at least 1 s',
    otherwise: 'users who are connected are shown as gone',
    source: SOCKET_IO_TIMEOUTS,
    outlasting: [presenceTtl],
    bySeconds: 1,
    outlasted: [pingInterval, pingTimeout],
  },
  {
    code: 'replay-outlasts-replacement',
    sentence: 'missed messages are kept until a replaced pod is back',
    otherwise: 'a client that waited for its new pod finds its messages gone',
    source: RECOVERY,
    outlasting: [replayTtl],
    bySeconds: 0,
    outlasted: [grace, startup],
  },
  {
    code: 'keep-alive-outlasts-balancer',
    sentence: 'the backend keeps idle connections open for longer than the balancer does',
    otherwise: 'the balancer sends requests into closed connections: a 502 now and then',
    source: GOOGLE_TIMEOUT,
    outlasting: [keepAlive],
    bySeconds: 1,
    outlasted: [fixed('the balancer’s own keep-alive', GOOGLE_BACKEND_KEEP_ALIVE_SECONDS)],
  },
  {
    code: 'keep-alive-outlasts-idle',
    sentence: 'the backend keeps idle connections open for longer than the idle timeout in front of it',
    otherwise: 'a balancer whose keep-alive is its idle timeout sends requests into closed connections',
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html',
    outlasting: [keepAlive],
    bySeconds: 1,
    outlasted: [idleTimeout],
  },
  ...(['livenessProbe', 'readinessProbe', 'startupProbe'] as const).map((probe) => ({
    code: `${probe.replace('Probe', '')}-timeout-within-period`,
    sentence: `each ${probe} ends before the next begins`,
    otherwise: 'checks overlap and a slow answer counts twice',
    source: PROBES,
    outlasting: [derived(`${probe} period`, (t) => t[probe].periodSeconds)],
    bySeconds: 1,
    outlasted: [derived(`${probe} timeout`, (t) => t[probe].timeoutSeconds)],
  })),
  ...(['livenessProbe', 'startupProbe'] as const).map((probe) => ({
    code: `${probe.replace('Probe', '')}-kills-within-grace`,
    sentence: `a container that failed its ${probe} is not waited for longer than one that is asked to end`,
    otherwise: 'a frozen process keeps its clients waiting for longer than a whole drain takes',
    source: PROBE_GRACE,
    outlasting: [grace],
    bySeconds: 0,
    outlasted: [
      derived(
        `${probe} grace period`,
        (t) => t[probe].terminationGracePeriodSeconds ?? t.terminationGracePeriodSeconds,
      ),
    ],
  })),
  {
    code: 'liveness-slower-than-readiness',
    sentence: 'a pod is taken out of rotation before it is restarted',
    otherwise: 'a short stall restarts the process and drops every connection on it',
    source: PROBES,
    outlasting: [derived('livenessProbe period × failures', (t) => detection(t.livenessProbe))],
    bySeconds: 1,
    outlasted: [derived('readinessProbe period × failures', (t) => detection(t.readinessProbe))],
  },
  {
    code: 'startup-forgives',
    sentence: 'the startup probe waits for as long as the application needs to start',
    otherwise: 'the kubelet restarts a process that was still starting, for ever',
    source: PROBES,
    outlasting: [derived('startupProbe period × failures', (t) => detection(t.startupProbe))],
    bySeconds: 0,
    outlasted: [startup],
  },
]);

function detection(probe: ProbeSchedule): number {
  return probe.periodSeconds * probe.failureThreshold;
}
