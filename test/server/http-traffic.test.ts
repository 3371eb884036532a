import { Agent, createServer, type Server as HttpServer, request } from 'node:http';
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket as TcpSocket,
} from 'node:net';
import { Server } from 'socket.io';
import { io as connect, type Socket } from 'socket.io-client';
import { GracefulShutdown, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';
import { stoodStillMs, tookMs, within } from '../standstill';

const timing = { ...serverTiming(deriveTiming()), drainMs: 1500, shutdownMs: 1000 };

interface Running {
  readonly http: HttpServer;
  readonly io: Server;
  readonly shutdown: GracefulShutdown;
  readonly port: number;
}

const running: Running[] = [];
const cleanups: (() => unknown)[] = [];
/** Answers the requests for `/held`, each of which waits until then. */
const held: (() => void)[] = [];

async function start(): Promise<Running> {
  const http = createServer((asked, answer) => {
    if (asked.url === '/held') return void held.push(() => answer.end('held'));
    const ms = Number(/ms=(\d+)/.exec(asked.url ?? '')?.[1] ?? 0);
    setTimeout(() => answer.end(`after ${ms}`), ms);
  });
  const io = new Server(http);
  const shutdown = new GracefulShutdown({
    http,
    io: [io, new Server()],
    timing,
    drainFlag: '/nonexistent',
    exit: () => {},
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server = { http, io, shutdown, port: (http.address() as AddressInfo).port };
  running.push(server);
  return server;
}

afterEach(async () => {
  held.length = 0;
  for (const cleanup of cleanups.splice(0)) await cleanup();
  for (const { io, http } of running.splice(0)) {
    void io.close();
    http.closeAllConnections();
  }
});

function get(port: number, path: string, agent: Agent): Promise<{ status: number; connection: string; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, agent }, (answer) => {
      let body = '';
      answer.on('data', (part) => {
        body += part;
      });
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, connection: answer.headers.connection ?? '', body }),
      );
    });
    asked.once('error', reject).end();
  });
}

function keptAlive(): Agent {
  const agent = new Agent({ keepAlive: true });
  cleanups.push(() => agent.destroy());
  return agent;
}

describe('a request that is being answered when the stop signal comes', () => {
  it('is answered to the end, as long as the drain lasts', async () => {
    const { port, shutdown } = await start();
    const asked = Date.now();
    const answer = get(port, '/slow?ms=900', keptAlive());
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = Date.now();
    const report = await shutdown.begin('SIGTERM');
    expect(await answer).toMatchObject({ status: 200, body: 'after 900' });
    expect(report.destroyed).toBe(0);
    // Gone with the last one, not with the window.
    expect(began - asked + report.tookMs).toBeGreaterThan(890);
    expect(report.tookMs - stoodStillMs(began)).toBeLessThan(1450);
  });

  it('is cut when the drain and a second more are over', async () => {
    const { port, shutdown } = await start();
    // This one is over, and counts as none that had to be destroyed.
    await get(port, '/', new Agent());
    const answer = get(port, '/slow?ms=10000', keptAlive()).catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = Date.now();
    const report = await shutdown.begin('SIGTERM');
    expect(await answer).toBe('socket hang up');
    expect([report.destroyed, report.failures]).toEqual([1, []]);
    expect(report.tookMs).toBeGreaterThanOrEqual(2490);
    expect(report.tookMs - stoodStillMs(began)).toBeLessThan(3000);
  });
});

