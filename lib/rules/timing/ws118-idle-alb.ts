import { idleTimeoutFor, LEAST_MARGIN_SECONDS, slowestHeartbeat } from '../../system/heartbeat';
import { settingsOf } from '../../system/settings';
import { settingWords } from '../patterns/setting-words';
import type { Rule } from '../rule';

export const ws118: Rule = {
  code: 'WS118',
  level: 'error',
  title: 'the AWS balancer waits longer than the longest silence of a healthy connection',
  story:
    'Connections of people who only read are cut after a minute. A server that pings every 60 s races the default and loses most of the time.',
  why: 'idle_timeout.timeout_seconds closes what was silent for that long, 60 s by default; a healthy connection can be silent for pingInterval + pingTimeout.',
  fix: 'Set idle_timeout.timeout_seconds to pingInterval + pingTimeout + margin.',
  source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html',
  *check(bundle) {
    for (const setting of settingsOf(bundle, 'timeout')) {
      const { object, path, limits, workloads, kind } = setting;
      if (kind !== 'aws-alb') continue;
      const beat = slowestHeartbeat(bundle, workloads);
      if ((setting.seconds ?? limits.timeout.defaultSeconds ?? 0) >= beat.seconds + LEAST_MARGIN_SECONDS) continue;
      yield {
        object,
        path,
        actual: `${limits.timeout.field}: ${settingWords(setting, limits.timeout)}`,
        expected: `at least ${beat.seconds + LEAST_MARGIN_SECONDS} s: ${beat.words} + ${LEAST_MARGIN_SECONDS} s`,
        fix: `write ${limits.timeout.field}=${idleTimeoutFor(beat)} in alb.ingress.kubernetes.io/load-balancer-attributes`,
      };
    }
  },
};
