import { Bundle, type Manifest } from '../../lib/manifest';
import { affinityOf, controllerOf, entrancesOf, healthChecksOf, settingsOf } from '../../lib/system';
import { haproxySeconds } from '../../lib/system/platforms/haproxy';

type Annotations = Readonly<Record<string, string>>;

function behind(onService: Annotations, onIngress: Annotations = {}, config?: Annotations): Bundle {
  const backend = { service: { name: 'chat', port: { number: 80 } } };
  const objects: Manifest[] = [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'chat', annotations: onIngress },
      spec: { ingressClassName: 'haproxy', defaultBackend: backend },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'chat', annotations: onService },
      spec: { ports: [{ port: 80 }] },
    },
  ];
  if (config !== undefined)
    objects.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'haproxy' }, data: config } as Manifest);
  return new Bundle(objects);
}

const SNIPPET = 'haproxy.org/backend-config-snippet';
const COOKIE = 'haproxy.org/cookie-persistence';
const BALANCE = 'haproxy.org/load-balance';

describe('how long a tunnel may be silent', () => {
  const told = (bundle: Bundle) =>
    settingsOf(bundle, 'timeout').map(({ object, path, words }) => `${object.kind} ${path.at(-1)}: ${words}`);

  test.each([
    ['nowhere', behind({}), `Service ${SNIPPET}: timeout tunnel: not written, so 3600 s`],
    ['on the Service', behind({ [SNIPPET]: 'timeout tunnel 80s' }), `Service ${SNIPPET}: timeout tunnel: 80 s`],
    [
      'on the Service, among other lines',
      behind({ [SNIPPET]: 'hash-type consistent\n  timeout  tunnel 2m\n' }),
      `Service ${SNIPPET}: timeout tunnel: 120 s`,
    ],
    ['on the Ingress', behind({}, { [SNIPPET]: 'timeout tunnel 80s' }), `Ingress ${SNIPPET}: timeout tunnel: 80 s`],
    [
      'on both: the Service is asked first',
      behind({ [SNIPPET]: 'timeout tunnel 80s' }, { [SNIPPET]: 'timeout tunnel 90s' }),
      `Service ${SNIPPET}: timeout tunnel: 80 s`,
    ],
    [
      'in the ConfigMap of the controller',
      behind({}, {}, { 'timeout-tunnel': '30m' }),
      'ConfigMap timeout-tunnel: timeout tunnel: 1800 s',
    ],
    [
      'in the ConfigMap and on the Service, which is closer',
      behind({ [SNIPPET]: 'timeout tunnel 80s' }, {}, { 'timeout-tunnel': '30m' }),
      `Service ${SNIPPET}: timeout tunnel: 80 s`,
    ],
    [
      'in a comment, which says nothing',
      behind({ [SNIPPET]: '# timeout tunnel 10s' }),
      `Service ${SNIPPET}: timeout tunnel: not written, so 3600 s`,
    ],
    [
      'in no ConfigMap of somebody else',
      behind({}, {}, { 'nginx.conf': '' }),
      `Service ${SNIPPET}: timeout tunnel: not written, so 3600 s`,
    ],
    [
      'in an annotation that the controller does not read',
      behind({}, { 'haproxy.org/timeout-tunnel': '10s' }),
      `Service ${SNIPPET}: timeout tunnel: not written, so 3600 s`,
    ],
    [
      'in no way that can be read',
      behind({ [SNIPPET]: 'timeout tunnel 80sec' }),
      `Service ${SNIPPET}: timeout tunnel: "80sec", which is no number of seconds`,
    ],
  ])('%s', (_where, bundle, expected) => {
    expect(told(bundle)).toEqual([expected]);
  });

  test('is said by each Service for itself', () => {
    const [ingress, service] = behind({ [SNIPPET]: 'timeout tunnel 80s' }).objects as readonly [Manifest, Manifest];
    const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
    const paths = ['chat', 'games'].map((name) => ({ path: `/${name}`, pathType: 'Prefix', backend: backend(name) }));
    const both = new Bundle([
      { ...ingress, spec: { ingressClassName: 'haproxy', rules: [{ http: { paths } }] } },
      service,
      { ...service, metadata: { name: 'games', annotations: { [SNIPPET]: 'timeout tunnel 90s' } } },
    ]);
    expect(settingsOf(both, 'timeout').map(({ object, seconds }) => [object.metadata.name, seconds])).toEqual([
      ['chat', 80],
      ['games', 90],
    ]);
  });

  test('is mended in the ConfigMap by a number with its unit, and in a snippet by hand', () => {
    const [inConfig] = settingsOf(behind({}, {}, { 'timeout-tunnel': '30s' }), 'timeout');
    expect(inConfig?.edits(80)).toEqual([{ path: ['data', 'timeout-tunnel'], value: '80s' }]);
    expect(inConfig?.change(80)).toBe('set timeout-tunnel to 80s');
    const [inSnippet] = settingsOf(behind({}), 'timeout');
    expect(inSnippet?.edits(80)).toEqual([]);
    expect(inSnippet?.change(80)).toBe(`write timeout tunnel 80s in ${SNIPPET} of the Service`);
  });

  test('is asked of no drain and no cookie, which have no seconds here', () => {
    expect(settingsOf(behind({}), 'drain')).toEqual([]);
    expect(settingsOf(behind({}), 'affinityTtl')).toEqual([]);
  });
});

