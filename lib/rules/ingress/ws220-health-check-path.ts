import { HEALTH_CHECK_KINDS } from '../../system/platforms/all';
import { isSocketIoPath } from '../../system/probe';
import { healthChecksOf } from '../../system/settings';
import type { Rule } from '../rule';

export const ws220: Rule = {
  code: 'WS220',
  level: 'error',
  title: 'the balancer does not ask the Socket.IO endpoint for health',
  story:
    'Dozens of phantom clients are always connected, dashboards and autoscalers count them, and nobody knows them.',
  why: 'Every request to the endpoint without a session id opens an Engine.IO session that lives until the ping timeout; a balancer asks from many places at once.',
  fix: 'Ask a plain path such as /health.',
  source: 'https://socket.io/docs/v4/how-it-works/',
  kinds: HEALTH_CHECK_KINDS,
  *check(bundle) {
    for (const { object, asks } of healthChecksOf(bundle)) {
      for (const { path, text } of asks) {
        if (!isSocketIoPath(text)) continue;
        yield { object, path, actual: `"${text}"`, expected: 'a plain HTTP path', fix: 'ask "/health"' };
      }
    }
  },
};
