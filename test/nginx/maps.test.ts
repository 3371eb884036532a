import { type NginxConfProps, nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { unknownIn } from './support/known';
import { mapped } from './support/maps';
import { bodyOf, parse, valuesOf } from './support/parse';

const chat: NginxConfProps = {
  timing: deriveTiming(),
  upstream: { port: 3000 },
  socketIo: { path: '/socket.io/' },
  webSockets: [{ path: '/ws' }, { path: '/live/' }],
  routes: [{ path: '/app/' }],
  maxConnections: 100,
};
const conf = nginxConf({ ...chat, addressesAppended: 2, debugHeaders: true });

describe('who gets in', () => {
  const refusal = (
    kind: 'session' | 'upgrade',
    draining: string,
    writing: number,
    args: string,
    upgrade = '',
    written = '/app/',
    meant = '/app/',
    of = conf,
  ) => {
    const seen = { args, draining, http_upgrade: upgrade, connections_writing: String(writing) };
    // What stands at the server before any location is chosen.
    const named = bodyOf(of, 'http', 'server').reduce((before, { words, body = [] }) => {
      const [, variable = '', pattern = ''] = /^if [(][$](request_uri|uri) ~ (.+) [)]$/.exec(words.join(' ')) ?? [];
      const matches = variable !== '' && new RegExp(pattern).test(variable === 'uri' ? meant : written);
      return matches ? (body[0]?.words.at(-1) ?? '') : before;
    }, 'no');
    const variables = {
      ...seen,
      has_sid: mapped(of, 'has_sid', seen),
      load: mapped(of, 'load', seen),
      opens: mapped(of, 'opens', { names_session: named, upgrade_to: mapped(of, 'upgrade_to', seen) }),
    };
    return mapped(of, `${kind}_refusal`, variables);
  };
  const exchanging = nginxConf({
    ...chat,
    socketIo: { path: '/rt/socket.io/' },
    routes: [{ path: '/app/', upstreamPath: '/' }],
  });
  const moved = nginxConf({
    ...chat,
    socketIo: { path: '/rt/', upstreamPath: '/chat/' },
    routes: [
      { path: '/chat/', upstreamPath: '/web/' },
      { path: '/below/', upstreamPath: '/chat/admin/' },
      { path: '/app/', upstreamPath: '/' },
    ],
  });
  const SID = 'EIO=4&sid=abc';

  it.each<[string, Parameters<typeof refusal>, string]>([
    ['a new session', ['session', 'no', 0, 'EIO=4'], ''],
    ['a new session up to the limit', ['session', 'no', 100, 'EIO=4'], ''],
    ['a new session beyond the limit', ['session', 'no', 101, 'EIO=4'], 'full'],
    ['a session that exists beyond the limit', ['session', 'no', 164, SID], ''],
    ['a session that exists beyond everything', ['session', 'no', 165, SID], 'full'],
    ['a new session in a drain', ['session', 'yes', 0, 'EIO=4'], 'draining'],
    ['a session that exists in a drain', ['session', 'yes', 0, SID], ''],
    ['a session that exists in a drain of a full pod', ['session', 'yes', 101, SID], ''],
    ['what only looks like a session', ['session', 'yes', 0, 'SID=abc'], 'draining'],
    ['a session id of nothing', ['session', 'yes', 0, 'sid=&a'], 'draining'],
    ['another parameter that ends alike', ['session', 'yes', 0, 'aside=1'], 'draining'],
    ['a session id that stands first', ['session', 'yes', 0, 'sid=abc&EIO=4'], ''],
    ['a request in a drain', ['upgrade', 'yes', 0, ''], ''],
    ['an upgrade', ['upgrade', 'no', 100, '', 'websocket'], ''],
    ['an upgrade in a drain', ['upgrade', 'yes', 0, '', 'websocket'], 'draining'],
    ['an upgrade of a session that exists, in a drain', ['upgrade', 'yes', 0, SID, 'websocket'], ''],
    ['an upgrade beyond the limit', ['upgrade', 'no', 101, '', 'websocket'], 'full'],
    ['a request beyond the limit', ['upgrade', 'no', 101, ''], ''],
    ['a request beyond everything', ['upgrade', 'no', 165, ''], 'full'],
    ['a session by way of a route', ['upgrade', 'yes', 0, 'EIO=4', '', '/socket.io/../app/'], 'draining'],
    ['a session by way of a route, beyond the limit', ['upgrade', 'no', 101, '', '', '/socket.io/%2e%2e/app/'], 'full'],
    ['a session that exists by way of a route', ['upgrade', 'yes', 0, SID, '', '/socket.io/../app/'], ''],
    [
      'a session by way of a route whose prefix is exchanged',
      ['upgrade', 'yes', 0, 'EIO=4', '', '/app/%73ocket.io/', '/app/socket.io/', exchanging],
      'draining',
    ],
    ['a request by way of such a route', ['upgrade', 'yes', 0, '', '', '/app/other/', '/app/other/', exchanging], ''],
    ['a path beside it', ['upgrade', 'yes', 0, '', '', '/socket.io-admin/', '/socket.io-admin/'], ''],
    ['a path beside it, beyond the limit', ['upgrade', 'no', 101, '', '', '/socket.io.js', '/socket.io.js'], ''],
    ['it without its slash', ['upgrade', 'yes', 0, 'EIO=4', '', '/socket.io?EIO=4', '/app/'], 'draining'],
    [
      'a path beside one whose prefix is exchanged',
      ['upgrade', 'yes', 0, '', '', '/app/chats', '/app/chats', moved],
      '',
    ],
    ['a path that is exchanged for another', ['upgrade', 'yes', 0, '', '', '/chat/page', '/chat/page', moved], ''],
    [
      'a path that is exchanged for one below it',
      ['upgrade', 'yes', 0, '', '', '/below/x', '/below/x', moved],
      'draining',
    ],
    ['an upgrade to something else', ['upgrade', 'yes', 0, '', 'h2c'], ''],
  ])('%s', (_name, asked, answer) => {
    expect(refusal(...asked)).toBe(answer);
  });

  it.each([
    ['draining', '', 'draining'],
    ['', 'REJECTED', 'full'],
    ['', '', 'no'],
    ['full', '', 'full'],
  ])('a refusal "%s" with the limit of uploads "%s" is logged as %s', (reason, limit, logged) => {
    expect(mapped(conf, 'refused', { refusal: reason, limit_conn_status: limit })).toBe(logged);
  });

  const refuses = (path: string) =>
    bodyOf(conf, 'http', 'server', `location ${path}`).flatMap(({ words, body }) =>
      words[0] === 'set' || words[0] === 'if'
        ? [words.join(' '), ...(body ?? []).map((inner) => inner.words.join(' '))]
        : [],
    );

  it('is asked in every location that passes on: sessions where Socket.IO is, upgrades elsewhere', () => {
    for (const path of ['/socket.io/', '= /socket.io'])
      expect(refuses(path)).toEqual(['set $refusal $session_refusal', 'if ($refusal)', 'return 418']);
    for (const path of ['= /ws', '/live/', '= /live', '/app/'])
      expect(refuses(path)).toEqual(['set $refusal $upgrade_refusal', 'if ($refusal)', 'return 418']);
  });

  it('who does not, is answered 503 with when to come back, on a connection that ends', () => {
    expect(bodyOf(conf, 'http', 'server', 'location @refused')).toEqual(
      parse('keepalive_timeout 0; add_header Retry-After 5 always; return 503 "$refused\\n";'),
    );
    expect(valuesOf(bodyOf(conf, 'http', 'server'), 'error_page')).toEqual(['418 = @refused']);
  });
});

describe('the client', () => {
  it.each([
    ['', 'websocket', 'websocket', 'upgrade'],
    ['', 'WebSocket', '', ''],
    ['', 'h2c', '', ''],
    ['', '', '', ''],
  ])('%sasks for an upgrade to "%s", and the application hears of "%s" and "%s"', (_no, asked, to, connection) => {
    expect(mapped(conf, 'upgrade_to', { http_upgrade: asked })).toBe(to);
    expect(mapped(conf, 'connection_upgrade', { upgrade_to: to })).toBe(connection);
  });

  it.each([
    ['https', 'https'],
    ['http', 'http'],
    ['', 'http'],
    ['gopher', 'http'],
  ])('came by "%s", which is %s', (forwarded, scheme) => {
    expect(mapped(conf, 'client_scheme', { http_x_forwarded_proto: forwarded, scheme: 'http' })).toBe(scheme);
  });

  it('is the one that was appended, else the peer', () => {
    const remote_addr = '10.0.0.1';
    expect(mapped(conf, 'client_address', { appended_client: '203.0.113.7', remote_addr })).toBe('203.0.113.7');
    expect(mapped(conf, 'client_address', { appended_client: '', remote_addr })).toBe('10.0.0.1');
    expect(bodyOf(conf, 'http', 'server').map(({ words }) => words.join(' '))).toContain('set $appended_client ');
    const [reads] = bodyOf(conf, 'http', 'server').filter(({ words }) => words[1] === '($http_x_forwarded_for');
    expect(reads?.body?.map(({ words }) => words.join(' '))).toEqual([
      'set $appended_client $appended_ipv4$appended_ipv6',
    ]);
  });

  it('is looked for where it was appended, and nowhere where nothing stands in front', () => {
    const pattern = (addressesAppended: number) =>
      bodyOf(nginxConf({ ...chat, addressesAppended }), 'http', 'server').find(
        ({ words }) => words[1] === '($http_x_forwarded_for',
      )?.words[3];
    expect(pattern(0)).toBeUndefined();
    expect(pattern(1)).not.toContain(', *+[^');
    expect(pattern(3)).toContain('{2}');
    expect(nginxConf(chat)).not.toMatch(/client_scheme|client_address|appended/);
  });

  it.each([
    ['polling', 'polling'],
    ['websocket', 'websocket'],
    ['webtransport', 'webtransport'],
    ['', 'none'],
    ['sid=secret', 'other'],
  ])('says its transport is "%s", which is logged as %s', (said, logged) => {
    expect(mapped(conf, 'transport', { arg_transport: said })).toBe(logged);
  });

  it('shows its headers in the log of headers, without a session id', () => {
    const [, debug] = valuesOf(bodyOf(conf, 'http'), 'log_format');
    expect([...(debug ?? '').matchAll(/(\w+)=/g)].map(([, name]) => name)).toEqual([
      'client',
      'peer',
      'path',
      'host',
      'origin',
      'upgrade',
      'connection',
      'forwarded_for',
      'forwarded_proto',
    ]);
    expect(
      bodyOf(nginxConf({ ...chat, socketIo: undefined as never }), 'http').filter(
        ({ words }) => words[2] === '$transport',
      ),
    ).toEqual([]);
  });
});

it.each<[string, Partial<NginxConfProps>]>([
  ['the default', {}],
  ['much', { addressesAppended: 1, debugHeaders: true, ipv6: false, routes: [{ path: '/' }] }],
  ['little', { webSockets: [], routes: [] }],
  ['no Socket.IO', { socketIo: undefined as never }],
])('nothing but directives that nginx knows: %s', (_name, props) => {
  expect(unknownIn(parse(nginxConf({ ...chat, ...props })))).toEqual([]);
});