describe('what binds a client', () => {
  test.each([
    ['nothing', behind({}), false, 'no affinity'],
    ['a cookie on the Service', behind({ [COOKIE]: 'chat' }), true, 'cookie chat'],
    ['a cookie named by server', behind({ [`${COOKIE}-no-dynamic`]: 'chat' }), true, 'cookie chat'],
    [
      'a cookie of the controller',
      behind({}, {}, { 'cookie-persistence': 'chat' }),
      true,
      'cookie-persistence chat of the controller',
    ],
    [
      'a cookie on the Ingress, which is not read',
      behind({}, { [COOKIE]: 'chat' }),
      false,
      'cookie-persistence on the Ingress, where the controller does not read it',
    ],
    ['the address', behind({ [BALANCE]: 'source' }), true, 'load-balance source'],
    ['the address, said on the Ingress', behind({}, { [BALANCE]: 'source' }), true, 'load-balance source'],
    ['a header', behind({ [BALANCE]: 'hdr(X-User)' }), true, 'load-balance hdr(X-User)'],
    ['not the fewest connections', behind({ [BALANCE]: 'leastconn' }), false, 'no affinity'],
  ])('%s', (_what, bundle, bound, words) => {
    const [entrance] = entrancesOf(bundle);
    const found = entrance === undefined ? undefined : affinityOf(bundle, entrance);
    expect(found).toMatchObject({ bound, words });
    expect(found?.object.kind).toBe('Service');
    expect(found?.edits).toEqual([{ path: ['metadata', 'annotations', COOKIE], value: 'affinity-cookie' }]);
  });
});

test.each([
  ['/health', ['/health']],
  ['HEAD /health HTTP/1.1', ['/health']],
  ['HEAD', []],
])('a health check of "%s" asks for %j', (text, paths) => {
  const asked = healthChecksOf(behind({ 'haproxy.org/check-http': text })).flatMap(({ asks }) => asks);
  expect(asked.map((one) => one.text)).toEqual(paths);
  for (const { path } of asked) expect(path).toEqual(['metadata', 'annotations', 'haproxy.org/check-http']);
});

test.each([
  ['80s', 80],
  ['2m', 120],
  ['1h', 3600],
  ['1d', 86_400],
  ['500', 0.5],
  ['500ms', 0.5],
  ['2000000us', 2],
  ['1h30m', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j are %j seconds, as HAProxy counts', (text, seconds) => {
  expect(haproxySeconds(text)).toBe(seconds);
});

test('the community’s controller, which has the same class, is another one', () => {
  const bundle = behind({}, { 'haproxy-ingress.github.io/timeout-tunnel': '80s' });
  expect(controllerOf(bundle, bundle.ofKind('Ingress')[0] as Manifest)).toBe('other');
  const both = behind({}, { 'haproxy-ingress.github.io/timeout-tunnel': '80s', 'haproxy.org/ssl-redirect': 'true' });
  expect(controllerOf(both, both.ofKind('Ingress')[0] as Manifest)).toBe('haproxy');
});
