import type { Duration } from 'cdk8s';
import { InvalidInputError, Problems, shown } from '../input/problems';
import { hasFields, plain } from '../input/shape';
import type { ProbeSchedule, Timing } from './durations';
import {
  JUDGED_DEAD_SECONDS,
  KEEP_ALIVE_SECONDS,
  LEAST_MARGIN_SECONDS,
  LEAST_STOP_SECONDS,
  LONGEST_AFFINITY_SECONDS,
  RECOMMENDED_MARGIN_SECONDS,
  SHORTEST_AFFINITY_SECONDS,
  SOCKET_IO_HEARTBEAT,
} from './fixed';
import { judge } from './judged';

export type { ProbeSchedule, Timing };

/** What is known about an application and its platform. Every other duration follows from these. */
export interface TimingProps {
  /**
   * How often the server pings. Socket.IO's `pingInterval`, or the heartbeat interval of a plain WebSocket server.
   *
   * @default Duration.seconds(25)
   * @see https://socket.io/docs/v4/server-options/#pinginterval
   */
  readonly pingInterval?: Duration;

  /**
   * How long the server waits for the answer to a ping before it gives the connection up. Socket.IO's `pingTimeout`.
   *
   * @default Duration.seconds(20)
   * @see https://socket.io/docs/v4/server-options/#pingtimeout
   */
  readonly pingTimeout?: Duration;

  /**
   * How long one connection may live. Balancers that count lifetimes close it then, active or not; clients reconnect.
   * Google's front ends keep nothing longer than a day.
   *
   * @default Duration.hours(24)
   * @see https://docs.cloud.google.com/load-balancing/docs/https/request-distribution
   */
  readonly maxConnectionLifetime?: Duration;

  /**
   * How long after the deletion of a pod the balancer may still send it new connections. The pod does nothing but serve
   * for that long. With network endpoint groups this is programming latency, one to two minutes; less is a bet on a measurement
   * of your own.
   *
   * @default Duration.seconds(120)
   * @see https://docs.cloud.google.com/kubernetes-engine/docs/troubleshooting/load-balancing#500-series-errors
   */
  readonly endpointDetach?: Duration;

  /**
   * The window over which a terminating server closes its connections, a few at a time, so that clients come back as a stream
   * and not as a storm.
   *
   * @default Duration.seconds(50)
   */
  readonly drain?: Duration;

  /**
   * What the application needs after its last connection is gone: flush, close the database, exit.
   *
   * @default Duration.seconds(10)
   */
  readonly shutdown?: Duration;

  /**
   * What a new process needs before it answers.
   *
   * @default Duration.seconds(60)
   */
  readonly startup?: Duration;

  /**
   * Safety added wherever one duration must outlast another: to idle timeouts above the heartbeat, to the termination grace period
   * above the shutdown. At least 10 s.
   *
   * @default Duration.seconds(30)
   */
  readonly margin?: Duration;

  /**
   * The seconds that a node which is shut down leaves its ordinary pods: where nodes are taken back, the grace period of a pod is cut to this, and preStop uses all of it, so that nothing is left for the drain.
   * 15 s on Spot and preemptible nodes of GKE, where it is best effort. preStop, drain and shutdown then fit into it: by default they take a share each,
   * and so the balancer may send a few new connections to a pod that is gone.
   *
   * @default - nodes leave a pod its whole grace period
   * @see https://docs.cloud.google.com/kubernetes-engine/docs/concepts/spot-vms#termination-graceful-shutdown
   * @see https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#graceful-node-shutdown
   */
  readonly nodeShutdown?: Duration;

  /**
   * Pins the termination grace period instead of deriving it; it must still hold the whole shutdown.
   *
   * @default - preStop + drain + shutdown + margin
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * Pins the idle timeout of every layer that has one; it must still outlast the heartbeat.
   *
   * @default - pingInterval + pingTimeout + margin
   */
  readonly idleTimeout?: Duration;

