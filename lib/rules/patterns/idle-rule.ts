import { servedSettings } from '../../system/evidence';
import { type Heartbeat, idleTimeoutFor, LEAST_MARGIN_SECONDS, slowestHeartbeat } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Setting } from '../../system/platforms/platform';
import type { EntranceKind } from '../../timing/limits';
import type { Level, Rule } from '../rule';

/** What differs between the rules that an idle timeout outlasts the heartbeat. */
export interface IdleRule extends Omit<Rule, 'check' | 'kinds'> {
  /** The balancers that it judges. */
  readonly judges: (kind: EntranceKind) => boolean;
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
        const { kind, meaning, knob, seconds, unreadable, workloads, entrances } = setting;
        if (!judges(kind) || meaning !== 'idle') continue;
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

/**
 * A timeout that ends before the next ping breaks every quiet connection. One between that and the whole silence breaks polls whose answer is late; a WebSocket it does not,
 * because whatever is sent in either direction begins the time anew.
 *
 * @see https://github.com/nginx/nginx/blob/master/src/http/ngx_http_upstream.c
 */
function gravity({ seconds, knob }: Setting, beat: Heartbeat): Level | undefined {
  const waits = seconds ?? knob.defaultSeconds ?? 0;
  if (waits > beat.pingIntervalSeconds) return beat.polls ? 'warning' : undefined;
  return beat.known ? 'error' : 'warning';
}
