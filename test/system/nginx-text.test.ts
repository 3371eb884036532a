import { Bundle, loadTexts, type Manifest } from '../../lib/manifest';
import {
  carriesUpgrades,
  choosesByClient,
  type Directive,
  directivesNamed,
  effective,
  nginxSeconds,
  nginxTextsIn,
  nginxTextsOf,
  type ProxyLocation,
  parseNginx,
  proxyLocations,
  requestHeadersOf,
} from '../../lib/system/nginx-text';

/** A configuration in one line: names and arguments in brackets, blocks in braces. */
const shown = (directives: readonly Directive[]): string =>
  directives
    .map(({ name, args, block }) => {
      const inside = block === undefined ? '' : `{${shown(block)}}`;
      return `${[name, ...args].map((word) => `[${word}]`).join('')}${inside}`;
    })
    .join(' ');

describe('nginx’s syntax', () => {
  test.each<[what: string, text: string, read: string]>([
    ['nothing', '', ''],
    ['a directive', 'user nginx;', '[user][nginx]'],
    ['white space of every kind', ' a\t\nb\r\n c ;', '[a][b][c]'],
    ['blocks in blocks', 'http { server { listen 80; } gzip on; }', '[http]{[server]{[listen][80]} [gzip][on]}'],
    ['an empty block', 'events {}', '[events]{}'],
    ['a comment', 'a b; # c d; { }\ne f;', '[a][b] [e][f]'],
    ['a comment to the end of the text', 'a b;# c', '[a][b]'],
    ['a sign of comments inside a word', 'a b#c;', '[a][b#c]'],
    ['double quotes', 'a "b; {c} # d" e;', '[a][b; {c} # d][e]'],
    ['single quotes', "a 'b; {c} # d' e;", '[a][b; {c} # d][e]'],
    ['a quote of the other kind', `a "it's" 'say "b"';`, `[a][it's][say "b"]`],
    ['a quote inside a word', `a b"c;`, `[a][b"c]`],
    ['what a backslash takes along', 'a b\\;c "d\\"e" \'f\\\'g\' \\{h;', `[a][b\\;c][d\\"e][f\\'g][\\{h]`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: nginx's own variables.
    ['variables in braces', 'a ${b c}d e${f;g}h ${i}{ j k; }', '[a][${b c}d][e${f;g}h][${i}]{[j][k]}'],
    ['what is ended twice', 'a b;; ; c d;', '[a][b] [c][d]'],
    ['a block without a name', '{ a b; } c d;', '[c][d]'],
    ['what is not ended', 'a b; c d', '[a][b]'],
    ['a block that is not ended', 'a { b c;', '[a]{[b][c]}'],
    ['a brace too many', 'a { b c; } } d e;', '[a]{[b][c]}'],
  ])('%s', (_what, text, read) => {
    expect(shown(parseNginx(text))).toBe(read);
  });

  test('a block that nobody nests so deeply ends the reading of it, not the program', () => {
    const nested = (depth: number) => shown(parseNginx(`${'a { '.repeat(depth)}b c;`));
    expect(nested(20)).toBe(`${'[a]{'.repeat(20)}[b][c]${'}'.repeat(20)}`);
    expect(nested(21)).toBe(`${'[a]{'.repeat(20)}[a] [b][c]${'}'.repeat(20)}`);
    expect(Object.isFrozen(parseNginx('a b;'))).toBe(true);
  });

  test('a directive is found wherever it stands', () => {
    const found = directivesNamed(parseNginx('a 1; b { a 2 { a 3; c 4; } }'), 'a');
    expect(found.map(({ args }) => args[0])).toEqual(['1', '2', '3']);
  });
});

describe('a location that passes requests on', () => {
  const TEXT = `
    proxy_read_timeout 1s;
    proxy_set_header A http;
    server {
      proxy_read_timeout 2s;
      proxy_read_timeout 3s;
      proxy_buffering off;
      location = /chat/ { proxy_pass http://chat; proxy_set_header X-A chat; proxy_set_header X-B chat; proxy_read_timeout 9s; }
      location /files { root /data; location /files/api { proxy_pass http://api; } }
      if ($a) { proxy_pass http://never; }
    }
    location { proxy_pass http://all; }`;
  const locations = proxyLocations(parseNginx(TEXT));
  const [chat, api, all] = locations as readonly [ProxyLocation, ProxyLocation, ProxyLocation];
  const headers = (location: ProxyLocation) => requestHeadersOf(location).map(({ args }) => args.join('='));

  test('is one wherever it stands, and no other block is', () => {
    expect(locations.map(({ path }) => path)).toEqual(['/chat/', '/files/api', '']);
    expect(shown(api.own)).toBe('[proxy_pass][http://api]');
    expect(locations.map(({ scopes }) => scopes.length)).toEqual([3, 4, 2]);
  });

  test('has what it says last, else what the next one outside says last', () => {
    expect(locations.map((one) => effective(one, 'proxy_read_timeout')?.args)).toEqual([['9s'], ['3s'], ['1s']]);
    expect(locations.map((one) => effective(one, 'proxy_buffering')?.args)).toEqual([['off'], ['off'], undefined]);
  });

  test('inherits headers as a whole or not at all', () => {
    expect([chat, api, all].map(headers)).toEqual([['X-A=chat', 'X-B=chat'], ['A=http'], ['A=http']]);
    expect(proxyLocations(parseNginx('location / { proxy_pass http://a; }')).flatMap(headers)).toEqual([]);
  });

  test.each<[statement: string, carries: boolean]>([
    ['/socket.io/', true],
    ['^/socket\\.io', true],
    ['/SOCKET.IO', true],
    ['/engine.io/', true],
    ['/engine\\.io/', true],
    ['/ws', true],
    ['/wss/', true],
    ['/api/websocket/v1', true],
    ['ws', true],
    ['/sockjs', true],
    ['/socketXio/', false],
    ['/engineXio/', false],
    ['/news', false],
    ['/wsgi', false],
    ['/', false],
    ['/ { proxy_set_header Upgrade $http_upgrade;', true],
    ['/ { proxy_set_header upgrade websocket;', true],
    ['/ { proxy_set_header Connection upgrade;', false],
    ['/ { proxy_set_header;', false],
  ])('%s carries WebSockets: %s', (statement, carries) => {
    const open = statement.includes('{') ? statement : `${statement} {`;
    const [only] = proxyLocations(parseNginx(`location ${open} proxy_pass http://a; }`));
    expect(carriesUpgrades(only as ProxyLocation)).toBe(carries);
  });
});

test.each<[written: string | undefined, seconds: number | undefined]>([
  ['7', 7],
  ['500ms', 0.5],
  ['60s', 60],
  ['12m', 720],
  ['2h', 7200],
  ['1d', 86_400],
  ['1w', 604_800],
  ['1M', 2_592_000],
  ['1y', 31_536_000],
  ['1h30m', 5400],
  ['1m30', 90],
  ['0', 0],
  [undefined, undefined],
  ['', undefined],
  ['s', undefined],
  ['5x', undefined],
  ['5s!', undefined],
  ['-5s', undefined],
  ['1.5s', undefined],
  ['off', undefined],
])('nginx waits for %s: %d s', (written, seconds) => {
  expect(nginxSeconds(written)).toBe(seconds);
});

describe('a ConfigMap', () => {
  const map = (name: string, data: object) =>
    ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'chat' }, data }) as Manifest;
  const CONF = 'location / { proxy_pass http://a; }';
  const read = (file: string, text: unknown) =>
    nginxTextsOf(new Bundle([map('a', { [file]: text })])).map(({ path }) => path);

  test.each<[file: string, text: unknown, is: boolean]>([
    ['default.conf', CONF, true],
    ['nginx.tmpl', CONF, true],
    ['NGINX', CONF, true],
    ['default', CONF, true],
    ['default.sh', CONF, false],
    ['my-default', CONF, false],
    ['a.config', CONF, false],
    ['a.conf.bak', CONF, false],
    ['a', `server {\n${CONF} }`, true],
    ['a', `# ours\n \thttp { ${CONF} }`, true],
    ['a', `events {}\n${CONF}`, true],
    ['a', `upstream a { server b; }`, true],
    ['a', `worker_processes 2;\n${CONF}`, true],
    ['a', `user nginx;\n${CONF}`, true],
    ['a', `echo server { ${CONF} }`, false],
    ['a', `servers:\n${CONF}`, false],
    ['a.conf', 'upstream a { server b; }', true],
    ['a.conf', 'proxy_pass http://a;', true],
    ['a.conf', "log_format json '{}';", true],
    ['a.conf', 'relocation / { }', false],
    ['a.conf', 'location: /etc', false],
    ['a.conf', 'location / ;', true],
    ['a.conf', 'listen 80;', false],
    ['a.conf', 3, false],
    ['a.conf', ['location / {'], false],
  ])('with %s: %j holds nginx configuration: %s', (file, text, is) => {
    expect(read(file, text)).toEqual(is ? [['data', file]] : []);
  });

  test('holds none where what follows the word is longer than any location', () => {
    expect([300, 301].map((length) => read('a.conf', `location ${'x'.repeat(length)}{`).length)).toEqual([1, 0]);
  });

  const POD = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: proxy, namespace: chat }