  /**
   * Pins the balancer's connection draining; it must still cover the pod's own.
   *
   * @default - preStop + drain
   */
  readonly connectionDraining?: Duration;

  /**
   * Pins how long a client stays bound to its pod, from 3 h to 24 h.
   *
   * @default - maxConnectionLifetime, within those bounds
   */
  readonly affinityTtl?: Duration;
}

/** Thrown when no timing satisfies what was asked; carries every broken invariant with values and the smallest change. */
export class TimingError extends InvalidInputError {
  constructor(problems: readonly string[]) {
    super(problems);
    this.name = 'TimingError';
  }
}

/** A second each for preStop and drain, and the kubelet's own after the stop signal. */
const LEAST_NODE_SHUTDOWN = LEAST_STOP_SECONDS + 3;

/**
 * Inputs in seconds: the bounds within which each is meaningful, and its default. `whole`: it ends in a field that takes whole
 * seconds.
 */
const INPUTS = {
  pingInterval: { min: 1, max: 3600, default: SOCKET_IO_HEARTBEAT.pingIntervalSeconds, whole: false },
  pingTimeout: { min: 1, max: 3600, default: SOCKET_IO_HEARTBEAT.pingTimeoutSeconds, whole: false },
  maxConnectionLifetime: { min: 60, max: 31_536_000, default: 86_400, whole: true },
  endpointDetach: { min: 1, max: 3600, default: 120, whole: true },
  drain: { min: 1, max: 3600, default: 50, whole: true },
  shutdown: { min: 0, max: 3600, default: 10, whole: true },
  startup: { min: 1, max: 3600, default: 60, whole: true },
  margin: { min: LEAST_MARGIN_SECONDS, max: 3600, default: RECOMMENDED_MARGIN_SECONDS, whole: true },
  nodeShutdown: { min: LEAST_NODE_SHUTDOWN, max: 3600, default: undefined, whole: true },
  terminationGracePeriod: { min: 1, max: 604_800, default: undefined, whole: true },
  idleTimeout: { min: 1, max: 604_800, default: undefined, whole: true },
  connectionDraining: { min: 0, max: 3600, default: undefined, whole: true },
  affinityTtl: { min: 1, max: 1_209_600, default: undefined, whole: true },
} as const satisfies Record<
  keyof TimingProps,
  { readonly min: number; readonly max: number; readonly default: number | undefined; readonly whole: boolean }
>;

/** How long a missed message can be asked for, at the least. */
const SHORTEST_REPLAY = 300;

/**
 * Derives every duration from what is known.
 *
 * @example
 * const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(25) });
 * timing.idleTimeoutSeconds; // 80
 *
 * @throws {TimingError} with every input that is out of bounds, or every invariant that does not hold
 */
