import { Size } from 'cdk8s';
import { gatewayConf, type NginxConfProps, nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { problemsOf } from '../problems';
import { bodyOf, parse, valuesOf } from './support/parse';

const timing = deriveTiming();
const chat: NginxConfProps = { timing, upstream: { port: 3000 }, socketIo: { path: '/socket.io/' }, routes: [] };

const problems = (props: object) => problemsOf(() => nginxConf({ ...chat, ...props }));
const path = (length: number) => `/${'a'.repeat(length - 2)}/`;

describe('what is just taken, and what just is not', () => {
  test.each<[string, object, object]>([
    ['a path of 255 characters', { routes: [{ path: path(255) }] }, { routes: [{ path: path(256) }] }],
    ['a flag of 255 characters', { drainFlag: `/tmp/${'a'.repeat(250)}` }, { drainFlag: `/tmp/${'a'.repeat(251)}` }],
    ['a flag beside what nginx writes', { drainFlag: '/tmp/nginx.pids' }, { drainFlag: '/tmp/nginx.pid' }],
    ['a flag below a folder of its own', { drainFlag: '/tmp/x/tmp/nginx.pid' }, { drainFlag: '/tmp/proxy_temp' }],
    ['a flag named much alike', { drainFlag: '/tmp/1_temp' }, { drainFlag: '/tmp/client_temp/a/b' }],
    ['a folder named much alike', { drainFlag: '/tmp/proxy_temps/a' }, { drainFlag: '/tmp/proxy_temp/a' }],
    [
      'the last address',
      { upstream: { host: '255.255.255.255', port: 1 } },
      { upstream: { host: '255.255.255.256', port: 1 } },
    ],
    [
      'a name that begins like an address',
      { upstream: { host: '10.0.0.a', port: 1 } },
      { upstream: { host: '10.0.0', port: 1 } },
    ],
    ['four numbers', { upstream: { host: '10.0.0.1', port: 1 } }, { upstream: { host: '10.0.0.0.1', port: 1 } }],
    [
      'numbers of three digits',
      { upstream: { host: '10.0.0.001', port: 1 } },
      { upstream: { host: '10.0.0.0001', port: 1 } },
    ],
    ['1 KiB', { maxBodySize: Size.kibibytes(1) }, { maxBodySize: Size.kibibytes(0) }],
    ['1 TiB', { maxBodySize: Size.gibibytes(1024) }, { maxBodySize: Size.gibibytes(1025) }],
    ['whole KiB', { maxBodySize: Size.mebibytes(1) }, { maxBodySize: Size.kibibytes(1.5) }],
    ['28,000 sessions', { maxConnections: 28_000 }, { maxConnections: 28_001 }],
    ['the root for Socket.IO', { socketIo: { path: '/' } }, { socketIo: { path: '' } }],
    ['a route beside a health check', { routes: [{ path: '/healthy/' }] }, { routes: [{ path: '/ready/' }] }],
    [
      'a location at the root beside a route',
      { routes: [{ path: '/a/' }], extraLocations: [{ path: '/', directives: 'return 204;' }] },
      { routes: [{ path: '/' }], extraLocations: [{ path: '/', directives: 'return 204;' }] },
    ],
    [
      'a location below Socket.IO at the root',
      { socketIo: { path: '/' }, extraLocations: [{ path: '/x', directives: 'return 204;' }] },
      { socketIo: { path: '/x/' }, extraLocations: [{ path: '/x/y', directives: 'return 204;' }] },
    ],
    [
      'a location below one WebSocket path',
      { webSockets: [{ path: '/ws' }], extraLocations: [{ path: '/ws/x', directives: 'return 204;' }] },
      { webSockets: [{ path: '/ws/' }], extraLocations: [{ path: '/ws/x', directives: 'return 204;' }] },
    ],
    [
      'a location below a health check',
      { extraLocations: [{ path: '/health/x', directives: 'return 204;' }] },
      { extraLocations: [{ path: '/health', directives: 'return 204;' }] },
    ],
    [
      'a header beside a generated one',
      { extraServerDirectives: 'proxy_set_header Hosts a;' },
      { extraServerDirectives: 'proxy_set_header Host a;' },
    ],
    [
      'a header in quotes',
      { extraServerDirectives: 'proxy_set_header "X-Hosts" a;' },
      { extraServerDirectives: 'proxy_set_header "X-Forwarded-Host" a;' },
    ],
    [
      'another directive that speaks of one',
      { extraServerDirectives: 'add_header A "proxy_set_header Host";' },
      { extraServerDirectives: "proxy_set_header 'Connection' a;" },
    ],
    [
      'a block in the server',
      { extraServerDirectives: 'types { text/x x; }' },
      { extraServerDirectives: 'if ($a) { return 403; }' },
    ],
    ['Socket.IO alone', { routes: undefined }, { socketIo: undefined }],
    [
      'WebSockets alone',
      { socketIo: undefined, webSockets: [{ path: '/ws' }] },
      { socketIo: undefined, webSockets: [] },
    ],
  ])('%s', (_name, good, bad) => {
    expect(problems(good)).toEqual([]);
    expect(problems(bad)).toHaveLength(1);
  });

  test.each([null, 'much', {}, 10])('fails on %j where a size belongs', (maxBodySize) => {
    expect(problems({ maxBodySize })).toEqual([
      expect.stringMatching(/^maxBodySize: .* is not a Size; write Size.mebibytes/),
    ]);
  });

  test.each([null, 3, 'chat'])('fails on %j where properties belong, in one sentence', (given) => {
    expect(problemsOf(() => nginxConf(given as never))).toHaveLength(1);
    expect(problemsOf(() => gatewayConf(given as never))).toHaveLength(1);
  });

  test('fails on a path that is none with one sentence, and not with what follows from it', () => {
    expect(problems({ routes: [{ path: 'a/./b' }] })).toHaveLength(1);
    expect(problems({ routes: [{ path: 3 }] })).toHaveLength(1);
    expect(problems({ webSockets: [{ path: 3 }] })).toHaveLength(1);
    expect(problems({ webSockets: [{ path: '/ws', upstreamPath: 3 }] })).toHaveLength(1);
    expect(problems({ extraLocations: [{ path: '/x', directives: 3 }] })).toHaveLength(1);
    expect(problems({ extraLocations: [{}] })).toHaveLength(2);
  });

  test('fails on a path with "." where it is right otherwise', () => {
    expect(problems({ routes: [{ path: '/a/./b/' }] })).toEqual([expect.stringContaining('holds "."')]);
  });
});

describe('the paths', () => {
  const server = (props: object = {}) => bodyOf(nginxConf({ ...chat, ...props }), 'http', 'server');
  const locations = (props: object) =>
    valuesOf(server(props), 'location').filter((one) => !/^(@|= \/(health|ready))/.test(one));

  test.each<[string, object, readonly string[]]>([
    ['Socket.IO', {}, ['= /socket.io', '/socket.io/', '/']],
    ['Socket.IO at the root', { socketIo: { path: '/' } }, ['/']],
    ['a route for everything', { routes: [{ path: '/' }] }, ['= /socket.io', '/socket.io/', '/']],
    [
      'WebSockets',
      { socketIo: undefined, webSockets: [{ path: '/ws' }, { path: '/live/' }] },
      ['= /ws', '= /live', '/live/', '/'],
    ],
    ['WebSockets at the root', { webSockets: [{ path: '/' }] }, ['= /socket.io', '/socket.io/', '/']],
    ['a route', { routes: [{ path: '/a/' }] }, ['= /socket.io', '/socket.io/', '= /a', '/a/', '/']],
  ])('%s', (_name, props, expected) => {
    expect(locations(props)).toEqual(expected);
  });

  test('without their slash are passed on with it, to the path of the application', () => {
    const bare = bodyOf(
      nginxConf({ ...chat, socketIo: { path: '/theia/socket.io/' } }),
      'http',
      'server',
      'location = /theia/socket.io',
    );
    expect(valuesOf(bare, 'rewrite')).toEqual(['^ /socket.io/ break']);
    expect(valuesOf(bare, 'proxy_pass')).toEqual(['http://app']);
    expect(valuesOf(bare, 'proxy_buffering')).toEqual(['off']);
  });

  test('with nothing behind them answer 404', () => {
    expect(bodyOf(nginxConf(chat), 'http', 'server', 'location /')).toEqual(parse('return 404 "not found\\n";'));
  });

  test('of the user’s own that take everything leave nothing for 404', () => {
    const own = { extraLocations: [{ path: '/', directives: 'return 204;' }] };
    expect(valuesOf(bodyOf(nginxConf({ ...chat, ...own }), 'http', 'server', 'location /'), 'return')).toEqual(['204']);
  });

  test('nginx speaks of IPv6 unless it is told not to, and of one pool of idle connections', () => {
    expect(valuesOf(server({ ipv6: false }), 'listen')).toEqual(['8080 default_server']);
    const upstream = bodyOf(nginxConf(chat), 'http', 'upstream app').map(({ words }) => words.join(' '));
    expect(upstream).toEqual(['server 127.0.0.1:3000', 'keepalive 64', 'keepalive_timeout 4s']);
  });

  test('directives of the user’s own stand apart, and nothing does where there are none', () => {
    expect(nginxConf({ ...chat, extraServerDirectives: 'gzip on;' })).toMatch(/\n\n {4}gzip on;\n\n/);
    expect(nginxConf(chat)).not.toMatch(/\n\n\n/);
  });

  test('comments and blocks of the text are indented by what they stand in', () => {
    for (const line of nginxConf(chat).split('\n')) expect(line).toMatch(/^$|^( {2})*(#.*|.*[;{]|\})$/);
  });
});
