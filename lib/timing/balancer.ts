import { Problems, shown } from '../input/problems';
import {
  BALANCERS,
  type BalancerKind,
  balancerNamed,
  limitsOf,
  SHORTEST_LIFETIME_SECONDS,
  type TimeoutMeaning,
} from './limits';
import { readTiming } from './read-timing';
import { type Timing, TimingError } from './timing';

/** What a balancer of one kind must be told. */
export interface BalancerTiming {
  readonly kind: BalancerKind;
  /** What {@link BalancerTiming.timeoutSeconds} limits on this kind of balancer. */
  readonly meaning: TimeoutMeaning;
  readonly timeoutSeconds: number;
  readonly connectionDrainingSeconds: number;
  readonly affinityTtlSeconds: number;
}

/**
 * What the balancer in front must be told: a lifetime where its timeout is one, an idle timeout where it is one.
 *
 * @throws {TimingError} when the timing is none that `deriveTiming` could return, or this kind of balancer cannot keep what it promises
 */
export function behindBalancer(timing: Timing, kind: BalancerKind): BalancerTiming {
  const problems = new Problems();
  readTiming(problems, timing);
  if (!Object.hasOwn(BALANCERS, kind))
    problems.add(
      'kind',
      `${shown(kind)} is no balancer that is known; give one of ${Object.keys(BALANCERS).join(', ')}`,
    );
  if (problems.found.length > 0) throw new TimingError(problems.found);
  const limits = limitsOf(kind);
  const lifetime = timing.maxConnectionLifetimeSeconds;
  if (lifetime > limits.lifetimeCapSeconds) {
    problems.add(
      'maxConnectionLifetime',
      `${lifetime} s cannot be kept by ${balancerNamed(kind)}, which closes every connection after ${limits.lifetimeCapSeconds} s at the latest; ` +
        `set it to at most ${limits.lifetimeCapSeconds} s`,
    );
  }
  if (limits.timeout.meaning === 'lifetime' && lifetime < SHORTEST_LIFETIME_SECONDS) {
    problems.add(
      'maxConnectionLifetime',
      `${lifetime} s would cut every connection every ${lifetime} s: on ${balancerNamed(kind)} ${limits.timeout.field} is how long a connection may live, ` +
        `idle or active, and pings do not help; set it to at least ${SHORTEST_LIFETIME_SECONDS} s`,
    );
  }
  const timeout = limits.timeout.meaning === 'lifetime' ? lifetime : timing.idleTimeoutSeconds;
  const within = (
    name: string,
    value: number,
    knob: { field: string; minSeconds: number; maxSeconds: number } | undefined,
  ) => {
    if (knob === undefined || (value >= knob.minSeconds && value <= knob.maxSeconds)) return;
    problems.add(
      name,
      `${value} s is out of range for ${knob.field}; give ${knob.minSeconds} s to ${knob.maxSeconds} s`,
    );
  };
  if (problems.found.length === 0)
    within(limits.timeout.meaning === 'lifetime' ? 'maxConnectionLifetime' : 'idleTimeout', timeout, limits.timeout);
  within('connectionDraining', timing.connectionDrainingSeconds, limits.drain);
  within('affinityTtl', timing.affinityTtlSeconds, limits.affinityTtl);
  if (problems.found.length > 0) throw new TimingError(problems.found);
  return Object.freeze({
    kind,
    meaning: limits.timeout.meaning,
    timeoutSeconds: timeout,
    connectionDrainingSeconds: timing.connectionDrainingSeconds,
    affinityTtlSeconds: timing.affinityTtlSeconds,
  });
}