export function deriveTiming(props: TimingProps = {}): Timing {
  const problems = new Problems();
  const names = Object.keys(INPUTS);
  if (!hasFields(props, names))
    throw new TimingError([`${shown(props)} is not a set of timing inputs; give { pingInterval, pingTimeout }`]);
  const inputs = plain(problems, props, () => undefined, names) as TimingProps;
  for (const name of Object.keys(inputs)) {
    if (!Object.hasOwn(INPUTS, name))
      problems.add(name, `is not a timing input; the inputs are ${Object.keys(INPUTS).join(', ')}`);
  }
  const read = (name: keyof typeof INPUTS): number | undefined => seconds(problems, name, inputs[name]);
  const pinned = {
    terminationGracePeriod: read('terminationGracePeriod'),
    idleTimeout: read('idleTimeout'),
    connectionDraining: read('connectionDraining'),
    affinityTtl: read('affinityTtl'),
  };
  const input = (name: keyof typeof INPUTS): number => read(name) ?? INPUTS[name].default ?? Number.NaN;
  const pingInterval = input('pingInterval');
  const pingTimeout = input('pingTimeout');
  const lifetime = input('maxConnectionLifetime');
  const nodeShutdown = read('nodeShutdown');
  // Where a node leaves less than the defaults need, a third is for preStop, a sixth for the end, and the drain has what remains.
  const room = nodeShutdown === undefined ? Number.POSITIVE_INFINITY : nodeShutdown - LEAST_STOP_SECONDS;
  const preStop = read('endpointDetach') ?? Math.min(INPUTS.endpointDetach.default, Math.floor(room / 3));
  const given = { drain: read('drain'), shutdown: read('shutdown') };
  const shutdown = given.shutdown ?? Math.min(INPUTS.shutdown.default, Math.floor(room / 6));
  const drain = given.drain ?? Math.max(1, Math.min(INPUTS.drain.default, room - preStop - shutdown));
  const startup = input('startup');
  const margin = input('margin');
  if (problems.found.length > 0) throw new TimingError(problems.found);

  const heartbeat = pingInterval + pingTimeout;
  const idle = pinned.idleTimeout ?? Math.ceil(heartbeat) + margin;
  const grace = pinned.terminationGracePeriod ?? preStop + drain + shutdown + margin;
  const judgedDead = Math.min(Math.max(shutdown, JUDGED_DEAD_SECONDS), grace);
  const timing: Timing = deepFreeze({
    pingIntervalSeconds: pingInterval,
    pingTimeoutSeconds: pingTimeout,
    effectivePingTimeoutSeconds: heartbeat,
    marginSeconds: margin,
    idleTimeoutSeconds: idle,
    maxConnectionLifetimeSeconds: lifetime,
    endpointDetachSeconds: preStop,
    preStopSeconds: preStop,
    drainSeconds: drain,
    shutdownSeconds: shutdown,
    startupSeconds: startup,
    workerShutdownTimeoutSeconds: drain + shutdown,
    terminationGracePeriodSeconds: grace,
    ...(nodeShutdown === undefined ? {} : { nodeShutdownSeconds: nodeShutdown }),
    connectionDrainingSeconds: pinned.connectionDraining ?? preStop + drain,
    affinityTtlSeconds:
      pinned.affinityTtl ?? Math.min(Math.max(lifetime, SHORTEST_AFFINITY_SECONDS), LONGEST_AFFINITY_SECONDS),
    presenceTtlSeconds: Math.ceil(heartbeat) + 1,
    replayTtlSeconds: Math.max(SHORTEST_REPLAY, grace + startup),
    keepAliveSeconds: Math.max(KEEP_ALIVE_SECONDS, idle + 20),
    livenessProbe: schedule({
      initialDelaySeconds: 30,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
      terminationGracePeriodSeconds: judgedDead,
    }),
    readinessProbe: schedule({ initialDelaySeconds: 10, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 }),
    startupProbe: schedule({
      initialDelaySeconds: 0,
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: Math.ceil(startup / 5),
      terminationGracePeriodSeconds: judgedDead,
    }),
  });
  const broken = judge(timing);
  if (broken.length > 0) throw new TimingError(broken);
  return timing;
}

function seconds(problems: Problems, name: keyof typeof INPUTS, value: Duration | undefined): number | undefined {
  if (value === undefined) return undefined;
  const { min, max, whole } = INPUTS[name];
  // A caller in plain JavaScript, or with a cast, meets a sentence here and not a TypeError further down.
  if (typeof value !== 'object' || value === null || typeof value.toMilliseconds !== 'function') {
    problems.add(name, `${shown(value)} is not a Duration; write Duration.seconds(…) or Duration.millis(…)`);
    return undefined;
  }
  const amount = value.toMilliseconds({ integral: false }) / 1000;
  if (!(amount >= min && amount <= max)) problems.add(name, `${amount} s is out of range; give ${min} s to ${max} s`);
  else if (whole && !Number.isInteger(amount)) {
    problems.add(name, `${amount} s ends in a field that takes whole seconds; give ${Math.ceil(amount)} s`);
  }
  return amount;
}

function schedule(probe: Omit<ProbeSchedule, 'successThreshold'>): ProbeSchedule {
  return { ...probe, successThreshold: 1 };
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
