import { connect, type Socket } from 'node:net';
import { type NginxConfProps, nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { tookMs } from '../standstill';
import { type App, ask, client, closeAll, connected, echo, freePort, startApp } from './support/app';
import { closeAllIdleSockets } from './support/idle-sockets';
import { type Nginx, raise, startNginx, stopAllNginx, until } from './support/nginx';
import { upgradeRequest } from './support/raw';

let app: App;
const open = new Set<Socket>();

beforeEach(async () => {
  app = await startApp();
});

afterEach(async () => {
  for (const socket of open) socket.destroy();
  open.clear();
  closeAllIdleSockets();
  await closeAll();
  await stopAllNginx();
});

async function proxy(props: Partial<NginxConfProps> = {}): Promise<Nginx> {
  const port = await freePort();
  const conf = nginxConf({
    timing: deriveTiming(),
    port,
    upstream: { port: app.port },
    socketIo: { path: '/socket.io/' },
    webSockets: [{ path: '/ws' }, { path: '/live/', upstreamPath: '/' }],
    routes: [{ path: '/app/', upstreamPath: '/' }],
    ...props,
  });
  return startNginx(conf, port);
}

/** Opens a WebSocket on a connection of its own: the status of the answer and its headers, and the connection. */
function webSocket(port: number, path: string): Promise<{ status: number; head: string; socket: Socket }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(upgradeRequest().replace(/^GET \S+/, `GET ${path}`)));
    open.add(socket);
    socket.on('error', reject);
    socket.once('data', (data) => {
      const head = data.toString('latin1');
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, socket });
    });
  });
}

const SOCKET_IO = '/socket.io/?EIO=4&transport=websocket';

describe('a proxy that holds as many sessions as it is sized for', () => {
  it('refuses new ones with 503 and Retry-After, answers health checks, keeps those that exist, and takes new ones when some have left', async () => {
    const nginx = await proxy({ maxConnections: 20, workers: 4 });
    const polling = await connected(client(nginx.url, { path: '/socket.io/', transports: ['polling'] }));
    const answers = [];
    for (let i = 0; i < 99; i += 1) answers.push(await webSocket(nginx.port, SOCKET_IO));
    const inside = answers.filter(({ status }) => status === 101);
    // The poll that is held takes a place, but for the moments between two of them.
    expect(inside.length).toBeGreaterThanOrEqual(19);
    expect(inside.length).toBeLessThanOrEqual(20);
    for (const { status, head } of answers.filter((each) => !inside.includes(each))) {
      expect(status).toBe(503);
      expect(head).toMatch(/^Retry-After: 5\r$/m);
      expect(head).toMatch(/^Connection: close\r$/m);
      expect(head).toMatch(/\r\n\r\nfull\n$/);
    }
    for (let i = 0; i < 20; i += 1) {
      expect((await ask(`${nginx.url}/health`)).status).toBe(200);
      expect((await ask(`${nginx.url}/ready`)).status).toBe(200);
      expect((await ask(`${nginx.url}/app/page`)).status).toBe(200);
      expect(await echo(polling, i)).toBe(i);
    }
    await until(() => nginx.accessLog().split('refused=full').length - 1 === answers.length - inside.length);
    for (const { socket } of inside.slice(0, 5)) socket.destroy();
    await until(() => nginx.accessLog().split(' status=101 ').length - 1 === 5);
    expect((await webSocket(nginx.port, SOCKET_IO)).status).toBe(101);
    expect(inside.slice(5).every(({ socket }) => !socket.destroyed)).toBe(true);
  });

  it('refuses WebSockets of any path alike', async () => {
    const nginx = await proxy({ maxConnections: 1 });
    expect((await webSocket(nginx.port, SOCKET_IO)).status).toBe(101);
    for (const path of ['/ws', '/live/room', '/live', '/app/socket.io/?EIO=4&transport=websocket', SOCKET_IO]) {
      expect([path, (await webSocket(nginx.port, path)).status]).toEqual([path, 503]);
    }
  });
});

