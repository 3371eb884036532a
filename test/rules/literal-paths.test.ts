import { web } from '../system/support';
import { fixes, told } from './told';

type Of = NonNullable<Parameters<typeof web>[0]>;
const SERVED = '# assume: websocket\n';
/** What stands there, without where. */
const actuals = (code: string, text: string) => told(code, text).map((line) => line.replace(/^.*?: .*?: /, ''));

describe('WS229: an expression behind ingress-nginx', () => {
  const NGINX = 'nginx.ingress.kubernetes.io';
  const quoted = (paths: readonly string[]) => paths.map((path) => `'${path}'`);
  const served = (paths: readonly string[], of: Of = {}) => SERVED + web({ ...of, paths: quoted(paths) });
  const beside = (annotations: string, host = 'web.example.com') => ({
    more: (web({ ingress: annotations }).split('---')[0] as string)
      .replace('name: web,', 'name: more,')
      .replace('web.example.com', host)
      .replace('path: /,', 'path: /more,')
      .replace('service: { name: web', 'service: { name: more'),
  });
  const write = (path: string, more = '') =>
    `${path === '' ? '' : `write path: ${path} with pathType Prefix, or `}annotate with ${NGINX}/use-regex: "true"${more}, with pathType ImplementationSpecific`;

  test.each([
    ['/socket.io/(.*)', write('/socket.io/')],
    ['/socket.io/.*', write('/socket.io/')],
    ['/socket\\.io/?(.*)', write('/socket.io')],
    ['/app(/|$)(.*)', write('/app')],
    ['/app/*', write('/app/')],
    ['/(.*)', write('/')],
    ['/(ws|chat)/.+', write('')],
    ['/[a-z]+/ws', write('')],
  ])('%s is what no client asks for', (path, fix) => {
    const text = served([path.replaceAll('\\\\', '\\')]);
    expect(actuals('WS229', text)).toEqual([
      `"${path.replaceAll('\\\\', '\\')}", taken letter by letter: no Ingress for web.example.com has use-regex or rewrite-target`,
    ]);
    expect(fixes('WS229', text)).toEqual([fix]);
  });

  test('a cookie needs a path of its own then', () => {
    const text = served(['/(ws|chat)'], { ingress: `${NGINX}/affinity: cookie` });
    expect(fixes('WS229', text)).toEqual([write('', ' and session-cookie-path: "/"')]);
  });

  test.each<[what: string, paths: readonly string[], of?: Of]>([
    ['a path with dots', ['/socket.io/']],
    ['a path with a version', ['/v1.2/ws']],
    ['a path that is filled in later', ['/$(PREFIX)/ws']],
    ['use-regex', ['/ws/(.*)'], { ingress: `${NGINX}/use-regex: "true"` }],
    ['rewrite-target', ['/app(/|$)(.*)'], { ingress: `${NGINX}/rewrite-target: /$2` }],
    ['use-regex under another prefix', ['/ws/(.*)'], { ingress: 'nginx.corp.example/use-regex: "true"' }],
    ['use-regex on another Ingress of the host', ['/ws/(.*)'], beside(`${NGINX}/use-regex: "true"`)],
    ['rewrite-target on another Ingress of the host', ['/ws/(.*)'], beside(`${NGINX}/rewrite-target: /$1`)],
    ['a location by hand', ['/ws/(.*)'], { ingress: `${NGINX}/server-snippet: "location /ws { }"` }],
    ['a path to the same Service above it', ['/ws/(.*)', '/']],
    ['another controller', ['/ws/(.*)'], { className: 'traefik' }],
    ['the controller of NGINX Inc.', ['/ws/(.*)'], { ingress: 'nginx.org/path-regex: case_sensitive' }],
  ])('and not with %s', (...[, paths, of]) => {
    expect(told('WS229', served(paths, of))).toEqual([]);
  });

  test.each<[what: string, paths: readonly string[], of?: Of]>([
    ['use-regex is off', ['/ws/(.*)'], { ingress: `${NGINX}/use-regex: "false"` }],
    ['use-regex is for another host', ['/ws/(.*)'], beside(`${NGINX}/use-regex: "true"`, 'other.example.com')],
    ['another path of the same Service is elsewhere', ['/ws/(.*)', '/assets']],
  ])('but when %s', (...[, paths, of]) => {
    expect(told('WS229', served(paths, of))).toHaveLength(1);
  });

  test('and of a plain web server nothing is said', () => {
    expect(told('WS229', web({ paths: quoted(['/app(/|$)(.*)']) }))).toEqual([]);
  });
});
