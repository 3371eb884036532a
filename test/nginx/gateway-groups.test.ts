import { Size } from 'cdk8s';
import { InvalidInputError } from '../../lib/input';
import { type GatewayConfProps, gatewayConf } from '../../lib/nginx';
import { gatewayDiskKibibytes } from '../../lib/nginx/gateway-conf';
import { deriveTiming } from '../../lib/timing';
import { unknownIn } from './support/known';
import { mapped } from './support/maps';
import { bodyOf, parse, valuesOf } from './support/parse';

const servers = Array.from({ length: 8 }, (_, i) => ({ host: `chat-${i}`, port: 3001 }));
const scaled: GatewayConfProps = { timing: deriveTiming(), servers, alwaysThere: 2, addressesAppended: 1 };
const server = (props: Partial<GatewayConfProps> = {}) =>
  bodyOf(gatewayConf({ ...scaled, ...props }), 'http', 'server');
const location = (path: string, props: Partial<GatewayConfProps> = {}) =>
  bodyOf(gatewayConf({ ...scaled, ...props }), 'http', 'server', `location ${path}`);

describe('a gateway in front of pods that may be absent', () => {
  it('has all of them, the first half, and so on down to those that are always there', () => {
    const upstreams = bodyOf(gatewayConf(scaled), 'http').filter(({ words }) => words[0] === 'upstream');
    expect(upstreams.map(({ words, body }) => [words[1], valuesOf(body ?? [], 'server').length])).toEqual([
      ['app', 8],
      ['app_first_4', 4],
      ['app_first_2', 2],
    ]);
    for (const { body } of upstreams) {
      expect(valuesOf(body ?? [], 'hash')).toEqual(['$client_address consistent']);
      expect(valuesOf(body ?? [], 'server')[0]).toBe('chat-0:3001 max_fails=0');
    }
  });

  it('hands a request on to the next group when nobody of one took it, and to nobody after the last', () => {
    expect(valuesOf(location('/socket.io/'), 'error_page')).toEqual(['418 = @refused', '502 504 = @sessions_first_4']);
    expect(valuesOf(location('@sessions_first_4'), 'error_page')).toEqual([
      '418 = @refused',
      '502 504 = @sessions_first_2',
    ]);
    expect(valuesOf(location('@sessions_first_2'), 'error_page')).toEqual([]);
    expect(valuesOf(location('/api/'), 'error_page')).toEqual(['418 = @refused', '502 504 = @api_first_4']);
    expect(valuesOf(location('@sessions_first_4'), 'proxy_pass')).toEqual(['http://app_first_4']);
    expect(valuesOf(location('@api_first_2'), 'proxy_pass')).toEqual(['http://app_first_2']);
  });

  it('tries three of a group, and as many as there are of the last', () => {
    const tries = (path: string, props: Partial<GatewayConfProps> = {}) =>
      valuesOf(location(path, props), 'proxy_next_upstream_tries');
    expect(tries('/socket.io/')).toEqual(['3']);
    expect(tries('@sessions_first_2')).toEqual(['2']);
    expect(tries('/socket.io/', { alwaysThere: 8 })).toEqual(['5']);
    expect(tries('/socket.io/', { servers: servers.slice(0, 4), alwaysThere: 4 })).toEqual(['4']);
  });

  it('never sends twice what a server has been sent', () => {
    expect(location('@sessions_first_4')[0]).toEqual(parse('if ($upstream_bytes_sent ~ [1-9]) { return 502; }')[0]);
  });

  it('streams sessions in each group, and not what the API answers', () => {
    expect(valuesOf(location('@sessions_first_4'), 'proxy_buffering')).toEqual(['off']);
    expect(valuesOf(location('@api_first_4'), 'proxy_buffering')).toEqual([]);
    expect(valuesOf(location('@sessions_first_4'), 'proxy_read_timeout')).toEqual(['75s']);
    expect(valuesOf(location('@api_first_4'), 'proxy_read_timeout')).toEqual(['60s']);
  });

  it('reads bodies before it passes them on, few large ones at once', () => {
    expect(valuesOf(server(), 'proxy_request_buffering')).toEqual(['on']);
    expect(valuesOf(server(), 'limit_conn')).toEqual(['uploads 16']);
    expect(valuesOf(server(), 'limit_conn_status')).toEqual(['418']);
    expect(valuesOf(bodyOf(gatewayConf(scaled), 'http'), 'limit_conn_zone')).toEqual(['$upload zone=uploads:64k']);
    const upload = (length: string, encoding = '') =>
      mapped(gatewayConf(scaled), 'upload', { content_length: length, http_transfer_encoding: encoding });
    expect([upload('99999'), upload('100000'), upload(''), upload('', 'chunked')]).toEqual(['', 'yes', '', 'yes']);
  });

  it('reads nothing first where all servers are always there', () => {
    for (const props of [{ alwaysThere: 8 }, { alwaysThere: undefined as never }, { affinity: 'none' as const }]) {
      expect(valuesOf(server(props), 'limit_conn')).toEqual([]);
      expect(gatewayConf({ ...scaled, ...props })).not.toContain('limit_conn_zone');
      expect(valuesOf(server(props), 'location').filter((path) => path.includes('_first_'))).toEqual([]);
    }
  });

  it('needs a disk for those bodies, and none where there are none', () => {
    const mebibyte = Size.mebibytes(1);
    expect(gatewayDiskKibibytes({ servers, alwaysThere: 2, maxBodySize: mebibyte })).toBe(16 * 1024);
    expect(gatewayDiskKibibytes({ servers, alwaysThere: 2 })).toBe(16 * 10 * 1024);
    expect(gatewayDiskKibibytes({ servers, alwaysThere: 8 })).toBe(0);
    expect(gatewayDiskKibibytes({ servers })).toBe(0);
    expect(gatewayDiskKibibytes({ servers, alwaysThere: 2, affinity: 'none' })).toBe(0);
  });
});

