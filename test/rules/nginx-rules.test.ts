import { deriveTiming } from '../../lib/timing';
import { type Web, web } from '../system/support';
import { fixes, told } from './told';

const SERVED = '# assume: websocket\n';
const GCE: Web = { className: 'gce', ingress: 'kubernetes.io/ingress.class: gce' };
const ELSE: Web = { className: 'else' };

/** A web application whose nginx reads this configuration, and what one rule says of it. */
const conf = (text: string, of: Web = {}) =>
  SERVED +
  web({
    ...of,
    image: 'nginx:1.27',
    pod: 'volumes: [{ name: conf, configMap: { name: conf } }]',
    container: 'volumeMounts: [{ name: conf, mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf }]',
    more: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: conf }\ndata:\n  nginx.conf: ${JSON.stringify(text)}\n`,
  });
const said = (code: string, text: string) => told(code, text).map((line) => line.replace(/^.*?: .*?: /, ''));
const PASS = 'location / { proxy_pass http://x; }';
/** The same configuration with no route to its pods, and mounted by nobody. */
const unreached = (text: string) => [
  text.replace('selector: { app: web }', 'selector: { app: other }'),
  text.replace('configMap: { name: conf }', 'configMap: { name: other }'),
];

describe('WS243: an address that everybody shares', () => {
  const COUNTS = (by: string) => [`limit_conn a counts by ${by}, one address for everybody`];
  const zone = (by: string, name = 'zone=a:1m', limit = 'limit_conn b 1; limit_conn a 1;') =>
    `http { limit_conn_zone ${by} ${name}; server { ${limit} ${PASS} } }`;
  const up = (inside: string) => `http { upstream x { ${inside} } server { ${PASS} } }`;
  test.each<[text: string, said: readonly string[]]>([
    [zone('$binary_remote_addr'), COUNTS('$binary_remote_addr')],
    [zone('$remote_addr'), COUNTS('$remote_addr')],
    [zone('$remote_address'), []],
    [zone('x$remote_addr'), []],
    [zone('$client_address'), []],
    [zone('$remote_addr', 'zone=a'), COUNTS('$remote_addr')],
    [zone('$remote_addr', 'myzone=a:1m'), []],
    [zone('$remote_addr', ''), []],
    [zone('$remote_addr', 'zone=ab:1m'), []],
    [zone('$remote_addr', 'zone=a:1m', ''), []],
    [zone('$remote_addr', 'zone=a:1m', 'limit_conn b 1;'), []],
    [`${zone('$remote_addr')} real_ip_header X-Forwarded-For;`, []],
    [up('ip_hash; server a; server b;'), ['upstream x has ip_hash']],
    [up('hash $remote_addr consistent; server a; server b;'), ['upstream x has hash $remote_addr consistent']],
    [up('hash $cookie_a; server a; server b;'), []],
    [up('hash; server a; server b;'), []],
    [up('sticky $remote_addr; server a; server b;'), []],
    [up('ip_hash; server a;'), []],
    [up('ip_hash; server a; keepalive 3;'), []],
    [`http { upstream x; ${PASS} }`, []],
  ])('%s', (text, expected) => {
    expect(said('WS243', conf(text))).toEqual(expected);
    for (const alone of unreached(conf(text))) expect(said('WS243', alone)).toEqual([]);
  });
});

describe('WS241: upgrades are passed on', () => {
  const UP = 'proxy_set_header Upgrade $http_upgrade';
  const CON = 'proxy_set_header Connection "upgrade"';
  const V = 'proxy_http_version 1.1';
  const NO = (missing: readonly string[], more = '') => [`location /socket.io/ lacks ${missing.join('; ')}${more}`];
  test.each<[inside: string, said: readonly string[]]>([
    [`${UP}; ${CON}; ${V};`, []],
    [`proxy_set_header UPGRADE x; proxy_set_header CONNECTION $c; ${V};`, []],
    [`${CON}; ${V};`, NO([UP])],
    [`${UP}; ${V};`, NO([CON])],
    [`${UP}; ${CON};`, NO([V])],
    [`${UP}; ${CON}; proxy_http_version 1.0;`, NO([V])],
    [`${UP}; proxy_set_header Connection ""; ${V};`, NO([CON], ': it sets Connection to ""')],
    [`${UP}; proxy_set_header Connection close; ${V};`, NO([CON], ': it sets Connection to "close"')],
    [`${UP}; ${CON}; proxy_set_header; ${V};`, []],
    ['', NO([UP, CON, V])],
  ])('%s', (inside, expected) => {
    expect(said('WS241', conf(`http { server { location /socket.io/ { proxy_pass http://x; ${inside} } } }`))).toEqual(
      expected,
    );
  });
});

