import { check } from '../../lib/rules';
import { web } from '../system/support';
import { told } from './told';

const LOST = '/socket.io/ becomes /';

describe('WS255: Kong', () => {
  const kong = (annotations: string, service = '', path = '/socket.io') =>
    told('WS255', web({ className: 'kong', paths: [path], ingress: annotations, service }));
  const STRIP = 'konghq.com/strip-path: "true"';

  test('strips the path of Socket.IO', () => {
    expect(kong(STRIP)).toEqual([`Ingress web: metadata.annotations["konghq.com/strip-path"]: ${LOST}`]);
    expect(kong('konghq.com/strip-path: "TRUE"', '', '/socket.io/')).toHaveLength(1);
  });

  test.each<[what: string, said: readonly string[]]>([
    ['that is told not to', kong('konghq.com/strip-path: "false"')],
    ['that is told nothing', kong('')],
    ['whose Service puts the path back', kong(STRIP, 'konghq.com/path: /socket.io')],
    ['that writes the path anew', kong(`${STRIP}, konghq.com/rewrite: /socket.io/`)],
    ['that strips what stands before it', kong(STRIP, '', '/chat')],
    ['that matches an expression', kong(STRIP, '', '"/~/socket.io"')],
  ])('loses no path %s', (_what, said) => {
    expect(said).toEqual([]);
  });

  test('lets nobody in then', () => {
    expect(check(web({ className: 'kong', paths: ['/socket.io'], ingress: STRIP })).systems).toEqual([
      `No connection to web.example.com ever opens, because behind Ingress web ${LOST}.`,
    ]);
  });
});

describe('WS255: Traefik', () => {
  const [, ...site] = web().split('---\n');
  const middleware = (name: string, spec: string, more = '') => `---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: ${name}${more} }
spec: ${spec}
`;
  const routed = (names: string, more: string, match = 'PathPrefix(`/socket.io`)') => `${site.join('---\n')}---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: web }
spec:
  routes:
    - match: Host(\`web.example.com\`) && ${match}
      middlewares: [${names}]
      services: [{ name: web, port: 80 }]
${more}`;
  const said = (names: string, more: string) => told('WS255', routed(names, more));
  const STRIP = middleware('strip', '{ stripPrefix: { prefixes: [/api, /socket.io] } }');

  test('strips the path of Socket.IO', () => {
    expect(said('{ name: strip }', STRIP)).toEqual([`IngressRoute web: spec.routes[0].middlewares: ${LOST}`]);
  });

  test('replaces it', () => {
    expect(said('{ name: whole }', middleware('whole', '{ replacePath: { path: /chat } }'))).toEqual([
      'IngressRoute web: spec.routes[0].middlewares: /socket.io/ becomes /chat',
    ]);
  });

  test('does so in a chain', () => {
    expect(
      said('{ name: all }', middleware('all', '{ chain: { middlewares: [{ name: strip }] } }') + STRIP),
    ).toHaveLength(1);
    // A chain that is in itself ends somewhere.
    expect(said('{ name: all }', middleware('all', '{ chain: { middlewares: [{ name: all }] } }'))).toEqual([]);
  });

  test.each([
    ['{ name: strip }', middleware('strip', '{ stripPrefix: { prefixes: [/api] } }')],
    ['{ name: strip }, { name: add }', STRIP + middleware('add', '{ addPrefix: { prefix: /socket.io/ } }')],
    [
      '{ name: strip }, { name: by }',
      STRIP + middleware('by', '{ replacePathRegex: { regex: "^/", replacement: /socket.io/ } }'),
    ],
    ['{ name: headers }', middleware('headers', '{ headers: {} }')],
    ['{ name: gone }', ''],
    [
      '{ name: strip, namespace: edge }',
      middleware('strip', '{ stripPrefix: { prefixes: [/api] } }', ', namespace: edge'),
    ],
  ])('loses no path with %s', (names, more) => {
    expect(said(names, more)).toEqual([]);
  });

  test('reads what an Ingress names', () => {
    const text = (name: string) =>
      told(
        'WS255',
        web({
          className: 'traefik',
          paths: ['/socket.io'],
          ingress: `traefik.ingress.kubernetes.io/router.middlewares: "edge-auth@file, ${name}@kubernetescrd"`,
          more: STRIP.replace('---\n', ''),
        }),
      );
    expect(text('default-strip')).toHaveLength(1);
    expect(text('other-strip')).toEqual([]);
  });

  test('a path that a rule does not match is none of its paths', () => {
    const paths = (match: string) => check(routed('', '', match)).systems.length;
    expect(paths('PathPrefix(`/socket.io`)')).toBe(1);
    expect(paths('!PathPrefix(`/socket.io`)')).toBe(0);
    expect(paths('! PathPrefix(`/socket.io`)')).toBe(0);
    expect(paths('!(PathPrefix(`/socket.io`) || PathPrefix(`/api`))')).toBe(0);
    expect(paths('!PathPrefix(`/api`) && PathPrefix(`/socket.io`)')).toBe(1);
  });
});

test.each<[path: string, override: string, said: readonly string[]]>([
  ['/socket.io/*', '/', [LOST]],
  ['/socket.io', '/', [LOST]],
  ['/socket.io/*', '/chat', ['/socket.io/ becomes /chat/']],
  ['/chat/socket.io/*', '/socket.io/', []],
  ['/socket.io/*', '/socket.io/', []],
  ['/*', '/', []],
  ['/chat/*', '/', []],
])('WS255: the Application Gateway replaces %s by %s', (path, override, said) => {
  const at = 'appgw.ingress.kubernetes.io/backend-path-prefix';
  const text = web({ className: 'azure-application-gateway', paths: [`"${path}"`], ingress: `${at}: ${override}` });
  expect(told('WS255', text)).toEqual(said.map((one) => `Ingress web: metadata.annotations["${at}"]: ${one}`));
});
