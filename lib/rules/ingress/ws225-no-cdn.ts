import { blockOf, servedConfigs } from '../../system/backend-config';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws225: Rule = {
  code: 'WS225',
  level: 'error',
  title: 'no cache stands in front of a Socket.IO backend',
  story:
    'Two users get the same session id, because the handshake came out of a cache. One reads what the other was sent; both see "Session ID unknown".',
  why: 'The polling handshake is a GET like any other; a cache that ignores its headers or queries answers it itself. Only an explicit false turns the CDN off again.',
  fix: 'Write cdn.enabled: false.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#cloud_cdn',
  kinds: [...ENTRANCE_KINDS, 'BackendConfig'],
  *check(bundle) {
    for (const { config } of servedConfigs(bundle)) {
      // Together with IAP it is refused altogether: WS224.
      if (blockOf(config, 'cdn').enabled !== true || blockOf(config, 'iap').enabled === true) continue;
      const path = ['spec', 'cdn', 'enabled'];
      yield {
        object: config,
        path,
        actual: 'true',
        expected: 'false',
        fix: 'set cdn.enabled to false',
        suggestions: [{ path, value: false }],
      };
    }
  },
};
