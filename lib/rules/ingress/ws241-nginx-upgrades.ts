import { carriesUpgrades, effective, nginxTextsOf, proxyLocations, requestHeadersOf } from '../../system/nginx-text';
import { WORKLOAD_KINDS } from '../../system/pod';
import type { Rule } from '../rule';

export const ws241: Rule = {
  code: 'WS241',
  level: 'error',
  title: 'nginx passes upgrades on in the Socket.IO location',
  story:
    'Clients connect, stay on long-polling for ever, and every message is a request. A client that insists on WebSocket cannot connect at all.',
  why: 'Upgrade and Connection are headers of one hop: a proxy drops them unless it is told to pass them on, over HTTP/1.1.',
  fix: 'Set Upgrade, Connection and proxy_http_version 1.1 in the location.',
  source: 'https://nginx.org/en/docs/http/websocket.html',
  kinds: [...WORKLOAD_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const text of nginxTextsOf(bundle)) {
      for (const location of proxyLocations(text.directives).filter(carriesUpgrades)) {
        const headers = new Set(requestHeadersOf(location).map(({ args }) => args[0]?.toLowerCase()));
        const connection = requestHeadersOf(location).find(({ args }) => args[0]?.toLowerCase() === 'connection')
          ?.args[1];
        const version = effective(location, 'proxy_http_version')?.args[0];
        const missing = [
          ...(headers.has('upgrade') ? [] : ['proxy_set_header Upgrade $http_upgrade']),
          ...(headers.has('connection') && connection !== '' && connection !== 'close'
            ? []
            : ['proxy_set_header Connection "upgrade"']),
          // The default since 1.29.7 only.
          ...(version === '1.1' ? [] : ['proxy_http_version 1.1']),
        ];
        if (missing.length === 0) continue;
        yield {
          object: text.configMap,
          path: text.path,
          actual: `location ${location.path} lacks ${missing.join('; ')}${headers.has('connection') && (connection === '' || connection === 'close') ? `: it sets Connection to "${connection}"` : ''}`,
          expected: 'Upgrade, Connection and HTTP/1.1 passed on',
          fix: `write ${missing.join('; ')}; in location ${location.path}`,
        };
      }
    }
  },
};