describe('a gateway without affinity', () => {
  const upstream = (props: Partial<GatewayConfProps> = {}) =>
    bodyOf(gatewayConf({ ...scaled, affinity: 'none', ...props }), 'http', 'upstream app');

  it('remembers for all workers who failed, for a moment', () => {
    expect(valuesOf(upstream(), 'zone')).toEqual(['app 256k']);
    expect(valuesOf(upstream(), 'server')[0]).toBe('chat-0:3001 max_fails=1 fail_timeout=5s');
    expect(valuesOf(location('/socket.io/', { affinity: 'none' }), 'proxy_next_upstream_tries')).toEqual(['5']);
  });

  it('remembers nothing of the only one', () => {
    const one = { servers: servers.slice(0, 1), alwaysThere: 1 };
    expect(valuesOf(upstream(one), 'zone')).toEqual([]);
    // A Service: tried again like another, behind which every connection may get to another pod.
    expect(valuesOf(upstream(one), 'server')).toEqual(Array(5).fill('chat-0:3001 max_fails=0'));
    expect(valuesOf(location('/socket.io/', { affinity: 'none', ...one }), 'proxy_next_upstream_tries')).toEqual(['5']);
  });
});

describe('the paths of a gateway', () => {
  const paths = (props: Partial<GatewayConfProps>) =>
    valuesOf(server({ alwaysThere: 8, ...props }), 'location').filter((path) => !/^(@|= \/(health|ready))/.test(path));

  it.each<[string, Partial<GatewayConfProps>, readonly string[]]>([
    ['by default', {}, ['= /socket.io', '/socket.io/', '= /api', '/api/', '/']],
    ['without Socket.IO', { socketIoPath: false }, ['= /api', '/api/', '/']],
    [
      'with WebSockets',
      { webSocketPaths: ['/ws', '/live/'] },
      ['= /socket.io', '/socket.io/', '= /ws', '= /live', '/live/', '= /api', '/api/', '/'],
    ],
    ['with everything for the API', { apiPath: '/' }, ['= /socket.io', '/socket.io/', '/']],
    ['with Socket.IO at the root', { socketIoPath: '/' }, ['/', '= /api', '/api/']],
    [
      'with a location of the user’s own for everything',
      { extraLocations: [{ path: '/', directives: 'return 204;' }] },
      ['= /socket.io', '/socket.io/', '= /api', '/api/', '/'],
    ],
  ])('%s', (_name, props, expected) => {
    expect(paths(props)).toEqual(expected);
  });

  it('answer 404 where there is nothing, and are not passed on', () => {
    expect(valuesOf(location('/'), 'return')).toEqual(['404 not found\\n']);
    expect(valuesOf(location('/', { apiPath: '/' }), 'return')).toEqual([]);
    expect(valuesOf(location('= /socket.io'), 'rewrite')).toEqual(['^ /socket.io/ break']);
    expect(valuesOf(location('= /socket.io'), 'proxy_pass')).toEqual(['http://app']);
  });

  it('log a session only where there is Socket.IO', () => {
    expect(gatewayConf(scaled)).toContain('sid=$has_sid');
    expect(gatewayConf({ ...scaled, socketIoPath: false })).not.toContain('sid=$has_sid');
  });
});

