import { servedSettings } from '../../system/evidence';
import { type Heartbeat, idleTimeoutFor, LEAST_MARGIN_SECONDS, slowestHeartbeat } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Setting } from '../../system/platforms/platform';
import type { BalancerKind } from '../../timing/limits';
import type { Level, Rule } from '../rule';

/** What differs between the rules that an idle timeout outlasts the heartbeat. */
export interface IdleRule extends Omit<Rule, 'check' | 'kinds'> {
  /** The balancers that it judges. */
  readonly judges: (kind: BalancerKind) => boolean;
}

/**
 * An idle timeout outlasts the longest silence of a healthy connection. One invariant with as many stories as there are ways to find out: what people see, and
 * where they look, differs with the balancer.
 */
export function idleRule({ judges, ...rule }: IdleRule): Rule {
  return {
    ...rule,
    kinds: ENTRANCE_KINDS,
    *check(bundle) {
      for (const setting of servedSettings(bundle, 'timeout')) {
        const { kind, limits, knob, seconds, unreadable, workloads, entrances } = setting;
        if (!judges(kind) || limits.timeout.meaning !== 'idle') continue;
        const beat = slowestHeartbeat(bundle, workloads, entrances);
        const least = beat.seconds + LEAST_MARGIN_SECONDS;
        // What the controller cannot read is a matter of its own.
        if (unreadable || (seconds ?? knob.defaultSeconds ?? 0) >= least) continue;
        const value = idleTimeoutFor(beat);
        const level = gravity(setting, beat);
        if (level === undefined) continue;
        yield {
          object: setting.object,
          path: setting.path,
          actual: setting.words,
          expected: `at least ${least} s: ${beat.words} + ${LEAST_MARGIN_SECONDS} s`,
          fix: setting.change(value),
          ...(level === 'error' ? {} : { level }),
          suggestions: setting.edits(value),
        };
      }
    },
  };
}

/** Proxies that are nginx: the timer begins anew with whatever is sent in either direction. */
const NGINX: readonly BalancerKind[] = ['nginx', 'ingress-nginx'];

/**
 * A timeout below the interval of the pings breaks connections; one between that and the whole silence breaks those whose answers are late. Behind nginx
 * only a poll has such a silence: on a WebSocket, the ping itself or its answer begins the timer anew.
 */
function gravity({ kind, seconds, knob }: Setting, beat: Heartbeat): Level | undefined {
  const waits = seconds ?? knob.defaultSeconds ?? 0;
  if (NGINX.includes(kind)) {
    if (waits > Math.max(beat.pingIntervalSeconds, beat.polls ? beat.pingTimeoutSeconds : 0))
      return beat.polls ? 'warning' : undefined;
  }
  return beat.known ? 'error' : 'warning';
}
