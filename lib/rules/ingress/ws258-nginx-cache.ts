import { effective, nginxTextsOf, proxyLocations } from '../../system/nginx-text';
import { WORKLOAD_KINDS } from '../../system/pod';
import { isSocketIoPath } from '../../system/probe';
import type { Rule } from '../rule';

export const ws258: Rule = {
  code: 'WS258',
  level: 'error',
  title: 'nginx does not answer a handshake out of a cache',
  story:
    'Two users get the same session id, because the handshake came out of a cache. One reads what the other was sent; both see "Session ID unknown".',
  why: 'The polling handshake is a GET like any other, and with proxy_cache its answer is kept for whoever asks next.',
  fix: 'Write proxy_cache off in the Socket.IO location.',
  source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache',
  kinds: [...WORKLOAD_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const text of nginxTextsOf(bundle)) {
      for (const location of proxyLocations(text.directives)) {
        const zone = effective(location, 'proxy_cache')?.args[0];
        if (zone === undefined || zone === 'off' || !isSocketIoPath(location.path.replaceAll('\\', ''))) continue;
        yield {
          object: text.configMap,
          path: text.path,
          actual: `location ${location.path} has proxy_cache ${zone}`,
          expected: 'proxy_cache off',
          fix: `write proxy_cache off; in location ${location.path}`,
        };
      }
    }
  },
};
