import { idleTimeoutFor, LEAST_MARGIN_SECONDS, slowestHeartbeat } from '../../system/heartbeat';
import { settingsOf } from '../../system/settings';
import { settingWords } from '../patterns/setting-words';
import type { Rule } from '../rule';

export const ws116: Rule = {
  code: 'WS116',
  level: 'error',
  title: 'Envoy-based balancers wait longer than the longest silence of a healthy connection',
  story:
    'Quiet connections are cut between two pings. The busier the user, the better it works, so nobody can reproduce it.',
  why: 'Between two frames of a healthy connection lie up to pingInterval + pingTimeout; an idle timeout below that ends it. The default is 30 s.',
  fix: 'Set timeoutSec to pingInterval + pingTimeout + margin.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution',
  *check(bundle) {
    for (const setting of settingsOf(bundle, 'timeout')) {
      const { object, path, limits, workloads, kind } = setting;
      if (limits.timeout.meaning !== 'idle' || kind === 'aws-alb') continue;
      const beat = slowestHeartbeat(bundle, workloads);
      if ((setting.seconds ?? limits.timeout.defaultSeconds ?? 0) >= beat.seconds + LEAST_MARGIN_SECONDS) continue;
      const value = idleTimeoutFor(beat);
      yield {
        object,
        path,
        actual: settingWords(setting, limits.timeout),
        expected: `at least ${beat.seconds + LEAST_MARGIN_SECONDS} s: ${beat.words} + ${LEAST_MARGIN_SECONDS} s`,
        fix: `set ${limits.timeout.field} to ${value}`,
        edits: [{ path, value }],
      };
    }
  },
};