test.each<[location: string, said: readonly string[]]>([
  ['/socket.io/ { proxy_buffering off;', []],
  ['/socket.io/ {', ['location /socket.io/ says nothing of proxy_buffering, so it is on']],
  ['/socket.io/ { proxy_buffering on;', ['location /socket.io/ has proxy_buffering on']],
  ['^/socket\\.io {', ['location ^/socket\\.io says nothing of proxy_buffering, so it is on']],
  ['/ws {', []],
  ['/ { proxy_set_header Upgrade $http_upgrade;', []],
])('WS242: location %s', (location, expected) => {
  expect(said('WS242', conf(`http { server { location ${location} proxy_pass http://x; } } }`))).toEqual(expected);
});

test.each<[className: string, value: string, paths: string, found: boolean]>([
  ['nginx', '"on"', '/socket.io/', true],
  ['nginx', '"off"', '/socket.io/', false],
  ['nginx', '"on"', '/mqtt', false],
  ['else', '"on"', '/socket.io/', false],
])('WS242: of class %s with proxy-buffering %s at %s: %s', (className, value, path, found) => {
  const text = web({ className, ingress: `nginx.ingress.kubernetes.io/proxy-buffering: ${value}`, paths: [path] });
  expect(told('WS242', text)).toEqual(
    found ? ['Ingress web: metadata.annotations["nginx.ingress.kubernetes.io/proxy-buffering"]: "on"'] : [],
  );
});

describe('WS244: requests of a client go to one server', () => {
  const text = (pass: string, inside: string) =>
    conf(`http { upstream x { ${inside} } server { location /socket.io/ { ${pass} } ${PASS} } }`);
  const TURNS = (servers: number) => [`upstream x hands requests to its ${servers} servers in turn`];
  test.each<[pass: string, inside: string, said: readonly string[]]>([
    ['proxy_pass http://x;', 'server a; server b;', TURNS(2)],
    ['proxy_pass https://x/;', 'server a; server b; server c;', TURNS(3)],
    ['proxy_pass http://x/a/b;', 'server a; server b;', TURNS(2)],
    ['proxy_pass http://y;', 'server a; server b;', []],
    ['proxy_pass;', 'server a; server b;', []],
    ['proxy_pass http://x;', 'server a;', []],
    ['proxy_pass http://x;', 'server a; keepalive 3;', []],
    ['proxy_pass http://x;', 'ip_hash; server a; server b;', []],
    ['proxy_pass http://x;', 'hash $a; server a; server b;', []],
    ['proxy_pass http://x;', 'sticky; server a; server b;', []],
  ])('%s to %s', (pass, inside, expected) => {
    expect(said('WS244', text(pass, inside))).toEqual(expected);
    // Where nothing carries upgrades, the order of requests is nobody's matter.
    expect(said('WS244', text(pass, inside).replace('/socket.io/', '/shop/'))).toEqual([]);
  });
});

describe('WS245: room for connections', () => {
  const room = (connections: string | number, clients: number) =>
    `worker_connections ${connections}: room for ${clients} clients in each worker`;
  test.each<[text: string, said: readonly string[]]>([
    ['events { worker_connections 1024; }', [room(1024, 512)]],
    ['events { worker_connections 1025; }', []],
    ['events {}', [room('not written, so 512', 256)]],
    ['events;', [room('not written, so 512', 256)]],
    ['events { multi_accept on; worker_connections 4096; }', []],
    ['', []],
    ['worker_rlimit_nofile 4096; events { worker_connections 4096; }', []],
    [
      'user a; worker_rlimit_nofile 4095; events { worker_connections 4096; }',
      ['worker_rlimit_nofile 4095 below worker_connections 4096: every connection is a descriptor'],
    ],
  ])('%s', (text, expected) => {
    const whole = conf(`${text} http { server { ${PASS} } }`);
    expect(said('WS245', whole)).toEqual(expected);
    if (expected[0]?.includes('rlimit')) expect(fixes('WS245', whole)).toEqual(['write worker_rlimit_nofile 4160']);
    for (const alone of unreached(whole)) expect(said('WS245', alone)).toEqual([]);
  });
});

