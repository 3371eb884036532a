import type { Bundle } from '../../manifest/bundle';
import { evidenceOf, isServed } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Step, Thread } from '../../system/thread/step';
import { flawsAt } from '../../system/thread/thread';
import type { Level, Rule } from '../rule';

/** What differs between the rules that the thread from a route to its process goes on. */
export interface ThreadRule extends Omit<Rule, 'check' | 'kinds'> {
  /** The steps that it judges. */
  readonly at: Step['at'];
}

/** The thread goes on at one kind of step. What nothing shows to be wrong, although something would be expected to show that it is right, is worth a warning. */
export function threadRule({ at, ...rule }: ThreadRule): Rule {
  return {
    ...rule,
    kinds: ENTRANCE_KINDS,
    *check(bundle) {
      for (const { step, thread } of flawsAt(bundle, at)) {
        const { object, path, words, state, expected = 'a thread that goes on', fix = rule.fix } = step;
        yield {
          object,
          path,
          actual: words,
          expected,
          fix,
          ...(state === 'doubtful' ? { level: levelOf(bundle, thread) } : {}),
        };
      }
    },
  };
}

/** Ports of plain requests are left undeclared often enough to be only worth knowing. */
function levelOf(bundle: Bundle, { workload }: Thread): Level {
  return workload !== undefined && isServed(evidenceOf(bundle, workload)) ? 'warning' : 'info';
}
