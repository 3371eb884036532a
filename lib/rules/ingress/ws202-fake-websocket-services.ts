import { annotationOf } from '../../manifest/annotation';
import { servedSettings } from '../../system/evidence';
import { LEAST_MARGIN_SECONDS, slowestHeartbeat } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { FAKE_WEBSOCKET_SERVICES } from '../patterns/fake-annotations';
import type { Rule } from '../rule';

export const ws202: Rule = {
  code: 'WS202',
  level: 'warning',
  title: 'WebSockets on ingress-nginx are configured by what the controller reads',
  story:
    'The annotation promises WebSocket support and does nothing. Connections end after a minute, as they did before.',
  why: `${FAKE_WEBSOCKET_SERVICES} belongs to another controller under another prefix (nginx.org/websocket-services). ingress-nginx passes upgrades on without being told and closes what was silent for proxy-read-timeout.`,
  fix: 'Write proxy-read-timeout; the annotation may stay or go.',
  source: 'https://kubernetes.github.io/ingress-nginx/user-guide/miscellaneous/#websockets',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const { object, kind, seconds = 0, workloads, entrances } of servedSettings(bundle, 'timeout')) {
      if (kind !== 'ingress-nginx' || annotationOf(object, FAKE_WEBSOCKET_SERVICES) === undefined) continue;
      const beat = slowestHeartbeat(bundle, workloads, entrances);
      if (seconds >= beat.seconds + LEAST_MARGIN_SECONDS) continue;
      const path = ['metadata', 'annotations', FAKE_WEBSOCKET_SERVICES];
      yield {
        object,
        path,
        actual: 'written, and read by nothing',
        expected: `proxy-read-timeout of at least ${beat.seconds + LEAST_MARGIN_SECONDS} s: ${beat.words} + ${LEAST_MARGIN_SECONDS} s`,
        fix: 'remove it and write nginx.ingress.kubernetes.io/proxy-read-timeout',
        edits: [{ path }],
      };
    }
  },
};
