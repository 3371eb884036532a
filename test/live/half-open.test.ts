import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Server } from 'socket.io';
import { nginxConf } from '../../lib/nginx';
import { GracefulShutdown, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';
import { HEADER_SECONDS } from '../../lib/timing/fixed';
import { stoodStillMs, tookMs } from '../standstill';
import { ask, client, closeAll, connected, echo, freePort, startApp } from './support/app';
import { startNginx, stopAllNginx } from './support/nginx';

/** How often whoever cuts connections looks, and what a busy machine adds: for its own standstill this process does not blame the server. */
const LOOK_MS = 1000;

const sieges = new Set<Siege>();

afterEach(async () => {
  for (const siege of sieges) siege.end();
  sieges.clear();
  await closeAll();
  await stopAllNginx();
});

/** Somebody who opens connections without end, and sends one header after the other on each of them, so that no request is ever complete. */
class Siege {
  private readonly open = new Map<Socket, number>();
  private readonly timers: NodeJS.Timeout[];
  mostOpen = 0;
  opened = 0;
  /** For how long the server had patience with a connection, at the most: by the clock, and of the time in which this process ran. */
  longestMs = 0;
  longestAwakeMs = 0;
  private readonly began = Date.now();

  constructor(
    private readonly port: number,
    private readonly perSecond: number,
  ) {
    this.timers = [setInterval(() => this.another(), 1000 / perSecond), setInterval(() => this.trickle(), 500)];
    sieges.add(this);
  }

  end(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.trickle();
    for (const socket of this.open.keys()) socket.destroy();
  }

  private another(): void {
    const socket = connect(this.port, '127.0.0.1', () => socket.write('GET /socket.io/ HTTP/1.1\r\nHost: x\r\n'));
    this.opened += 1;
    this.open.set(socket, Date.now());
    this.mostOpen = Math.max(this.mostOpen, this.open.size);
    socket.on('error', () => {}).resume();
    socket.once('close', () => {
      this.measure(this.open.get(socket) ?? 0);
      this.open.delete(socket);
    });
  }

  /** How many it opened of those it wanted to, in the time in which this process ran. */
  get share(): number {
    return this.opened / ((this.perSecond * tookMs(this.began)) / 1000);
  }

  private measure(since: number): void {
    this.longestMs = Math.max(this.longestMs, Date.now() - since);
    this.longestAwakeMs = Math.max(this.longestAwakeMs, tookMs(since));
  }

  private trickle(): void {
    for (const [socket, since] of this.open) {
      this.measure(since);
      if (socket.writable) socket.write('X-More: 1\r\n');
    }
  }
}

/** Asks for the server's health, and speaks with a session that was there before and with one that comes, over and over. */
async function outlast(url: string, seconds: number): Promise<void> {
  const before = await connected(client(url, { transports: ['websocket'] }));
  const end = Date.now() + seconds * 1000;
  for (let i = 0; Date.now() < end; i += 1) {
    for (const path of ['/health', '/ready']) expect([path, (await ask(url + path)).status]).toEqual([path, 200]);
    expect(await echo(before, `${i}`)).toBe(`${i}`);
    const coming = await connected(client(url, { transports: ['polling'] }));
    coming.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(before.connected).toBe(true);
}

describe('half a request on each of ever more connections', () => {
  it('is let go by the proxy after ten seconds, while health checks and sessions go on', async () => {
    const app = await startApp();
    const port = await freePort();
    const conf = nginxConf({
      timing: deriveTiming(),
      port,
      upstream: { port: app.port },
      socketIo: { path: '/socket.io/' },
      maxConnections: 20,
    });
    const nginx = await startNginx(conf, port);
    const perSecond = 40;
    const siege = new Siege(port, perSecond);
    const seconds = HEADER_SECONDS + 10;
    await outlast(nginx.url, seconds);
    expect(siege.share).toBeGreaterThan(0.5);
    siege.end();
    // However often another header comes: the time is that of all of them.
    expect(siege.longestMs).toBeGreaterThan(HEADER_SECONDS * 1000 - LOOK_MS);
    expect(siege.longestAwakeMs).toBeLessThan(HEADER_SECONDS * 1000 + LOOK_MS);
    expect(siege.mostOpen).toBeLessThanOrEqual(perSecond * (HEADER_SECONDS + LOOK_MS / 1000));
    expect(nginx.errorLog()).toBe('');
  }, 60_000);

  it('is let go by a server without a proxy as its own limit says, and does not hold up its drain', async () => {
    const headersTimeout = 2000;
    const http = createServer({ headersTimeout, connectionsCheckingInterval: 200 }, (_request, answer) => answer.end());
    const io = new Server(http);
    io.on('connection', (socket) => {
      socket.on('echo', (value: unknown, answer: (value: unknown) => void) => answer(value));
    });
    const timing = { ...serverTiming(deriveTiming()), drainMs: 1000 };
    const shutdown = new GracefulShutdown({ http, io, timing, drainFlag: '/nonexistent', exit: () => {} });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    const perSecond = 100;
    const siege = new Siege(port, perSecond);
    await outlast(`http://127.0.0.1:${port}`, 8);
    expect(siege.longestMs).toBeGreaterThan(headersTimeout - LOOK_MS);
    expect(siege.longestAwakeMs).toBeLessThan(headersTimeout + LOOK_MS);
    expect(siege.mostOpen).toBeLessThanOrEqual((perSecond * (headersTimeout + LOOK_MS)) / 1000);
    expect(siege.share).toBeGreaterThan(0.5);
    const began = Date.now();
    const { failures, tookMs: drainedMs } = await shutdown.begin('SIGTERM');
    expect(failures).toEqual([]);
    // The window, and a second for those who do not let go.
    expect(drainedMs - stoodStillMs(began)).toBeLessThan(timing.drainMs + 1000 + 500);
  }, 60_000);
});
