import { idleTimeoutFor, LEAST_MARGIN_SECONDS, slowestHeartbeat } from '../../system/heartbeat';
import { carriesUpgrades, effective, nginxSeconds, nginxTextsOf, proxyLocations } from '../../system/nginx-text';
import { limitsOf } from '../../timing/limits';
import type { Rule } from '../rule';

export const ws119: Rule = {
  code: 'WS119',
  level: 'error',
  title: 'nginx waits longer than the longest silence of a healthy connection',
  story:
    'The proxy in the pod closes quiet connections, and long polls end with 504. The application’s log shows a transport error and nothing else.',
  why: 'proxy_read_timeout is the time between two reads from the application, 60 s by default; a healthy connection can be silent for pingInterval + pingTimeout.',
  fix: 'Set proxy_read_timeout in the Socket.IO location to pingInterval + pingTimeout + margin.',
  source: 'https://nginx.org/en/docs/http/websocket.html',
  *check(bundle) {
    const { defaultSeconds = 60 } = limitsOf('nginx').timeout;
    for (const text of nginxTextsOf(bundle)) {
      const beat = slowestHeartbeat(bundle, text.workload === undefined ? [] : [text.workload]);
      for (const location of proxyLocations(text.directives).filter(carriesUpgrades)) {
        // Headers are inherited by REST locations too, which may time out when they like.
        if (/(^|\/)(api|health|healthz|ready|metrics)(\/|$)/.test(location.path)) continue;
        const written = effective(location, 'proxy_read_timeout')?.args[0];
        const seconds = written === undefined ? defaultSeconds : nginxSeconds(written);
        if (seconds === undefined || seconds >= beat.seconds + LEAST_MARGIN_SECONDS) continue;
        yield {
          object: text.configMap,
          path: text.path,
          actual: `location ${location.path} has proxy_read_timeout ${written ?? `not written, so ${defaultSeconds}s`}`,
          expected: `at least ${beat.seconds + LEAST_MARGIN_SECONDS} s: ${beat.words} + ${LEAST_MARGIN_SECONDS} s`,
          fix: `write proxy_read_timeout ${idleTimeoutFor(beat)}s in location ${location.path}`,
        };
      }
    }
  },
};
