import type { Timing } from './durations';
import { LEAST_MARGIN_SECONDS, LEAST_STOP_SECONDS } from './fixed';

/** One duration in an invariant: a part of the timing, or a number that the platform fixes. */
export interface Quantity {
  /** As it stands in messages: the name of the input or of the derived duration. */
  readonly name: string;
  readonly secondsIn: (timing: Timing) => number;
  /** The least it can be set to; `undefined` for what cannot be set at all. */
  readonly settableFrom?: number;
}

/** What a caller sets, and may be told to change. */
export const input = (name: string, secondsIn: (timing: Timing) => number, settableFrom = 1): Quantity => ({
  name,
  secondsIn,
  settableFrom,
});
/** What follows from inputs. */
export const derived = (name: string, secondsIn: (timing: Timing) => number): Quantity => ({ name, secondsIn });
/** What a platform fixes. */
export const fixed = (name: string, seconds: number): Quantity => ({ name, secondsIn: () => seconds });

export const pingInterval = input('pingInterval', (t) => t.pingIntervalSeconds);
export const pingTimeout = input('pingTimeout', (t) => t.pingTimeoutSeconds);
export const heartbeat = derived('effective ping timeout', (t) => t.effectivePingTimeoutSeconds);
export const idleTimeout = input('idleTimeout', (t) => t.idleTimeoutSeconds);
export const lifetime = input('maxConnectionLifetime', (t) => t.maxConnectionLifetimeSeconds);
export const endpointDetach = input('endpointDetach', (t) => t.endpointDetachSeconds);
export const preStop = derived('preStop', (t) => t.preStopSeconds);
export const drain = input('drain', (t) => t.drainSeconds);
export const shutdown = input('shutdown', (t) => t.shutdownSeconds, 0);
export const startup = input('startup', (t) => t.startupSeconds);
export const margin = input('margin', (t) => t.marginSeconds, LEAST_MARGIN_SECONDS);
export const workerShutdownTimeout = derived('worker_shutdown_timeout', (t) => t.workerShutdownTimeoutSeconds);
export const grace = input('terminationGracePeriod', (t) => t.terminationGracePeriodSeconds);
/** Without one, nodes leave a pod its whole grace period. */
export const nodeShutdown = input(
  'nodeShutdown',
  (t) => t.nodeShutdownSeconds ?? Number.POSITIVE_INFINITY,
  LEAST_STOP_SECONDS,
);
export const connectionDraining = input('connectionDraining', (t) => t.connectionDrainingSeconds);
export const affinityTtl = input('affinityTtl', (t) => t.affinityTtlSeconds);
export const presenceTtl = derived('presence TTL', (t) => t.presenceTtlSeconds);
export const replayTtl = derived('replay TTL', (t) => t.replayTtlSeconds);
export const keepAlive = derived('keep-alive', (t) => t.keepAliveSeconds);
