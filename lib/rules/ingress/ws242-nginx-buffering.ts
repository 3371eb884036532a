import { annotationOf } from '../../manifest/annotation';
import { evidenceAt, servedEntrances } from '../../system/evidence';
import { carriesUpgrades, effective, nginxTextsOf, proxyLocations } from '../../system/nginx-text';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { isSocketIoPath } from '../../system/probe';
import type { Rule } from '../rule';

const ANNOTATION = 'nginx.ingress.kubernetes.io/proxy-buffering';

export const ws242: Rule = {
  code: 'WS242',
  level: 'warning',
  title: 'nginx does not hold messages back',
  story: 'Messages over long-polling arrive late and in lumps, while the same over WebSocket are instant.',
  why: 'With proxy_buffering nginx collects an answer before it sends it on.',
  fix: 'Write proxy_buffering off in the Socket.IO location.',
  source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const entrance of servedEntrances(bundle)) {
      const { route, controller } = entrance;
      if (
        controller !== 'ingress-nginx' ||
        annotationOf(route, ANNOTATION) !== 'on' ||
        !evidenceAt(bundle, entrance).sessions
      )
        continue;
      const path = ['metadata', 'annotations', ANNOTATION];
      yield {
        object: route,
        path,
        actual: '"on"',
        expected: '"off", the default of ingress-nginx',
        fix: 'remove it',
        suggestions: [{ path }],
      };
    }
    for (const text of nginxTextsOf(bundle)) {
      for (const location of proxyLocations(text.directives)) {
        if (!carriesUpgrades(location) || !isSocketIoPath(location.path.replaceAll('\\', ''))) continue;
        const value = effective(location, 'proxy_buffering')?.args[0];
        if (value === 'off') continue;
        yield {
          object: text.configMap,
          path: text.path,
          actual:
            value === undefined
              ? `location ${location.path} says nothing of proxy_buffering, so it is on`
              : `location ${location.path} has proxy_buffering ${value}`,
          expected: 'proxy_buffering off',
          fix: `write proxy_buffering off; in location ${location.path}`,
        };
      }
    }
  },
};
