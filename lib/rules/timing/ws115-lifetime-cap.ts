import { settingsOf } from '../../system/settings';
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
  *check(bundle) {
    for (const { seconds, object, path, limits, kind } of settingsOf(bundle, 'timeout')) {
      const cap = limits.lifetimeCapSeconds;
      // Where the timeout is an idle timeout, a long one promises nothing about life.
      if (seconds === undefined || limits.timeout.meaning !== 'lifetime' || seconds <= cap || kind === 'aws-alb')
        continue;
      yield {
        object,
        path,
        actual: `${seconds} s`,
        expected: `at most ${cap} s`,
        fix: `set ${limits.timeout.field} to ${cap}`,
        edits: [{ path, value: cap }],
      };
    }
  },
};