describe('a proxy whose connections are all taken by requests that never come', () => {
  it('answers health checks again before a liveness probe gives up, and keeps the sessions that are open', async () => {
    const nginx = await proxy({ maxConnections: 20 });
    const session = (await webSocket(nginx.port, SOCKET_IO)).socket;
    const ended = new Promise<string>((resolve) => session.once('close', () => resolve('ended')));
    const healthy = () =>
      ask(`${nginx.url}/health`).then(
        ({ status }) => status === 200,
        () => false,
      );
    // The kernel wakes whichever worker it likes, and headers are waited for ten seconds: requests come until neither worker answers any more.
    const anyHealthy = async () => (await Promise.all(Array.from({ length: 10 }, healthy))).includes(true);
    let answers = await anyHealthy();
    for (let i = 0; i < 100 && answers; i += 1) {
      await Promise.all(Array.from({ length: 200 }, () => halfRequest(nginx.port)));
      answers = await anyHealthy();
    }
    expect(answers).toBe(false);
    const { periodSeconds, failureThreshold } = deriveTiming().livenessProbe;
    const began = Date.now();
    while (!(await healthy())) await new Promise((resolve) => setTimeout(resolve, 200));
    expect(tookMs(began)).toBeLessThan(periodSeconds * (failureThreshold - 1) * 1000);
    expect(await Promise.race([ended, Promise.resolve('open')])).toBe('open');
  }, 90_000);
});

/** A request whose headers never end, on a connection of its own: it is written, or was refused. */
function halfRequest(port: number): Promise<void> {
  return new Promise((resolve) => {
    const half = connect(port, '127.0.0.1', () =>
      half.write('GET /socket.io/ HTTP/1.1\r\nHost: x\r\n', () => resolve()),
    );
    open.add(half.on('error', () => {}).once('close', () => resolve()));
  });
}

/** What a request is answered that no client would write: fetch would resolve its dots. */
function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    open.add(socket);
    socket.on('error', reject).on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.once('close', () => resolve(answer));
  });
}

describe('the drain flag', () => {
  it.each(['/ws', '/live/room', '/live', '/app/ws', SOCKET_IO, '/socket.io?EIO=4&transport=websocket'])(
    'refuses a new WebSocket on %s',
    async (path) => {
      const nginx = await proxy();
      raise(nginx, '/tmp/drain');
      const { status, head } = await webSocket(nginx.port, path);
      expect(status).toBe(503);
      expect(head).toMatch(/^Retry-After: 5\r$/m);
      expect(nginx.errorLog()).toBe('');
    },
  );

  it.each(['/app/socket.io/', '/app/%73ocket.io/', '/socket.io/../plain/', '/socket.io/%2e%2e/plain/'])(
    'refuses a new session that is asked for by way of another route: %s',
    async (path) => {
      const nginx = await proxy({ routes: [{ path: '/app/', upstreamPath: '/' }, { path: '/plain/' }] });
      const request = (method: string, sid: string, body = '') =>
        raw(
          nginx.port,
          `${method} ${path}?EIO=4&transport=polling${sid} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
      const opened = /"sid":"([^"]+)"/.exec(await request('GET', ''));
      expect(opened).not.toBeNull();
      raise(nginx, '/tmp/drain');
      expect(await request('GET', '')).toMatch(/^HTTP\/1\.1 503 /);
      // What is open goes on: it joins its namespace, so that its poll is answered.
      expect(await request('POST', `&sid=${opened?.[1]}`, '40')).toMatch(/^HTTP\/1\.1 200 /);
      expect(await request('GET', `&sid=${opened?.[1]}`)).toMatch(/^HTTP\/1\.1 200 /);
      expect((await ask(`${nginx.url}/plain/page`)).status).not.toBe(503);
    },
  );

  it.each(['SID=x', 'Sid=x', 'sid=', 'xsid=y', 'x=sid', 'sid', 'sid=x&sid=', 'sid=x&%73i%64=', 'sid=x&sid', '%73id='])(
    'is not passed by "%s", which is no session id to the server',
    async (parameter) => {
      const nginx = await proxy();
      const handshake = `${nginx.url}/socket.io/?EIO=4&transport=polling&${parameter}`;
      expect((await ask(handshake)).body).toContain('"sid"');
      raise(nginx, '/tmp/drain');
      expect((await ask(handshake)).status).toBe(503);
    },
  );

  it.each(['/socket.io/?EIO=4&transport=polling', '/ws'])(
    'closes the connection of whoever it refuses on %s, for the next attempt to get elsewhere',
    async (path) => {
      const nginx = await proxy();
      raise(nginx, '/tmp/drain');
      const upgrade = path === '/ws' ? { Upgrade: 'websocket', Connection: 'Upgrade' } : {};
      const answer = await ask(nginx.url + path, { headers: { Connection: 'keep-alive', ...upgrade } });
      expect([answer.status, answer.headers.connection]).toEqual([503, 'close']);
    },
  );
});

describe('Socket.IO without the slash', () => {
  it.each(['polling', 'websocket'])('connects over %s', async (transport) => {
    const nginx = await proxy({ socketIo: { path: '/theia/socket.io/' } });
    await connected(
      client(nginx.url, { path: '/theia/socket.io', addTrailingSlash: false, transports: [transport] } as never),
    );
  });
});
