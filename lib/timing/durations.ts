/** The schedule of one probe, in the fields of a Kubernetes probe. */
export interface ProbeSchedule {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /**
   * How long a container that failed this probe has to end, preStop included; readiness ends nothing and has none. Without it a frozen process would keep its whole
   * termination grace period, minutes in which its clients wait for a process that does nothing. The hook's wait counts inside, and the kubelet leaves the stop signal 2 s
   * after it at the least: whoever is judged dead is gone that much later, and does not drain. A process that was only slow loses its connections as well;
   * that is what the failure threshold is for.
   *
   * @default - the termination grace period of the pod
   * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#probe-level-terminationgraceperiodseconds
   */
  readonly terminationGracePeriodSeconds?: number;
}

/**
 * Every duration of one system, derived and checked: plain frozen data in seconds, so that it can be written into an annotation and
 * read back.
 */
export interface Timing {
  readonly pingIntervalSeconds: number;
  readonly pingTimeoutSeconds: number;
  /** After this much silence either side gives the connection up: interval + timeout. */
  readonly effectivePingTimeoutSeconds: number;
  readonly marginSeconds: number;
  /** For every layer that closes silent connections. */
  readonly idleTimeoutSeconds: number;
  /** For every layer that closes old connections. */
  readonly maxConnectionLifetimeSeconds: number;
  readonly endpointDetachSeconds: number;
  /** How long every container's preStop hook holds the stop signal back. */
  readonly preStopSeconds: number;
  readonly drainSeconds: number;
  readonly shutdownSeconds: number;
  readonly startupSeconds: number;
  /** nginx's `worker_shutdown_timeout`: how long a worker that was told to quit may keep its connections. */
  readonly workerShutdownTimeoutSeconds: number;
  readonly terminationGracePeriodSeconds: number;
  /** How long a pod has at the most when its node is shut down or taken back. Left out where nodes give a pod its whole grace period. */
  readonly nodeShutdownSeconds?: number;
  /** How long the balancer leaves the connections of a removed endpoint alone. */
  readonly connectionDrainingSeconds: number;
  readonly affinityTtlSeconds: number;
  /** How long a user counts as present without a heartbeat. */
  readonly presenceTtlSeconds: number;
  /** How long messages are kept for a client that was cut off. */
  readonly replayTtlSeconds: number;
  /** HTTP keep-alive of whatever the balancer talks to. */
  readonly keepAliveSeconds: number;
  readonly livenessProbe: ProbeSchedule;
  readonly readinessProbe: ProbeSchedule;
  readonly startupProbe: ProbeSchedule;
}
