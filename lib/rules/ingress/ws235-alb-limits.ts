import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { settingsOf } from '../../system/settings';
import type { Rule } from '../rule';

export const ws235: Rule = {
  code: 'WS235',
  level: 'error',
  title: 'timeouts are ones that the balancer takes',
  story:
    'The cloud refuses the value and with it the whole list. The balancer goes on with its default of a minute or less.',
  why: 'AWS takes an idle timeout of 1 to 4000 seconds and a cookie of up to a week; Google a timeout of 1 second or more.',
  fix: 'Stay within the limits of the platform.',
  source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const name of ['timeout', 'affinityTtl'] as const) {
      for (const setting of settingsOf(bundle, name)) {
        const { object, path, seconds, knob, kind } = setting;
        // What Google takes of a cookie is for WS217; a lifetime above its cap has no effect and is for WS115.
        if (seconds === undefined || kind !== 'aws-alb' || (seconds >= knob.minSeconds && seconds <= knob.maxSeconds))
          continue;
        yield {
          object,
          path,
          actual: `${knob.field}=${seconds}`,
          expected: `${knob.minSeconds} to ${knob.maxSeconds}`,
          fix: setting.change(Math.min(Math.max(seconds, knob.minSeconds), knob.maxSeconds)),
        };
      }
    }
  },
};
