import fc from 'fast-check';
import { type NginxConfProps, nginxConf } from '../../lib/nginx';
import { ceiling, moreThan } from '../../lib/nginx/admission';
import { groupSizes } from '../../lib/nginx/failover';
import { deriveTiming } from '../../lib/timing';
import { problemsOf } from '../problems';
import { bodyOf, parse, valuesOf } from './support/parse';

const chat: NginxConfProps = {
  timing: deriveTiming(),
  upstream: { port: 3000 },
  socketIo: { path: '/socket.io/' },
  webSockets: [{ path: '/ws' }, { path: '/live/' }],
  routes: [{ path: '/app/' }],
};

const problemsIn = (props: Partial<NginxConfProps>) => problemsOf(() => nginxConf({ ...chat, ...props }));

const location = (path: string, directives = 'return 204;', exact = false) => ({
  extraLocations: [{ path, directives, exact }],
});

describe('extra directives', () => {
  it('stand in the server and in locations as they are written, comments left out', () => {
    const conf = nginxConf({
      ...chat,
      extraServerDirectives: 'gzip on; # why not\nadd_header A "b; {c}" always;',
      extraLocations: [{ path: '/x', exact: true, directives: `if ($a = 'b') { return 403; } return 200 "ok\\n";` }],
    });
    expect(conf).toContain('add_header A "b; {c}" always;');
    expect(conf).not.toContain('why not');
    expect(valuesOf(bodyOf(conf, 'http', 'server'), 'gzip')).toEqual(['on']);
    expect(bodyOf(conf, 'http', 'server', 'location = /x')).toEqual(
      parse(`if ($a = 'b') { return 403; } return 200 "ok\\n";`),
    );
  });

  it.each<[string, Partial<NginxConfProps>, string]>([
    ['a brace too many', { extraServerDirectives: 'gzip on; }' }, 'a "}" closes nothing'],
    ['a brace too few', location('/x', 'if ($a) { return 403;'), 'a "{" is never closed'],
    ['a directive without its end', { extraServerDirectives: 'gzip on' }, 'gzip on does not end with ";"'],
    [
      'a directive without its end in a block',
      location('/x', 'if ($a) { return 403 }'),
      'return 403 does not end with ";"',
    ],
    ['a block of nothing', { extraServerDirectives: '{ }' }, 'a "{" follows no directive'],
    ['an end of nothing', { extraServerDirectives: ';' }, 'a ";" follows no directive'],
    ['a quote that never ends', { extraServerDirectives: 'add_header A "b;' }, 'a quote never ends: "b;'],
    ['a quote that runs on', { extraServerDirectives: 'add_header A "b"c;' }, '"b" is followed by c without a space'],
    [
      'what is no text',
      { extraServerDirectives: 1 as never },
      'extraServerDirectives: 1 cannot be used here; give text',
    ],
    [
      'a location within',
      location('/x', 'location /y { return 204; }'),
      '"location" would be a location within a location',
    ],
    ['nothing to do', location('/x', '# nothing'), 'extraLocations[0].directives: is empty'],
    ['a path of Socket.IO', location('/socket.io/'), '"/socket.io/" would take requests from "/socket.io/"'],
    ['a path below Socket.IO', location('/socket.io/x'), '"/socket.io/x" would take requests from "/socket.io/"'],
    [
      'Socket.IO without the slash',
      location('/socket.io', 'return 204;', true),
      'would take requests from "/socket.io"',
    ],
    ['a WebSocket path', location('/ws'), '"/ws" would take requests from "/ws"'],
    ['a path below a WebSocket prefix', location('/live/x'), '"/live/x" would take requests from "/live/"'],
    ['a route', location('/app/'), '"/app/" would take requests from "/app/"'],
    ['a health check', location('/health', 'return 204;', true), '"/health" would take requests from "/health"'],
    ['readiness', location('/ready'), '"/ready" would take requests from "/ready"'],
    ['a path that is none', location('x y'), 'extraLocations[0].path: "x y" is not a usable URL path'],
    [
      'a location twice',
      {
        extraLocations: [
          { path: '/x', directives: 'return 204;' },
          { path: '/x', directives: 'return 205;' },
        ],
      },
      'extraLocations[1].path: is the same as extraLocations[0]; give each location once',
    ],
    ...[
      'listen 1;',
      'server_name x;',
      'error_page 404 /x;',
      'return 204;',
      'rewrite ^ /x;',
      'location /x { }',
      'keepalive_timeout 1;',
      'include x;',
      'if ($a) { return 403; }',
      'server { }',
      'client_max_body_size 1;',
      'proxy_http_version 1.0;',
      'absolute_redirect on;',
      'port_in_redirect on;',
      'recursive_error_pages off;',
    ].map((text): [string, Partial<NginxConfProps>, string] => [
      `"${text}" for the server`,
      { extraServerDirectives: text },
      `extraServerDirectives: "${text.split(/[ ;]/)[0]}" `,
    ]),
    ...['include x;', 'listen 1;', 'server { }'].map((text): [string, Partial<NginxConfProps>, string] => [
      `"${text}" in a location`,
      location('/x', text),
      `extraLocations[0].directives: "${text.split(/[ ;]/)[0]}" `,
    ]),
    ...[
      ['"include" /etc/passwd;', '"include" reads a file'],
      ["'include' x;", '"include" reads a file'],
      ['"location" /y { return 200; }', '"location" would be a location within a location'],
      ['map $a $b { default 1; }', '"map" stands above the server, in what is generated'],
      ['load_module x.so;', '"load_module" stands above the server, in what is generated'],
      ['content_by_lua_block { ngx.exit(403); }', '"content_by_lua_block" holds a program, which is not read here'],
      ['return 200 "\u0000";', 'is not what nginx reads: "\\u0000" is a control character'],
    ].map(([text = '', sentence = '']): [string, Partial<NginxConfProps>, string] => [
      `${JSON.stringify(text)} in a location`,
      location('/x', text),
      `extraLocations[0].directives: ${sentence}`,
    ]),
    [
      'a name in quotes for the server',
      { extraServerDirectives: '"listen" 1;' },
      'extraServerDirectives: "listen" is generated',
    ],
    [
      'a header that is generated, by a name in quotes',
      { extraServerDirectives: '"proxy_set_header" Host a;' },
      'sets Host, which is generated',
    ],
    [
      'a header that is generated',
      { extraServerDirectives: 'proxy_set_header x-real-ip a;' },
      'sets x-real-ip, which is generated',
    ],
  ])('fails on %s', (_name, props, sentence) => {
    expect(problemsIn(props)).toEqual([expect.stringContaining(sentence)]);
  });

  it.each<[string, Partial<NginxConfProps>]>([
    ['a location below a route', location('/app/static/')],
    ['a location beside everything', location('/robots.txt', 'return 204;', true)],
    ['a header of one’s own', { extraServerDirectives: 'proxy_set_header X-Tenant a;' }],
    ['a location that takes everything else', location('/')],
  ])('takes %s', (_name, props) => {
    expect(problemsIn(props)).toEqual([]);
  });

  it('answers 404 for nothing where a location of the user’s own takes everything', () => {
    const locations = (props: Partial<NginxConfProps>) =>
      valuesOf(bodyOf(nginxConf({ ...chat, ...props }), 'http', 'server'), 'location').filter((path) => path === '/');
    expect(locations(location('/'))).toEqual(['/']);
    expect(locations(location('/', 'return 204;', true))).toEqual(['/']);
    expect(locations({})).toEqual(['/']);
  });
});

