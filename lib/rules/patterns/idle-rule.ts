import { idleTimeoutFor, LEAST_MARGIN_SECONDS, slowestHeartbeat } from '../../system/heartbeat';
import { SETTING_KINDS } from '../../system/platforms/all';
import { settingsOf } from '../../system/settings';
import type { BalancerKind } from '../../timing/limits';
import type { Rule } from '../rule';

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
    kinds: SETTING_KINDS,
    *check(bundle) {
      for (const setting of settingsOf(bundle, 'timeout')) {
        const { kind, limits, knob, seconds, unreadable, workloads } = setting;
        if (!judges(kind) || limits.timeout.meaning !== 'idle') continue;
        const beat = slowestHeartbeat(workloads);
        const least = beat.seconds + LEAST_MARGIN_SECONDS;
        // What the controller cannot read is a matter of its own.
        if (unreadable || (seconds ?? knob.defaultSeconds ?? 0) >= least) continue;
        const value = idleTimeoutFor(beat);
        yield {
          object: setting.object,
          path: setting.path,
          actual: setting.words,
          expected: `at least ${least} s: ${beat.words} + ${LEAST_MARGIN_SECONDS} s`,
          fix: setting.change(value),
          edits: setting.edits(value),
        };
      }
    },
  };
}
