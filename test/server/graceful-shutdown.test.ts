import { existsSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer, request } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, type ServerOptions } from 'socket.io';
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

  it('does not wait longer than a second for a client that does not let go', async () => {
    const { shutdown } = graceful(0);
    const socket = await client();
    // It has stopped reading, and does not even notice.
    (socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }).ws._socket.pause();
    const report = await shutdown.begin('SIGTERM');
    expect(report).toMatchObject({ destroyed: 1, failures: [] });
    expect(report.tookMs).toBeGreaterThanOrEqual(990);
    expect(report.tookMs).toBeLessThan(1500);
  });

  it('happens once, however often it is asked for', async () => {
    const { shutdown, exit } = graceful(50);
    await client();
    const [first, second] = await Promise.all([shutdown.begin('SIGTERM'), shutdown.begin('SIGINT')]);
    expect(second).toBe(first);
    expect(exit).toHaveBeenCalledTimes(1);
  });

  it('paces those that join when it has begun, and tells them, too', async () => {
    const { shutdown } = graceful(2000);
    // Sessions that were opened in time and have joined no namespace yet, as with a slow network.
    const opened = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const answer = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
        const sid = /"sid":"([^"]+)"/.exec(await answer.text())?.[1];
        return `${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`;
      }),
    );
    await client();
    // A machine that is busy elsewhere holds all of this up, and what was due in the meantime is closed together: that is counted, and taken off.
    let heldUpMs = 0;
    let looked = performance.now();
    const clock = setInterval(() => {
      heldUpMs += Math.max(0, performance.now() - looked - 20);
      looked = performance.now();
    }, 10);
    const ending = shutdown.begin('SIGTERM');
    const began = performance.now();
    const ends = opened.map(async (session) => {
      // The turn of one or two comes before they have joined.
      await fetch(session, { method: 'POST', body: '40' }).catch(() => {});
      let heard = '';
      for (;;) {
        // `fetch` shares connections among the sessions, and one is let go with its last session: whoever was about to use it asks again, as browsers do.
        const again = () => fetch(session);
        const poll = await again()
          .catch(again)
          .catch(again)
          .catch(() => undefined);
        // On a machine that is busy elsewhere the server may be gone by then.
        if (poll === undefined) break;
        const text = await poll.text();
        heard += text;
        if (!poll.ok || text.split('\x1e').includes('1')) break;
      }
      return { heard, at: performance.now() - began };
    });
    const report = await ending;
    const seen = await Promise.all(ends);
    clearInterval(clock);
    const missed = Math.ceil(heldUpMs / 100);
    // All but those whose turn came first: one in the first 95 ms, and what was held up.
    expect(seen.filter(({ heard }) => heard.includes('server_shutdown')).length).toBeGreaterThanOrEqual(18 - missed);
    const times = seen.map(({ at }) => at).sort((a, b) => a - b);
    expect(report).toMatchObject({ closed: 21, destroyed: 0, failures: [] });
    // Twenty-one shares of 95 ms: five turns in any fifth of the window, and what was held up.
    for (const from of times) {
      expect(times.filter((at) => at >= from && at < from + 400).length).toBeLessThanOrEqual(5 + missed);
    }
  });

  it('works with a Socket.IO server that is attached later, and with one that never is', async () => {
    const late = createServer();
    const lateIo = new Server();
    const { shutdown, exit } = graceful(100, { http: late, io: [lateIo, new Server()] });
    lateIo.attach(late);
    await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(late.address() as AddressInfo).port}`;
    await client();
    writeFileSync(drainFlag, '');
    expect((await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).status).toBe(503);
    expect(await shutdown.begin('SIGTERM')).toMatchObject({ connections: 1, closed: 1, failures: [] });
    expect(exit).toHaveBeenCalledWith(0);
  });

  it('tells only clients, and no server of the cluster, to leave', async () => {
    const { shutdown } = graceful(0);
    const everywhere = jest.spyOn(io, 'serverSideEmit');
    await shutdown.begin('SIGTERM');
    expect(everywhere).not.toHaveBeenCalled();
  });
});

describe('a shutdown in which something goes wrong', () => {
  let told: jest.SpyInstance;
  beforeEach(() => {
    told = jest.spyOn(console, 'error').mockImplementation(() => {});
  });
  afterEach(() => told.mockRestore());

  const timing = { ...serverTiming(deriveTiming()), drainMs: 0, shutdownMs: 600 };

  it('fails with 1 when the stores cannot be flushed', async () => {
    const { shutdown, exit } = graceful(0, { flush: () => Promise.reject(new Error('disk full')) });
    const { failures } = await shutdown.begin('SIGTERM');
    expect(exit).toHaveBeenCalledWith(1);
    expect(failures).toEqual([{ step: 'the stores could not be flushed', error: new Error('disk full') }]);
    expect(told).toHaveBeenCalledWith('the stores could not be flushed:', new Error('disk full'));
  });

  it('flushes although an adapter never closes, and says so', async () => {
    const flush = jest.fn(async () => {});
    const { shutdown, exit } = graceful(0, { timing, flush });
    await client();
    const adapter = jest.spyOn(io.of('/').adapter, 'close').mockReturnValue(new Promise(() => {}));
    const { failures, tookMs } = await shutdown.begin('SIGTERM');
    expect(flush).toHaveBeenCalledTimes(1);
    expect(failures.map(({ step }) => step)).toEqual(['a server could not be closed']);
    // Half of the second that a shutdown has at the least, after the second for those who do not let go.
    expect(failures[0]?.error.message).toMatch(/^not done within 1(?:500|49\d) ms$/);
    expect(tookMs).toBeLessThan(2000);
    expect(http.listening).toBe(false);
    expect(exit).toHaveBeenCalledWith(1);
    adapter.mockRestore();
  });

  it('exits although a flush never ends, after the time that the shutdown has', async () => {
    const { shutdown, exit } = graceful(0, {
      timing: { ...timing, shutdownMs: 1200 },
      flush: () => new Promise(() => {}),
    });
    const { tookMs, failures } = await shutdown.begin('SIGTERM');
    expect(failures.map(({ step }) => step)).toEqual(['the stores could not be flushed']);
    expect(tookMs).toBeGreaterThan(2100);
    expect(tookMs).toBeLessThan(2700);
    expect(exit).toHaveBeenCalledWith(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no disk for the log');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no disk for the log'))],
  ] as const)('goes on when whoever listens %s', async (_how, onEvent) => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const flush = jest.fn(async () => {});
    const { shutdown } = graceful(100, { onEvent, flush });
    const socket = await client();
    const left = new Promise((resolve) => socket.once('disconnect', resolve));
    const { failures } = await shutdown.begin('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.off('unhandledRejection', unhandled);
    expect(await left).toBe('transport close');
    expect(flush).toHaveBeenCalled();
    expect(failures.map(({ step }) => step)).toEqual(Array(4).fill('onEvent failed'));
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('goes on when one connection cannot be closed', async () => {
    const { shutdown } = graceful(100);
    const [broken, well] = [await client(), await client()];
    const id = broken.io.engine.id as string;
    const clients = (io.engine as unknown as { clients: Record<string, { close(): void }> }).clients;
    jest.spyOn(clients[id] as { close(): void }, 'close').mockImplementationOnce(() => {
      throw 'broken';
    });
    const left = new Promise((resolve) => well.once('disconnect', resolve));
    const { failures } = await shutdown.begin('SIGTERM');
    expect(await left).toBe('transport close');
    expect(failures[0]).toEqual({ step: 'a connection could not be closed', error: new Error('broken') });
  });

  it('begins with the signals it was given', async () => {
    const { shutdown, exit } = graceful(0);
    const before = process.listenerCount('SIGUSR2');
    shutdown.onSignals(['SIGUSR2']);
    process.emit('SIGUSR2');
    expect(shutdown.draining).toBe(true);
    // The next one of its kind changes nothing.
    expect(process.listenerCount('SIGUSR2')).toBe(before + 1);
    process.emit('SIGUSR2');
    await shutdown.begin('again');
    expect(exit.mock.calls).toEqual([[0]]);
    process.removeAllListeners('SIGUSR2');
  });

  it('reports what nobody catches in the meantime, and leaves it alone afterwards', async () => {
    const before = process.listenerCount('uncaughtException');
    const logged = jest.spyOn(console, 'error').mockImplementation(() => {});
    const { shutdown, exit } = graceful(100);
    await client();
    const ending = shutdown.begin('SIGTERM');
    process.emit('uncaughtException', new Error('the store is gone'));
    const { failures } = await ending;
    expect(failures.map(({ step, error }) => [step, error.message])).toEqual([
      ['an error that nobody caught', 'the store is gone'],
    ]);
    expect(exit).toHaveBeenCalledWith(1);
    expect(process.listenerCount('uncaughtException')).toBe(before);
    logged.mockRestore();
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

  it('is not taken away by a flag that another life of the container left behind', async () => {
    writeFileSync(drainFlag, '');
    const before = performance.timeOrigin / 1000 - 1;
    utimesSync(drainFlag, before, before);
    const { shutdown } = graceful(0);
    expect(shutdown.isReady()).toBe(true);
    expect((await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).status).toBe(200);
    // The hook of this life touches the same file.
    utimesSync(drainFlag, new Date(), new Date());
    expect(shutdown.isReady()).toBe(false);
    expect((await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).status).toBe(503);
  });

  it('does not depend on a path that cannot be looked up', () => {
    expect(graceful(0, { drainFlag: `${__filename}/drain` }).shutdown.isReady()).toBe(true);
    expect(graceful(0, { drainFlag: 'a\0b' }).shutdown.isReady()).toBe(true);
  });

  it('follows the flag that the environment names, where it is told of none', () => {
    process.env.DRAIN_FLAG = drainFlag;
    const shutdown = new GracefulShutdown({ http, timing: serverTiming(deriveTiming()), exit: () => {} });
    delete process.env.DRAIN_FLAG;
    expect(shutdown.isReady()).toBe(true);
    writeFileSync(drainFlag, '');
    expect(shutdown.isReady()).toBe(false);
  });

  it('is not taken away by a folder or a link that leads nowhere in the place of the flag', () => {
    const { shutdown } = graceful(0);
    mkdirSync(drainFlag);
    expect(shutdown.isReady()).toBe(true);
    rmSync(drainFlag, { recursive: true });
    symlinkSync('/nonexistent/drain', drainFlag);
    expect(shutdown.isReady()).toBe(true);
    rmSync(drainFlag);
  });

  it.each<[string, Partial<ServerOptions>]>([
    ['/socket.io/&sid=x?EIO=4', {}],
    ['/socket.io/?EIO=4&sid=x&sid=', {}],
    ['/socket.io/?EIO=4&sid=x&%73id=', {}],
    ['/socket.io/?EIO=4#&sid=x', {}],
    ['/socket.io/?EIO=4&x=?sid=x', {}],
    ['/socket.io?EIO=4', { addTrailingSlash: false }],
    ['/socket.iox?EIO=4', { addTrailingSlash: false }],
  ])('refuses %s, which opens a session, of a server with %j', async (target, options) => {
    await io.close();
    http = createServer();
    io = new Server(http, options);
    graceful(0);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    const open = target.replace('EIO=4', 'EIO=4&transport=polling');
    expect(await answerTo(port, open)).toContain('{"sid":"');
    writeFileSync(drainFlag, '');
    expect(await answerTo(port, open)).toMatch(/^HTTP\/1\.1 503 /);
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
    // Whoever is refused must be able to get elsewhere.
    expect(refused.headers.get('connection')).toBe('close');
    expect(await upgradeStatus()).toBe(503);
    await expect(client('', ['polling'])).rejects.toThrow();
    await expect(client('', ['websocket'])).rejects.toThrow();
    for (const value of [1, 2]) expect(await polling.emitWithAck('echo', value)).toBe(value);
    rmSync(drainFlag);
    await client('', ['websocket']);
  });
});

/** Everything that comes back for a target as it stands, which `request` would not send. */
function answerTo(port: number, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connectTcp(port, '127.0.0.1', () => {
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    });
    socket.setEncoding('latin1').on('data', (text) => {
      answer += text;
    });
    socket.once('close', () => resolve(answer)).once('error', reject);
  });
}

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

describe('input', () => {
  const timing = serverTiming(deriveTiming());

  it('fails with everything that cannot be meant', () => {
    expect(
      () => new GracefulShutdown({ http: createServer(), timing, reason: 'x'.repeat(124), closeCode: 1000 as 1001 }),
    ).toThrow(
      [
        '2 problems:',
        '  - reason: 124 bytes are more than a close frame holds; give 123 at most',
        '  - closeCode: 1000 does not ask clients to come back; give 1012 or 1001',
      ].join('\n'),
    );
    expect(() => new GracefulShutdown({} as unknown as GracefulShutdownProps)).toThrow(
      [
        '2 problems:',
        '  - http: is missing; give the server that everything is attached to',
        '  - timing: is missing; give timingFromEnvironment()',
      ].join('\n'),
    );
  });

  it('takes a reason that fills a close frame', () => {
    expect(() => new GracefulShutdown({ http: createServer(), timing, reason: 'ü'.repeat(61) })).not.toThrow();
    expect(() => new GracefulShutdown({ http: createServer(), timing, reason: 'ü'.repeat(62) })).toThrow('124 bytes');
  });
});
