import { Duration, Size } from 'cdk8s';
import { type NginxConfProps, nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { bodyOf, parse, valuesOf } from './support/parse';

const timing = deriveTiming({ pingTimeout: Duration.seconds(25) });
const theia: NginxConfProps = {
  timing,
  upstream: { port: 3000 },
  socketIo: { path: '/theia/socket.io/' },
  routes: [{ path: '/theia/', upstreamPath: '/' }],
};
const server = (props: Partial<NginxConfProps> = {}) => bodyOf(nginxConf({ ...theia, ...props }), 'http', 'server');
const socketIo = (props: Partial<NginxConfProps> = {}) =>
  bodyOf(nginxConf({ ...theia, ...props }), 'http', 'server', 'location /theia/socket.io/');
const http = (props: Partial<NginxConfProps> = {}) => bodyOf(nginxConf({ ...theia, ...props }), 'http');

describe('the Socket.IO location', () => {
  it('is rewritten to the path of the application', () => {
    expect(valuesOf(socketIo(), 'proxy_pass')).toEqual(['http://app/socket.io/']);
    expect(valuesOf(bodyOf(nginxConf(theia), 'http', 'upstream app'), 'server')).toEqual(['127.0.0.1:3000']);
  });

  it('passes the request on untouched when the application has the same path', () => {
    const conf = nginxConf({ ...theia, socketIo: { path: '/socket.io/' } });
    expect(valuesOf(bodyOf(conf, 'http', 'server', 'location /socket.io/'), 'proxy_pass')).toEqual(['http://app']);
  });

  it('waits as long as the timing says, and not a second that is written anywhere else', () => {
    expect(timing.idleTimeoutSeconds).toBe(80);
    expect(valuesOf(socketIo(), 'proxy_read_timeout')).toEqual(['80s']);
    expect(valuesOf(socketIo(), 'proxy_send_timeout')).toEqual(['80s']);
    expect(valuesOf(socketIo(), 'proxy_connect_timeout')).toEqual(['10s']);
    const slow = { timing: deriveTiming({ pingInterval: Duration.seconds(30), pingTimeout: Duration.seconds(60) }) };
    expect(valuesOf(socketIo(slow), 'proxy_read_timeout')).toEqual(['120s']);
  });

  it('buffers and caches nothing', () => {
    for (const name of ['proxy_buffering', 'proxy_cache']) expect(valuesOf(socketIo(), name)).toEqual(['off']);
    expect(valuesOf(http(), 'proxy_request_buffering')).toEqual(['off']);
  });

  it('uses `if` for nothing but set and return', () => {
    for (const { words, body } of socketIo().filter(({ words }) => words[0] === 'if')) {
      expect([words[0], ...(body ?? []).map((inner) => inner.words[0])].join(' ')).toMatch(/^if( set| return)+$/);
    }
  });
});

describe('the headers for the application', () => {
  const headers = (props: Partial<NginxConfProps>) => valuesOf(server(props), 'proxy_set_header');

  it('carry the scheme and the address that the balancer saw', () => {
    expect(headers({ addressesAppended: 2 })).toEqual([
      'Upgrade $upgrade_to',
      'Connection $connection_upgrade',
      'Host $http_host',
      'X-Forwarded-Host $http_host',
      'X-Forwarded-Proto $client_scheme',
      'X-Forwarded-For $proxy_add_x_forwarded_for',
      'X-Real-IP $client_address',
    ]);
  });

  it('believe nothing that the request says when nobody stands in front', () => {
    expect(headers({})).toEqual(
      expect.arrayContaining(['X-Forwarded-Proto $scheme', 'X-Forwarded-For $remote_addr', 'X-Real-IP $remote_addr']),
    );
    expect(nginxConf(theia)).not.toContain('$http_x_forwarded');
  });

  it('are inherited by every location, because a location with one of its own would inherit none', () => {
    for (const { body } of server().filter(({ words }) => words[0] === 'location')) {
      expect(valuesOf(body ?? [], 'proxy_set_header')).toEqual([]);
    }
  });

  it.each([
    [1, '6.6.6.6, 203.0.113.7', '203.0.113.7'],
    [1, '203.0.113.7', '203.0.113.7'],
    [2, '6.6.6.6,203.0.113.7,198.51.100.1', '203.0.113.7'],
    [2, '6.6.6.6, 203.0.113.7 ,  198.51.100.1', '203.0.113.7'],
    [3, '203.0.113.7, 198.51.100.1, 35.191.0.1', '203.0.113.7'],
    [2, '2001:db8::7, 198.51.100.1', '2001:db8::7'],
    [2, '203.0.113.7:555, 198.51.100.1', '203.0.113.7'],
    [1, '[2001:db8::7]:555', '2001:db8::7'],
    [1, '::ffff:203.0.113.7', '::ffff:203.0.113.7'],
    [1, '203.0.113.7:', undefined],
    [1, '203.0.113', undefined],
    [1, '203.0.113.7:5555555', undefined],
    [2, '203.0.113.7', undefined],
    [2, 'unknown, 198.51.100.1', undefined],
    [2, '', undefined],
  ])('find the client where %i addresses were appended: %s', (addressesAppended, header, client) => {
    const condition = server({ addressesAppended }).find(({ words }) => words[1] === '($http_x_forwarded_for');
    const pattern = condition?.words[3] ?? '';
    // JavaScript knows no possessive quantifiers; without them the same strings match, only slower.
    const groups = new RegExp(pattern.replace(/([*+])\+/g, '$1')).exec(header)?.groups;
    expect(groups?.appended_ipv4 ?? groups?.appended_ipv6).toBe(client);
  });
});

describe('health', () => {
  it('is answered without the application', () => {
    expect(bodyOf(nginxConf(theia), 'http', 'server', 'location = /health')).toEqual(
      parse('access_log off; return 200 "healthy\\n";'),
    );
  });

  it('turns unready while the drain flag exists', () => {
    expect(bodyOf(nginxConf({ ...theia, drainFlag: '/tmp/going' }), 'http', 'server', 'location = /ready')).toEqual(
      parse('access_log off; if ($draining = yes) { return 503 "draining\\n"; } return 200 "ready\\n";'),
    );
    expect(bodyOf(nginxConf({ ...theia, drainFlag: '/tmp/going' }), 'http', 'server', 'if (-f /tmp/going)')).toEqual(
      parse('set $draining yes;'),
    );
    expect(nginxConf(theia)).not.toContain('open_file_cache');
  });

  it('is plain text, by default and not by a header that would stand there twice', () => {
    expect(valuesOf(http(), 'default_type')).toEqual(['text/plain']);
    expect(nginxConf(theia)).not.toMatch(/add_header Content-Type/i);
  });
});

describe('routes', () => {
  it('exchange their prefix, and the form without the slash redirects to them without a port', () => {
    expect(bodyOf(nginxConf(theia), 'http', 'server', 'location = /theia')).toEqual(
      parse('return 308 /theia/$is_args$args;'),
    );
    expect(valuesOf(bodyOf(nginxConf(theia), 'http', 'server', 'location /theia/'), 'proxy_pass')).toEqual([
      'http://app/',
    ]);
    expect(valuesOf(server(), 'absolute_redirect')).toEqual(['off']);
    expect(valuesOf(server(), 'port_in_redirect')).toEqual(['off']);
  });

  it('leave 404 for everything else, unless one of them takes everything', () => {
    const locations = (props: Partial<NginxConfProps>) => valuesOf(server(props), 'location');
    const expected = ['@refused', '= /health', '= /ready', '= /theia/socket.io', '/theia/socket.io/', '/'];
    expect(locations({ routes: [] })).toEqual(expected);
    expect(locations({ routes: [{ path: '/' }] })).toEqual(expected);
    expect(
      valuesOf(bodyOf(nginxConf({ ...theia, routes: [{ path: '/' }] }), 'http', 'server', 'location /'), 'return'),
    ).toEqual([]);
  });
});

describe('the access log', () => {
  it('has the documented fields, and neither the request line nor the session id', () => {
    const [format] = valuesOf(http(), 'log_format');
    const fields = [...(format ?? '').matchAll(/(\w+)=/g)].map(([, name]) => name);
    expect(fields).toEqual([
      'client',
      'status',
      'request',
      'upgrade',
      'connection',
      'sid',
      'transport',
      'time',
      'upstream',
      'upstream_status',
      'refused',
    ]);
    expect(nginxConf({ ...theia, debugHeaders: true })).not.toMatch(
      /\$(request|request_uri|args|query_string|http_referer)\b.*'/,
    );
    expect(format).not.toContain('$arg_');
  });

  it('shows headers only when asked to', () => {
    expect(valuesOf(http(), 'access_log')).toEqual(['/dev/stdout socketio_access']);
    expect(valuesOf(http({ debugHeaders: true }), 'access_log')).toEqual([
      '/dev/stdout socketio_access',
      '/dev/stdout socketio_debug',
    ]);
    expect(nginxConf(theia)).not.toContain('socketio_debug');
  });
});

describe('the process', () => {
  it('writes below /tmp only, takes no user and leaves the foreground to the command', () => {
    const conf = nginxConf(theia);
    expect(valuesOf(parse(conf), 'pid')).toEqual(['/tmp/nginx.pid']);
    const written = http().filter(({ words }) => words[0]?.endsWith('_temp_path'));
    expect(written.map(({ words }) => words[0])).toEqual(
      ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path`),
    );
    for (const { words } of written) expect(words[1]).toMatch(/^\/tmp\//);
    expect(valuesOf(parse(conf), 'user')).toEqual([]);
    expect(valuesOf(parse(conf), 'daemon')).toEqual([]);
    expect(valuesOf(server(), 'listen')).toEqual(['8080 default_server', '[::]:8080 default_server']);
  });

  it('has room for both sides of every connection in any one worker', () => {
    const conf = nginxConf({ ...theia, maxConnections: 1000, workers: 4 });
    expect(valuesOf(bodyOf(conf, 'events'), 'worker_connections')).toEqual(['3012']);
    expect(valuesOf(parse(conf), 'worker_rlimit_nofile')).toEqual(['3076']);
    expect(valuesOf(parse(conf), 'worker_processes')).toEqual(['4']);
  });

  it('outlasts the balancer in keep-alive and the drain in shutdown', () => {
    expect(valuesOf(http(), 'keepalive_timeout')).toEqual(['620s']);
    expect(valuesOf(parse(nginxConf(theia)), 'worker_shutdown_timeout')).toEqual(['60s']);
  });

  it('takes bodies of the size given', () => {
    expect(valuesOf(http(), 'client_max_body_size')).toEqual(['10m']);
    expect(valuesOf(http({ maxBodySize: Size.kibibytes(1500) }), 'client_max_body_size')).toEqual(['1500k']);
  });

  it('is the same text for the same input', () => {
    expect(nginxConf({ ...theia, addressesAppended: 2 })).toBe(nginxConf({ addressesAppended: 2, ...theia }));
  });
});