describe('WebSockets without Socket.IO', () => {
  const conf = nginxConf({
    timing: chat.timing,
    upstream: { port: 3000 },
    webSockets: [{ path: '/ws', upstreamPath: '/socket' }],
  });

  it('are passed on for as long as the heartbeat needs, and nothing speaks of Socket.IO', () => {
    const body = bodyOf(conf, 'http', 'server', 'location = /ws');
    expect(valuesOf(body, 'proxy_pass')).toEqual(['http://app/socket']);
    expect(valuesOf(body, 'proxy_read_timeout')).toEqual([`${chat.timing.idleTimeoutSeconds}s`]);
    expect(valuesOf(body, 'set')).toEqual(['$refusal $upgrade_refusal']);
    expect(conf).not.toMatch(/sid=\$|transport|socket\.io/);
  });

  it.each<[string, Partial<NginxConfProps>, string]>([
    [
      'a path without its slash at the end',
      { webSockets: [{ path: 'ws' }] },
      'webSockets[0].path: "ws" is not a usable URL path',
    ],
    [
      'a path and a prefix',
      { webSockets: [{ path: '/ws', upstreamPath: '/x/' }] },
      'webSockets[0].upstreamPath: "/x/" and "/ws" must both end with "/"',
    ],
    [
      'a path that is a route',
      { webSockets: [{ path: '/app' }] },
      'routes[0].path: "/app/" is already served by webSockets[0].path',
    ],
    [
      'a health check',
      { webSockets: [{ path: '/health' }] },
      'webSockets[0].path: "/health" is what nginx answers itself',
    ],
    ['a path with "."', { webSockets: [{ path: '/a/./b' }] }, 'holds "."'],
  ])('fail on %s', (_name, props, sentence) => {
    expect(problemsIn(props)).toEqual([expect.stringContaining(sentence)]);
  });

  it('fails where nothing is passed on at all', () => {
    expect(() => nginxConf({ timing: chat.timing, upstream: { port: 3000 } })).toThrow(
      'passes nothing on; give socketIo, webSockets or routes',
    );
  });
});

describe('numbers that nginx compares as text', () => {
  it('are recognized when they are above the limit, and only then', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 0, max: 200_000 }), (limit, value) => {
        expect(new RegExp(moreThan(limit)).test(String(value))).toBe(value > limit);
      }),
      { numRuns: 2000 },
    );
    for (const limit of [1, 9, 10, 99, 100, 999, 4096]) {
      for (const value of [limit - 1, limit, limit + 1]) {
        expect(new RegExp(moreThan(limit)).test(String(value))).toBe(value > limit);
      }
    }
  });

  it('leave sessions that exist a quarter more than new ones, and 64 at the least', () => {
    expect([ceiling(20), ceiling(256), ceiling(257), ceiling(4096)]).toEqual([84, 320, 322, 5120]);
  });
});

it('has groups of servers down to those that are always there, each half of the one before', () => {
  expect(groupSizes(30, 3)).toEqual([30, 15, 8, 4, 3]);
  expect(groupSizes(5, 2)).toEqual([5, 3, 2]);
  expect(groupSizes(3, 3)).toEqual([3]);
  expect(groupSizes(2, 1)).toEqual([2, 1]);
});
