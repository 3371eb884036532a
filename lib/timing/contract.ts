import type { Timing } from './durations';
import { wholeTimingOf } from './read-timing';

/**
 * The part of a timing that the application obeys, in milliseconds: one contract between the pod that is written and the process that
 * runs in it, in whatever language.
 */
export interface ApplicationTiming {
  /** How often to ping. Socket.IO's `pingInterval`; the interval of its own pings in a plain WebSocket server. */
  readonly heartbeatIntervalMs: number;
  /** How long to wait for the answer. Socket.IO's `pingTimeout`; in a plain WebSocket server the wait for a pong. */
  readonly heartbeatGraceMs: number;
  /** How long a user counts as present without a heartbeat. */
  readonly presenceTtlMs: number;
  /** How long missed messages are kept for a client that was cut off. */
  readonly replayTtlMs: number;
  /** The window over which a terminating process closes its connections. 0 closes all of them at once. */
  readonly drainMs: number;
  /** What the process has after its last connection is gone: servers and stores are closed by then, or left behind. */
  readonly shutdownMs: number;
  /** How long an idle HTTP connection is kept: longer than the balancer keeps it. */
  readonly keepAliveMs: number;
}

/** One environment variable of the contract. Its value is always whole milliseconds, without a unit. */
export interface ContractVariable {
  /** As the process finds it in its environment. */
  readonly variable: string;
  /** The duration of the timing that it carries. */
  readonly field: NumberKey;
  /** The least that can be meant. */
  readonly leastMs: number;
  /** For pages and messages. */
  readonly meaning: string;
}

/** The keys of a timing whose values are seconds. */
export type NumberKey = { [K in keyof Timing]-?: Timing[K] extends number ? K : never }[keyof Timing];

/**
 * Every variable that a pod gets from its timing. The constructs write them, `holdfast/server` and servers in other languages read
 * them, rules hold the one against the other.
 */
export const CONTRACT: { readonly [name in keyof ApplicationTiming]: ContractVariable } = Object.freeze({
  heartbeatIntervalMs: {
    variable: 'SOCKET_HEARTBEAT_INTERVAL_MS',
    field: 'pingIntervalSeconds',
    leastMs: 1,
    meaning: 'how often the server pings',
  },
  heartbeatGraceMs: {
    variable: 'SOCKET_HEARTBEAT_GRACE_MS',
    field: 'pingTimeoutSeconds',
    leastMs: 1,
    meaning: 'how long it waits for the answer',
  },
  presenceTtlMs: {
    variable: 'SOCKET_PRESENCE_TTL_MS',
    field: 'presenceTtlSeconds',
    leastMs: 1,
    meaning: 'how long a user counts as present without a heartbeat',
  },
  replayTtlMs: {
    variable: 'SOCKET_REPLAY_TTL_MS',
    field: 'replayTtlSeconds',
    leastMs: 0,
    meaning: 'how long missed messages are kept',
  },
  drainMs: {
    variable: 'SOCKET_DRAIN_MS',
    field: 'drainSeconds',
    leastMs: 0,
    meaning: 'the window over which a terminating server closes its connections',
  },
  shutdownMs: {
    variable: 'SOCKET_SHUTDOWN_MS',
    field: 'shutdownSeconds',
    leastMs: 0,
    meaning: 'what the process has after its last connection is gone',
  },
  keepAliveMs: {
    variable: 'HTTP_KEEP_ALIVE_MS',
    field: 'keepAliveSeconds',
    leastMs: 1,
    meaning: 'how long an idle HTTP connection is kept',
  },
});

/** What the application has to know of a timing. @throws {TimingError} when the timing lacks a duration */
export function applicationTiming(timing: Timing): ApplicationTiming {
  const whole = wholeTimingOf(timing);
  return Object.freeze(
    Object.fromEntries(Object.entries(CONTRACT).map(([name, { field }]) => [name, milliseconds(whole[field])])),
  ) as unknown as ApplicationTiming;
}

/** The environment that tells it: whole milliseconds, as text. @throws {TimingError} when the timing lacks a duration */
export function timingEnvironment(timing: Timing): Readonly<Record<string, string>> {
  const whole = wholeTimingOf(timing);
  return Object.fromEntries(
    Object.values(CONTRACT).map(({ variable, field }) => [variable, String(milliseconds(whole[field]))]),
  );
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}