it.each<[string, Partial<GatewayConfProps>]>([
  ['groups', {}],
  ['one group', { alwaysThere: 8 }],
  ['turns', { affinity: 'none' }],
  ['one server', { affinity: 'none', servers: servers.slice(0, 1), alwaysThere: 1 }],
  ['no Socket.IO', { socketIoPath: false, webSocketPaths: ['/ws'] }],
])('nothing but directives that nginx knows: %s', (_name, props) => {
  expect(unknownIn(parse(gatewayConf({ ...scaled, ...props })))).toEqual([]);
});

describe('fails on', () => {
  const problems = (given: unknown): readonly string[] => {
    try {
      gatewayConf(given as GatewayConfProps);
    } catch (error) {
      if (error instanceof InvalidInputError) return error.problems;
      throw error;
    }
    return [];
  };

  it.each<[string, object, string]>([
    ['a server with the host of another and its own port', {}, ''],
    [
      'a WebSocket path that is none',
      { webSocketPaths: ['ws'] },
      'webSocketPaths[0].path: "ws" is not a usable URL path',
    ],
    [
      'a path below Socket.IO',
      { webSocketPaths: ['/socket.io'] },
      'webSocketPaths[0]: "/socket.io" is already served by socketIoPath',
    ],
    [
      'a location below WebSockets',
      { webSocketPaths: ['/live/'], extraLocations: [{ path: '/live/x', directives: 'return 204;' }] },
      'extraLocations[0].path: "/live/x" would take requests from "/live/"',
    ],
    [
      'a location below Socket.IO',
      { extraLocations: [{ path: '/socket.io/x', directives: 'return 204;' }] },
      'extraLocations[0].path: "/socket.io/x" would take requests from "/socket.io/"',
    ],
    [
      'a Socket.IO path that is none',
      { socketIoPath: true },
      'socketIoPath: true cannot be used here; give a path, such as "/socket.io/", or false',
    ],
    ['more that are always there than there are', { alwaysThere: 9 }, 'alwaysThere: 9 is out of range'],
    ['none that is always there', { alwaysThere: 0 }, 'alwaysThere: 0 is out of range'],
  ])('%s', (_name, props, sentence) => {
    const found = problems({ ...scaled, ...props });
    if (sentence === '')
      expect(problems({ ...scaled, servers: [...servers, { host: 'chat-0', port: 1 }] })).toEqual([]);
    else expect(found).toEqual([expect.stringContaining(sentence)]);
  });

  it('takes a location below one path of WebSockets, or below Socket.IO at the root', () => {
    expect(
      problems({ ...scaled, webSocketPaths: ['/ws'], extraLocations: [{ path: '/ws/x', directives: 'return 204;' }] }),
    ).toEqual([]);
    expect(
      problems({ ...scaled, socketIoPath: '/', extraLocations: [{ path: '/x', directives: 'return 204;' }] }),
    ).toEqual([]);
  });

  it.each([null, 3, 'chat'])('%j where properties belong, in one sentence', (given) => {
    expect(problems(given)).toHaveLength(1);
  });

  it('a server that says nothing, by what to say', () => {
    expect(problems({ timing: scaled.timing })).toEqual([
      'servers: is missing; give a list, such as [{"host":"chat-0","port":3001}]',
    ]);
    expect(problems({ ...scaled, webSocketPaths: 3 })).toHaveLength(1);
  });
});
