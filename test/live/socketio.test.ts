import { nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { type App, ask, client, closeAll, connected, echo, freePort, startApp } from './support/app';
import { lower, type Nginx, raise, startNginx, stopAllNginx, until } from './support/nginx';

const PATH = '/theia/socket.io/';
const HANDSHAKE = `${PATH}?EIO=4&transport=polling`;

let app: App;
let nginx: Nginx;

beforeEach(async () => {
  app = await startApp();
  const port = await freePort();
  const conf = nginxConf({
    timing: deriveTiming(),
    port,
    upstream: { port: app.port },
    socketIo: { path: PATH },
    routes: [{ path: '/theia/', upstreamPath: '/' }],
    addressesAppended: 2,
    debugHeaders: true,
  });
  nginx = await startNginx(conf, port);
});

afterEach(async () => {
  await closeAll();
  await stopAllNginx();
});

/** What a client's request looks like once it has come through one of Google's balancers. */
const fromBalancer = {
  'X-Forwarded-For': '203.0.113.7, 198.51.100.1',
  'X-Forwarded-Proto': 'https',
  Host: 'coditect.ai',
};

describe('Socket.IO through nginx', () => {
  it('works over polling alone', async () => {
    const socket = await connected(client(nginx.url, { path: PATH, transports: ['polling'] }));
    expect(await echo(socket, 'there and back')).toBe('there and back');
    expect(socket.io.engine.transport.name).toBe('polling');
  });

  it('works over polling and then upgrades', async () => {
    const socket = client(nginx.url, { path: PATH, transports: ['polling', 'websocket'] });
    const upgraded = new Promise((resolve) => socket.io.engine.once('upgrade', resolve));
    await connected(socket);
    expect(await upgraded).toMatchObject({ name: 'websocket' });
    expect(await echo(socket, 'there and back')).toBe('there and back');
  });

  it('works over WebSocket alone', async () => {
    const socket = await connected(client(nginx.url, { path: PATH, transports: ['websocket'] }));
    expect(await echo(socket, 'there and back')).toBe('there and back');
  });

  it.each(['polling', 'websocket'])(
    'tells the application over %s who the client is, whatever the client claims',
    async (name) => {
      const extraHeaders = {
        'X-Forwarded-For': '6.6.6.6, 7.7.7.7, 203.0.113.7, 198.51.100.1',
        'X-Forwarded-Proto': 'https',
        'X-Real-IP': '6.6.6.6',
        'X-Forwarded-Host': 'evil.example',
      };
      await connected(client(nginx.url, { path: PATH, transports: [name], extraHeaders }));
      expect(app.handshakes[0]).toMatchObject({
        host: `127.0.0.1:${nginx.port}`,
        'x-forwarded-host': `127.0.0.1:${nginx.port}`,
        'x-forwarded-proto': 'https',
        'x-real-ip': '203.0.113.7',
        'x-forwarded-for': '6.6.6.6, 7.7.7.7, 203.0.113.7, 198.51.100.1, 127.0.0.1',
      });
    },
  );

  it('carries a message of the largest size that Socket.IO accepts over polling', async () => {
    const socket = await connected(client(nginx.url, { path: PATH, transports: ['polling'] }));
    const message = 'x'.repeat(900_000);
    expect(await echo(socket, message)).toBe(message);
  });
});

describe('other paths', () => {
  it('go to the application without their prefix, with the query, as plain requests', async () => {
    const answer = await ask(`${nginx.url}/theia/files/a?b=c`, { method: 'POST', body: 'x', headers: fromBalancer });
    const seen = JSON.parse(answer.body);
    expect([seen.method, seen.url]).toEqual(['POST', '/files/a?b=c']);
    expect(seen.headers).toMatchObject({
      host: 'coditect.ai',
      'x-forwarded-host': 'coditect.ai',
      'x-forwarded-proto': 'https',
      'x-real-ip': '203.0.113.7',
    });
    expect(seen.headers.upgrade).toBeUndefined();
  });

  it('are redirected to the form with the slash without naming a port or a scheme', async () => {
    const answer = await ask(`${nginx.url}/theia?folder=x`, { headers: fromBalancer });
    expect([answer.status, answer.headers.location]).toEqual([308, '/theia/?folder=x']);
  });

  it('answer 404 in plain text where there is nothing', async () => {
    const answer = await ask(`${nginx.url}/other/page.html`);
    expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([404, 'text/plain', 'not found\n']);
  });

  it('do not carry an upgrade to anything but WebSocket', async () => {
    const headers = {
      Connection: 'Upgrade, HTTP2-Settings',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
    };
    const seen = JSON.parse((await ask(`${nginx.url}/theia/`, { headers })).body);
    expect(seen.headers.upgrade).toBeUndefined();
  });

  it('answer 502 when the application is gone', async () => {
    await app.close();
    expect((await ask(`${nginx.url}/theia/`)).status).toBe(502);
    expect((await ask(`${nginx.url}/health`)).status).toBe(200);
  });
});

describe('the client address', () => {
  it.each([
    ['the peer, when the request came past the balancer', {}, '127.0.0.1'],
    ['the peer, when fewer addresses came than the balancer appends', { 'X-Forwarded-For': '6.6.6.6' }, '127.0.0.1'],
    ['an IPv6 address as it came', { 'X-Forwarded-For': '2001:db8::7, 198.51.100.1' }, '2001:db8::7'],
    ['the peer, when what stands there is no address', { 'X-Forwarded-For': 'evil"value, 198.51.100.1' }, '127.0.0.1'],
  ])('is %s', async (_name, headers, address) => {
    const seen = JSON.parse((await ask(`${nginx.url}/theia/`, { headers })).body);
    expect(seen.headers['x-real-ip']).toBe(address);
  });

  it('comes with http, when a client claims a scheme that there is not', async () => {
    const seen = JSON.parse((await ask(`${nginx.url}/theia/`, { headers: { 'X-Forwarded-Proto': 'gopher' } })).body);
    expect(seen.headers['x-forwarded-proto']).toBe('http');
  });
});

describe('the drain flag', () => {
  it('refuses new sessions and lets those that exist go on', async () => {
    const polling = await connected(client(nginx.url, { path: PATH, transports: ['polling'] }));
    const webSocket = await connected(client(nginx.url, { path: PATH, transports: ['websocket'] }));
    raise(nginx, '/tmp/drain');

    const refused = await ask(nginx.url + HANDSHAKE);
    expect([refused.status, refused.headers['retry-after'], refused.body]).toEqual([503, '5', 'draining\n']);
    for (const transport of ['polling', 'websocket']) {
      await expect(connected(client(nginx.url, { path: PATH, transports: [transport] }))).rejects.toThrow();
    }
    for (const value of ['one', 'two', 'three']) {
      expect(await echo(polling, value)).toBe(value);
      expect(await echo(webSocket, value)).toBe(value);
    }
    // Pages of the application still load: what is open may need them.
    expect((await ask(`${nginx.url}/theia/`)).status).toBe(200);

    lower(nginx, '/tmp/drain');
    const accepted = await ask(nginx.url + HANDSHAKE);
    expect([accepted.status, accepted.headers['retry-after']]).toEqual([200, undefined]);
  });
});

describe('the access log', () => {
  it('says who did what over which transport, and never holds a session id', async () => {
    const socket = client(nginx.url, { path: PATH, extraHeaders: fromBalancer });
    const upgraded = new Promise((resolve) => socket.io.engine.once('upgrade', resolve));
    await connected(socket);
    await upgraded;
    await echo(socket, 'there and back');
    socket.disconnect();
    await ask(`${nginx.url}${PATH}?EIO=4&transport=x%22%20sid%3Dforged&sid=${app.sessionIds[0]}`);
    await app.close();
    await ask(`${nginx.url}${HANDSHAKE}&sid=${app.sessionIds[0]}`);
    await until(() => / status=502 /.test(nginx.accessLog()));

    const log = nginx.accessLog();
    expect(app.sessionIds).toHaveLength(2);
    for (const id of app.sessionIds) expect(log).not.toContain(id);
    const line = (rest: string) => new RegExp(`^\\[[^\\]]+\\] client=203\\.0\\.113\\.7 ${rest} refused=no$`, 'm');
    const upstream = `time=\\d+\\.\\d+ upstream="127\\.0\\.0\\.1:${app.port}"`;
    const request = (method: string) => `request="${method} /theia/socket\\.io/ HTTP/1\\.1"`;
    expect(log).toMatch(
      line(
        `status=200 ${request('GET')} upgrade="-" connection="[^"]*" sid=no transport=polling ${upstream} upstream_status="200"`,
      ),
    );
    expect(log).toMatch(
      line(
        `status=200 ${request('POST')} upgrade="-" connection="[^"]*" sid=yes transport=polling ${upstream} upstream_status="200"`,
      ),
    );
    expect(log).toMatch(
      line(
        `status=101 ${request('GET')} upgrade="websocket" connection="Upgrade" sid=yes transport=websocket ${upstream} upstream_status="101"`,
      ),
    );
    expect(log).toMatch(/ status=400 .* sid=yes transport=other /);
    expect(log).toMatch(
      /headers client=203\.0\.113\.7 peer=127\.0\.0\.1 path="\/theia\/socket\.io\/" host="coditect\.ai" .* forwarded_proto="https"$/m,
    );
  });

  it('holds requests that nginx refuses by itself, without a warning', async () => {
    await ask(`${nginx.url}/theia/`, { headers: { Host: 'two hosts' } });
    await until(() => / status=400 /.test(nginx.accessLog()));
    expect(nginx.errorLog()).not.toContain('uninitialized');
  });
});
