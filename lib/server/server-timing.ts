import { Problems, shown } from '../input/problems';
import { deriveTiming, type Timing } from '../timing/timing';

/** The part of a timing that the application obeys, in milliseconds. */
export interface ServerTiming {
  /** Socket.IO's `pingInterval`. */
  readonly heartbeatIntervalMs: number;
  /** Socket.IO's `pingTimeout`. */
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

/** The variables that `WebSocketServer` writes into its pods, and the least that each can be. */
const VARIABLES: { readonly [name in keyof ServerTiming]: { readonly variable: string; readonly leastMs: number } } = {
  heartbeatIntervalMs: { variable: 'SOCKET_HEARTBEAT_INTERVAL_MS', leastMs: 1 },
  heartbeatGraceMs: { variable: 'SOCKET_HEARTBEAT_GRACE_MS', leastMs: 1 },
  presenceTtlMs: { variable: 'SOCKET_PRESENCE_TTL_MS', leastMs: 1 },
  replayTtlMs: { variable: 'SOCKET_REPLAY_TTL_MS', leastMs: 0 },
  drainMs: { variable: 'SOCKET_DRAIN_MS', leastMs: 0 },
  shutdownMs: { variable: 'SOCKET_SHUTDOWN_MS', leastMs: 0 },
  keepAliveMs: { variable: 'HTTP_KEEP_ALIVE_MS', leastMs: 1 },
};

/** Node's timers take no more: 2³¹ − 1 ms. Anything longer fires at once. */
const LONGEST_MS = 2_147_483_647;

/** What the application has to know of a timing. */
export function serverTiming(timing: Timing): ServerTiming {
  const milliseconds = (seconds: number) => Math.round(seconds * 1000);
  return Object.freeze({
    heartbeatIntervalMs: milliseconds(timing.pingIntervalSeconds),
    heartbeatGraceMs: milliseconds(timing.pingTimeoutSeconds),
    presenceTtlMs: milliseconds(timing.presenceTtlSeconds),
    replayTtlMs: milliseconds(timing.replayTtlSeconds),
    drainMs: milliseconds(timing.drainSeconds),
    shutdownMs: milliseconds(timing.shutdownSeconds),
    keepAliveMs: milliseconds(timing.keepAliveSeconds),
  });
}

/**
 * The timing that the pod was given, so that the application and the infrastructure cannot disagree. What is not set, as on a developer's
 * machine, is as `deriveTiming()` has it.
 *
 * @throws {InvalidInputError} with every variable that cannot be meant
 */
export function timingFromEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ServerTiming {
  const problems = new Problems();
  const read: Record<string, number> = { ...serverTiming(deriveTiming()) };
  for (const [name, { variable, leastMs }] of Object.entries(VARIABLES)) {
    const given = environment[variable];
    if (given === undefined) continue;
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (!(value >= leastMs && value <= LONGEST_MS)) {
      problems.add(variable, `${shown(given)} is not a time; give whole milliseconds from ${leastMs} to ${LONGEST_MS}`);
    }
    read[name] = value;
  }
  problems.throwIfAny();
  return Object.freeze(read) as unknown as ServerTiming;
}