describe('WS257: the address of the client', () => {
  const header = (inside: string, more = '') =>
    `http { ${more} server { location /socket.io/ { proxy_pass http://x; ${inside} } } }`;
  const BALANCERS = (set: string) => [`location /socket.io/ sets ${set}, which is the balancer’s`];
  test.each<[text: string, said: readonly string[]]>([
    [header('proxy_set_header X-Forwarded-For $remote_addr;'), BALANCERS('X-Forwarded-For $remote_addr')],
    [header('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'), []],
    [header('proxy_set_header; proxy_set_header X-Forwarded-For;'), []],
    [header('proxy_set_header X-Forwarded-For $remote_addr;', 'real_ip_header X-Forwarded-For;'), []],
    [header('proxy_set_header X-Forwarded-Proto $scheme;'), BALANCERS('X-Forwarded-Proto $scheme')],
    [
      header('proxy_set_header X-Forwarded-Proto $scheme;', 'real_ip_header X-Forwarded-For;'),
      BALANCERS('X-Forwarded-Proto $scheme'),
    ],
    [
      header('')
        .replace('/socket.io/', '/shop/')
        .replace('http://x;', 'http://x; proxy_set_header X-Forwarded-Proto $scheme;'),
      [],
    ],
  ])('%s', (text, expected) => {
    expect(said('WS257', conf(text))).toEqual(expected);
    for (const alone of unreached(conf(text))) expect(said('WS257', alone)).toEqual([]);
    expect(said('WS257', conf(text).replace(SERVED, '# assume: http\n'))).toEqual([]);
  });
});

describe('WS120: nginx keeps connections for longer than Google’s balancer', () => {
  test.each<[text: string, said: string | undefined]>([
    [`http { server { ${PASS} } }`, 'not written, so 75s'],
    [`http { keepalive_timeout 600s; server { ${PASS} } }`, '600s'],
    [`http { keepalive_timeout 601s; server { ${PASS} } }`, undefined],
    [`http { keepalive_timeout 10m; server { ${PASS} } }`, '10m'],
    [`http { keepalive_timeout soon; server { ${PASS} } }`, undefined],
    [`http { server { keepalive_timeout 620s; ${PASS} } }`, undefined],
    [`http { upstream x { server a; keepalive_timeout 620s; } server { ${PASS} } }`, 'not written, so 75s'],
    ['upstream x { server a; }', undefined],
    [`http; server { keepalive_timeout 5; ${PASS} }`, '5'],
  ])('%s', (text, written) => {
    expect(said('WS120', conf(text, GCE))).toEqual(written === undefined ? [] : [`keepalive_timeout ${written}`]);
    for (const alone of [conf(text), conf(text, ELSE), ...unreached(conf(text, GCE))])
      expect(said('WS120', alone)).toEqual([]);
  });
});

describe('WS256: a configuration that nobody mounts', () => {
  const loose = (file: string, of: Web = {}) =>
    web({
      image: 'nginx:1.27',
      ...of,
      more: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: loose }\ndata: { ${file}: "server { ${PASS} }" }\n`,
    });
  const mount = (volume: string, at: string): Web => ({
    pod: `volumes: [{ name: other, emptyDir: {} }, { name: conf, ${volume} }]`,
    container: `volumeMounts: [{ name: conf, mountPath: ${at} }]`,
  });
  test.each<[file: string, of: Web, found: boolean]>([
    ['a.conf', {}, true],
    ['a.conf.template', {}, true],
    ['a.conf.bak', {}, false],
    ['a.conf', { image: 'team/app:1' }, false],
    ['a.conf', mount('emptyDir: {}', '/tmp'), true],
    ['a.conf', mount('emptyDir: {}', '/etc/nginx/conf.d'), false],
    ['a.conf', mount('hostPath: { path: /a }', '/data'), false],
  ])('%s beside %j: %s', (file, of, found) => {
    expect(said('WS256', loose(file, of))).toEqual(
      found ? ['no container mounts it, and the nginx of Deployment web has no configuration but its image’s'] : [],
    );
  });
});

test('WS228: who was told by the documentation is told no more', () => {
  const carried = { workload: `holdfast/timing: '${JSON.stringify(deriveTiming())}'` };
  expect(said('WS228', SERVED + web())).toEqual(['ingress-nginx, which is retired']);
  expect(said('WS228', SERVED + web(carried))).toEqual([]);
  expect(said('WS228', SERVED + web(ELSE))).toEqual([]);
});