spec:
  template:
    spec:
      containers:
        - { name: app, image: a }
        - { name: nginx, image: nginx, volumeMounts: [{ name: conf, mountPath: /etc/nginx }] }
      volumes: [{ name: conf, configMap: { name: mounted } }]
`;
  const bundle = (...maps: readonly Manifest[]) =>
    new Bundle([...loadTexts(new Map([['pod.yaml', POD]])).bundle.objects, ...maps]);
  const proxy = (one: Bundle) => one.find('Deployment', 'chat', 'proxy') as Manifest;

  test('is read for the container that mounts it, and once more for nobody', () => {
    const both = bundle(map('mounted', { 'a.conf': CONF }), map('loose', { 'b.conf': CONF }));
    expect(
      nginxTextsOf(both).map(({ configMap, workload, container }) => [
        configMap.metadata.name,
        workload?.metadata.name,
        container?.name,
      ]),
    ).toEqual([
      ['mounted', 'proxy', 'nginx'],
      ['loose', undefined, undefined],
    ]);
    expect(nginxTextsIn(both, proxy(both)).map(({ configMap }) => configMap.metadata.name)).toEqual(['mounted']);
    const none = bundle();
    expect(nginxTextsIn(none, proxy(none))).toEqual([]);
  });

  test.each<[upstream: string, chooses: boolean]>([
    ['{ ip_hash; server a; server b; }', true],
    ['{ hash $arg_sid consistent; server a; server b; }', true],
    ['{ sticky cookie; server a; server b; }', true],
    ['{ server a; server b; }', false],
    ['{ ip_hash; server a; }', false],
    ['{ ip_hash; keepalive 2; keepalive 3; }', false],
    [';', false],
  ])('whose upstream is "%s" chooses the server by the client: %s', (upstream, chooses) => {
    const one = bundle(map('mounted', { 'a.conf': `${CONF}\nupstream none { server z; }\nupstream x ${upstream}` }));
    expect(choosesByClient(one, proxy(one))).toBe(chooses);
  });
});
