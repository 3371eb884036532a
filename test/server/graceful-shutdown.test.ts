import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from 'socket.io';
import { io as connect, type Socket } from 'socket.io-client';
import { GracefulShutdown, type GracefulShutdownProps, type ShutdownEvent, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';

const drainFlag = join(tmpdir(), `holdfast-drain-${process.pid}`);

let http: HttpServer;
let io: Server;
let url: string;
const sockets: Socket[] = [];

beforeEach(async () => {
  http = createServer();
  io = new Server(http);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await io.close();
  if (existsSync(drainFlag)) rmSync(drainFlag);
});

function graceful(drainMs: number, props: Partial<GracefulShutdownProps> = {}) {
  const exit = jest.fn();
  const timing = { ...serverTiming(deriveTiming()), drainMs };
  const shutdown = new GracefulShutdown({ io, http, timing, drainFlag, exit, ...props });
  return { shutdown, exit };
}

async function client(path = '', transports = ['websocket']): Promise<Socket> {
  const socket = connect(url + path, { transports, forceNew: true, reconnection: false });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

describe('a shutdown', () => {
  it('tells clients first, then closes each so that it may come back, then flushes, then exits with 0', async () => {
    const order: string[] = [];
    const { shutdown, exit } = graceful(300, {
      flush: async () => void order.push('flush'),
      onEvent: ({ step }: ShutdownEvent) => order.push(step),
    });
    io.of('/other');
    const clients = [await client(), await client('', ['polling']), await client('/other')];
    const heard = clients.map((socket) => {
      const events: unknown[] = [];
      socket.on('server_shutdown', (notice) => events.push(notice));
      socket.on('disconnect', (reason) => events.push(reason, socket.active));
      return events;
    });
    const report = await shutdown.begin('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const events of heard) {
      expect(events).toEqual([
        { reason: 'Maintenance or deployment', reconnect: true, delayMs: 5000 },
        'transport close',
        true,
      ]);
    }
    expect(order).toEqual(['notified', 'drained', 'closed', 'flush', 'flushed']);
    expect(exit).toHaveBeenCalledWith(0);
    expect(report).toMatchObject({ cause: 'SIGTERM', connections: 3, destroyed: 0 });
    expect(http.listening).toBe(false);
  });

  it('does not wait for a window in which there is nobody to close', async () => {
    const { shutdown } = graceful(60_000);
    expect((await shutdown.begin('SIGTERM')).tookMs).toBeLessThan(1000);
  });

  it('happens once, however often it is asked for', async () => {
    const { shutdown, exit } = graceful(50);
    await client();
    const [first, second] = await Promise.all([shutdown.begin('SIGTERM'), shutdown.begin('SIGINT')]);
    expect(second).toBe(first);
    expect(exit).toHaveBeenCalledTimes(1);
  });

  it('fails with 1 when the stores cannot be flushed', async () => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => {});
    const { shutdown, exit } = graceful(0, { flush: () => Promise.reject(new Error('disk full')) });
    await shutdown.begin('SIGTERM');
    expect(exit).toHaveBeenCalledWith(1);
    expect(told).toHaveBeenCalledWith('the stores could not be flushed:', new Error('disk full'));
    told.mockRestore();
  });

  it('begins with the signals it was given', async () => {
    const { shutdown, exit } = graceful(0);
    const before = process.listenerCount('SIGUSR2');
    shutdown.onSignals(['SIGUSR2']);
    process.emit('SIGUSR2');
    expect(shutdown.draining).toBe(true);
    // The next one of its kind has its usual effect again.
    expect(process.listenerCount('SIGUSR2')).toBe(before);
    await shutdown.begin('again');
    expect(exit).toHaveBeenCalledWith(0);
  });
});

describe('readiness', () => {
  it('follows the flag, and is gone once the drain has begun', async () => {
    const { shutdown } = graceful(0);
    expect(shutdown.isReady()).toBe(true);
    writeFileSync(drainFlag, '');
    expect(shutdown.isReady()).toBe(false);
    rmSync(drainFlag);
    expect(shutdown.isReady()).toBe(true);
    const ending = shutdown.begin('SIGTERM');
    expect(shutdown.isReady()).toBe(false);
    await ending;
  });

  it('refuses new sessions while it is gone, and lets those that exist go on', async () => {
    graceful(0);
    io.on('connection', (socket) => socket.on('echo', (value, answer) => answer(value)));
    const polling = await client('', ['polling']);
    writeFileSync(drainFlag, '');
    const refused = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
    expect([refused.status, refused.headers.get('retry-after'), await refused.text()]).toEqual([
      503,
      '5',
      'draining\n',
    ]);
    expect(await upgradeStatus()).toBe(503);
    await expect(client('', ['polling'])).rejects.toThrow();
    await expect(client('', ['websocket'])).rejects.toThrow();
    for (const value of [1, 2]) expect(await polling.emitWithAck('echo', value)).toBe(value);
    rmSync(drainFlag);
    await client('', ['websocket']);
  });
});

/** What an upgrade is answered that is not let through. */
function upgradeStatus(): Promise<number | undefined> {
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/socket.io/?EIO=4&transport=websocket`, { headers }, ({ statusCode }) =>
      resolve(statusCode),
    );
    asked.once('error', reject).end();
  });
}