describe('a connection that is kept alive', () => {
  it('is let go when nothing goes on over it', async () => {
    const { http, port, shutdown } = await start();
    const agent = keptAlive();
    const first = await get(port, '/', agent);
    expect(first.connection).toBe('keep-alive');
    expect(await connectionsOf(http)).toBe(1);
    // Something else holds the server up.
    const other = get(port, '/held', new Agent());
    expect(await within(2000, () => held.length === 1)).toBe(true);
    expect(await connectionsOf(http)).toBe(2);
    const ending = shutdown.begin('SIGTERM');
    expect(await within(250, async () => (await connectionsOf(http)) === 1)).toBe(true);
    // Its client has heard of it, and asks over another one.
    expect(await within(2000, () => Object.keys(agent.freeSockets).length === 0)).toBe(true);
    // Still answered, and for the last time.
    expect(await get(port, '/', agent)).toMatchObject({ status: 200, connection: 'close' });
    // Not Socket.IO's, though it begins like it.
    expect(await get(port, '/socket.iox?EIO=4', agent)).toMatchObject({ status: 200, body: 'after 0' });
    held[0]?.();
    expect((await other).body).toBe('held');
    expect((await ending).destroyed).toBe(0);
  });

  it('stays while one of the sessions of a proxy goes over it', async () => {
    const { http, port, shutdown } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    cleanups.push(() => agent.destroy());
    const open = async () =>
      /"sid":"([^"]+)"/.exec((await get(port, '/socket.io/?EIO=4&transport=polling', agent)).body)?.[1];
    const sids = [await open(), await open()];
    const ending = shutdown.begin('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await connectionsOf(http)).toBe(1);
    const first = await get(port, `/socket.io/?EIO=4&transport=polling&sid=${sids[0]}`, agent);
    expect(first).toMatchObject({ status: 200 });
    await ending;
  });
});

/** A balancer of connections, as a Service is: who is ready gets what is new; what is there stays where it is. */
async function balancer(servers: readonly Running[]): Promise<number> {
  let turn = 0;
  const clients = new Set<TcpSocket>();
  const balancer: TcpServer = createTcpServer((client) => {
    clients.add(client);
    const ready = servers.filter(({ shutdown }) => shutdown.isReady());
    turn += 1;
    const to = connectTcp((ready[turn % ready.length] as Running).port, '127.0.0.1');
    client.pipe(to).pipe(client);
    client.on('error', () => {}).on('close', () => to.destroy());
    to.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => balancer.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    balancer.close();
    for (const client of clients) client.destroy();
  });
  return (balancer.address() as AddressInfo).port;
}

describe('clients behind a balancer of connections', () => {
  it.each([
    ['polling', ['polling']],
    ['polling, then WebSocket', ['polling', 'websocket']],
    ['WebSocket', ['websocket']],
  ])('over %s are all elsewhere within 5 s, refused once at most', async (_name, transports) => {
    const [first, second] = [await start(), await start()];
    // All of them begin on the first: the other one is not there yet.
    const servers = [first];
    const port = await balancer(servers);
    const clients: { socket: Socket; refused: number; gone: number; backAfter: number }[] = [];
    for (let i = 0; i < 20; i += 1) {
      const agent = keptAlive();
      // A time limit for each attempt: what Node's XMLHttpRequest repeats after a reset it never sends to the end.
      const socket = connect(`http://127.0.0.1:${port}`, {
        transports,
        forceNew: true,
        agent: agent as never,
        timeout: 2000,
      });
      cleanups.push(() => socket.disconnect());
      const client = { socket, refused: 0, gone: 0, backAfter: -1 };
      socket.on('connect_error', () => {
        client.refused += 1;
      });
      socket.on('disconnect', () => {
        client.gone = Date.now();
      });
      await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
      socket.on('connect', () => {
        client.backAfter = tookMs(client.gone);
      });
      clients.push(client);
    }
    servers.push(second);
    const report = await first.shutdown.begin('SIGTERM');
    expect(report).toMatchObject({ connections: 20, closed: 20, destroyed: 0, failures: [] });
    await within(6000, () => clients.every(({ backAfter }) => backAfter >= 0));
    expect(second.io.engine.clientsCount).toBe(20);
    for (const { refused, backAfter } of clients) {
      expect(refused).toBeLessThanOrEqual(1);
      expect(backAfter).toBeGreaterThan(0);
      expect(backAfter).toBeLessThan(5000);
    }
  });
});

function connectionsOf(http: HttpServer): Promise<number> {
  return new Promise((resolve, reject) =>
    http.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}
