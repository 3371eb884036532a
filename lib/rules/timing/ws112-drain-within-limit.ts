import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { settingsOf } from '../../system/settings';
import type { Rule } from '../rule';

export const ws112: Rule = {
  code: 'WS112',
  level: 'error',
  title: 'the drain fits what the balancer accepts',
  story:
    'The cloud refuses the value, and with it every other change on the same Ingress. New hosts and certificates stop arriving, and nobody sees why.',
  why: 'The controller passes the number on as it is; the API of the balancer refuses it, and the whole Ingress stops syncing.',
  fix: 'Stay within the limits of the platform.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/enabling-connection-draining',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const setting of settingsOf(bundle, 'drain')) {
      const { object, path, seconds, knob } = setting;
      if (seconds === undefined || (seconds >= knob.minSeconds && seconds <= knob.maxSeconds)) continue;
      const nearest = Math.min(Math.max(seconds, knob.minSeconds), knob.maxSeconds);
      yield {
        object,
        path,
        actual: setting.words,
        expected: `${knob.minSeconds} s to ${knob.maxSeconds} s`,
        fix: setting.change(nearest),
        edits: setting.edits(nearest),
      };
    }
  },
};
