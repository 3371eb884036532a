import { annotationOf } from '../../manifest/annotation';
import { byRoute } from '../../system/entrances';
import { servedEntrances } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { NGINX_PREFIX } from '../../system/platforms/ingress-nginx';
import { protocolOfPath } from '../../system/servers/protocols';
import { plainPath } from '../../system/thread/asked';
import type { Rule } from '../rule';

export const ws266: Rule = {
  code: 'WS266',
  level: 'error',
  title: 'nothing takes the affinity of ingress-nginx away again',
  story: 'The cookie is set, everybody sees it, and polls still land on any pod: "Session ID unknown".',
  why: 'With service-upstream the controller knows one address, that of the Service, and kube-proxy chooses the pod. With use-regex the path of the cookie is the expression, which no browser matches, unless session-cookie-path says another; and a cookie of another path is not sent.',
  fix: 'Leave service-upstream out; write session-cookie-path beside use-regex, above the path of the connections.',
  source: 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#cookie-affinity',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    const entrances = servedEntrances(bundle).filter(({ controller }) => controller === 'ingress-nginx');
    for (const [ingress, through] of byRoute(entrances)) {
      const said = (name: string) => annotationOf(ingress, `${NGINX_PREFIX}${name}`);
      if (said('affinity') !== 'cookie') continue;
      const at = (name: string) => ['metadata', 'annotations', `${NGINX_PREFIX}${name}`];
      if (said('service-upstream') === 'true')
        yield {
          object: ingress,
          path: at('service-upstream'),
          actual: '"true" beside affinity: cookie, so that kube-proxy chooses the pod',
          expected: 'the addresses of the pods',
          fix: 'remove service-upstream',
          suggestions: [{ path: at('service-upstream') }],
        };
      if (said('use-regex') === 'true' && said('session-cookie-path') === undefined)
        yield {
          object: ingress,
          path: at('use-regex'),
          actual: '"true" beside affinity: cookie, without session-cookie-path',
          expected: 'a path of the cookie that browsers match',
          fix: `annotate with ${NGINX_PREFIX}session-cookie-path: "/"`,
          suggestions: [{ path: at('session-cookie-path'), value: '/' }],
        };
      const cookiePath = said('session-cookie-path');
      const lost = through
        .flatMap(({ reference }) => reference.paths)
        .find((path) => protocolOfPath(path)?.sessions === true && !isSent(cookiePath ?? '/', plainPath(path)));
      if (lost !== undefined)
        yield {
          object: ingress,
          path: at('session-cookie-path'),
          actual: `"${cookiePath}", so that no browser sends the cookie to ${plainPath(lost)}`,
          expected: `a path above ${plainPath(lost)}`,
          fix: 'write "/"',
          suggestions: [{ path: at('session-cookie-path'), value: '/' }],
        };
    }
  },
};

/**
 * Does a browser send a cookie of one path along to another?
 *
 * @see https://www.rfc-editor.org/rfc/rfc6265#section-5.1.4
 */
function isSent(cookiePath: string, path: string): boolean {
  // Whatever is not absolute is as good as none: the browser takes the path of the answer.
  if (!cookiePath.startsWith('/') || cookiePath === path) return true;
  return path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);
}
