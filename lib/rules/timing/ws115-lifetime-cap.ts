import { servedAges } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws115: Rule = {
  code: 'WS115',
  level: 'warning',
  title: 'no timeout promises more than the balancer keeps',
  story:
    'Somebody wrote a week and plans with it. Connections end after a day at the latest, when Google restarts its front ends.',
  why: 'Google’s front ends cap the effect of the timeout at a day, and are restarted for maintenance.',
  fix: 'Write at most 86400, and let clients reconnect.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const setting of servedAges(bundle)) {
      const { seconds, object, path, limits } = setting;
      const cap = limits.lifetimeCapSeconds;
      if (seconds === undefined || seconds <= cap) continue;
      yield {
        object,
        path,
        actual: setting.words,
        expected: `at most ${cap} s`,
        fix: setting.change(cap),
        edits: setting.edits(cap),
      };
    }
  },
};
