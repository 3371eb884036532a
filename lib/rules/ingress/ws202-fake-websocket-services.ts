import { annotationOf } from '../../manifest/annotation';
import { numberOf } from '../../manifest/field';
import { entrancesOf } from '../../system/entrance';
import { LEAST_MARGIN_SECONDS, slowestHeartbeat } from '../../system/heartbeat';
import { byRoute } from '../../system/settings';
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
  *check(bundle) {
    for (const [ingress, entrances] of byRoute(
      entrancesOf(bundle).filter(({ controller }) => controller === 'ingress-nginx'),
    )) {
      if (annotationOf(ingress, FAKE_WEBSOCKET_SERVICES) === undefined) continue;
      const seconds = numberOf(annotationOf(ingress, 'nginx.ingress.kubernetes.io/proxy-read-timeout')) ?? 0;
      const beat = slowestHeartbeat(
        bundle,
        entrances.flatMap(({ workloads }) => workloads),
      );
      if (seconds >= beat.seconds + LEAST_MARGIN_SECONDS) continue;
      const path = ['metadata', 'annotations', FAKE_WEBSOCKET_SERVICES];
      yield {
        object: ingress,
        path,
        actual: 'written, and read by nothing',
        expected: `proxy-read-timeout of at least ${beat.seconds + LEAST_MARGIN_SECONDS} s (${beat.words})`,
        fix: 'remove it and write nginx.ingress.kubernetes.io/proxy-read-timeout',
        edits: [{ path }],
      };
    }
  },
};
