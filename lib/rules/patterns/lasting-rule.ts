import { numberOf } from '../../manifest/field';
import { serversOf } from '../../system/evidence';
import { environmentsNamed, observe } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Timing } from '../../timing/timing';
import type { Rule } from '../rule';
import { brokenBy } from './broken';

/** What differs between the rules about something that the application keeps for a while. */
export interface LastingRule extends Omit<Rule, 'check' | 'kinds'> {
  /** The variable that tells the application for how many milliseconds. */
  readonly variable: string;
  /** The duration of the timing that it stands for. */
  readonly duration: keyof Timing & `${string}Seconds`;
  /** The invariant that must hold. */
  readonly invariant: string;
}

/** What the application keeps lasts for as long as an invariant of the timing asks for. */
export function lastingRule({ variable, duration, invariant, ...rule }: LastingRule): Rule {
  return {
    ...rule,
    kinds: ENTRANCE_KINDS,
    *check(bundle) {
      for (const workload of serversOf(bundle)) {
        for (const { value, path } of environmentsNamed(workload, variable)) {
          const seen = numberOf(value);
          // What is no plausible number of milliseconds is for WS103.
          if (seen === undefined || seen < 1000) continue;
          const broken = brokenBy(invariant, { ...observe(bundle, workload).timing, [duration]: seen / 1000 });
          if (broken === undefined) continue;
          const needed = broken.neededSeconds * 1000;
          yield {
            object: workload,
            path,
            actual: `${variable} is ${seen} ms`,
            expected: `at least ${needed} ms`,
            because: broken.sentence,
            fix: `set ${variable} to "${needed}"`,
            edits: [{ path, value: String(needed) }],
          };
        }
      }
    },
  };
}
