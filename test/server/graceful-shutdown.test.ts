import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { type ShutdownEvent, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';
import { stoodStillMs, within } from '../standstill';
import { client, drainFlag, graceful, http, io, url } from './socket-io-server';

describe('a shutdown', () => {
  it('tells clients first, then closes each so that it may come back, then flushes, then exits with 0', async () => {
    const order: string[] = [];
    const { shutdown, exit } = graceful(600, {
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
    await within(2000, () => heard.every((events) => events.length >= 3));
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
    const began = Date.now();
    expect((await shutdown.begin('SIGTERM')).tookMs - stoodStillMs(began)).toBeLessThan(1000);
  });

  it('does not wait longer than a second for a client that does not let go', async () => {
    const { shutdown } = graceful(0);
    const socket = await client();
    // It has stopped reading, and does not even notice.
    (socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }).ws._socket.pause();
    const began = Date.now();
    const report = await shutdown.begin('SIGTERM');
    expect(report).toMatchObject({ destroyed: 1, failures: [] });
    expect(report.tookMs).toBeGreaterThanOrEqual(990);
    expect(report.tookMs - stoodStillMs(began)).toBeLessThan(1500);
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
    const at = `http://127.0.0.1:${(late.address() as AddressInfo).port}`;
    await client('', ['websocket'], at);
    writeFileSync(drainFlag, '');
    expect((await fetch(`${at}/socket.io/?EIO=4&transport=polling`)).status).toBe(503);
    expect(await shutdown.begin('SIGTERM')).toMatchObject({ connections: 1, closed: 1, failures: [] });
    expect(exit).toHaveBeenCalledWith(0);
  });

  it('tells those, too, who join a namespace that is made when it has begun', async () => {
    io.of(/^\/room-\d+$/);
    const { shutdown } = graceful(1500);
    const first = await client();
    const ending = shutdown.begin('SIGTERM');
    const late = first.io.socket('/room-1');
    const told = new Promise((resolve) => {
      late.once('server_shutdown', resolve).once('disconnect', () => resolve('left untold'));
    });
    late.connect();
    expect(await told).toMatchObject({ reconnect: true });
    await ending;
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
    const steps: string[] = [];
    const { shutdown, exit } = graceful(0, {
      flush: () => Promise.reject(new Error('disk full')),
      onEvent: ({ step }) => steps.push(step),
    });
    const { failures } = await shutdown.begin('SIGTERM');
    expect(exit).toHaveBeenCalledWith(1);
    expect(failures).toEqual([{ step: 'the stores could not be flushed', error: new Error('disk full') }]);
    expect(steps).toEqual(['notified', 'drained', 'closed']);
    expect(told).toHaveBeenCalledWith('the stores could not be flushed:', new Error('disk full'));
  });

  it('flushes although an adapter never closes, and says so', async () => {
    const flush = jest.fn(async () => {});
    const { shutdown, exit } = graceful(0, { timing, flush });
    await client();
    const adapter = jest.spyOn(io.of('/').adapter, 'close').mockReturnValue(new Promise(() => {}));
    const began = Date.now();
    const { failures, tookMs } = await shutdown.begin('SIGTERM');
    adapter.mockRestore();
    expect(flush).toHaveBeenCalledTimes(1);
    expect(failures.map(({ step }) => step)).toEqual(['a server could not be closed']);
    // Half of the second that a shutdown has at the least, after the second for those who do not let go.
    const [, allowed] = /^not done within (\d+) ms$/.exec(failures[0]?.error.message ?? '') ?? [];
    expect(Number(allowed)).toBeLessThanOrEqual(1500);
    // Less what was done by then.
    expect(Number(allowed) + stoodStillMs(began)).toBeGreaterThan(1400);
    expect(tookMs - stoodStillMs(began)).toBeLessThan(2000);
    expect(http.listening).toBe(false);
    expect(exit).toHaveBeenCalledWith(1);
  });

  it('exits although a flush never ends, after the time that the shutdown has', async () => {
    const { shutdown, exit } = graceful(0, {
      timing: { ...timing, shutdownMs: 1200 },
      flush: () => new Promise(() => {}),
    });
    const began = Date.now();
    const { tookMs, failures } = await shutdown.begin('SIGTERM');
    expect(failures.map(({ step }) => step)).toEqual(['the stores could not be flushed']);
    expect(tookMs).toBeGreaterThan(2100);
    expect(tookMs - stoodStillMs(began)).toBeLessThan(2700);
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

  it('begins with SIGTERM and SIGINT where it was given none, and leaves a second SIGINT to the process', async () => {
    const signals = ['SIGTERM', 'SIGINT'] as const;
    const before = signals.map((signal) => process.listeners(signal));
    for (const signal of signals) process.removeAllListeners(signal);
    const { shutdown } = graceful(0);
    try {
      shutdown.onSignals();
      expect(signals.map((signal) => process.listenerCount(signal))).toEqual([1, 1]);
      for (const signal of signals) process.emit(signal);
      expect(signals.map((signal) => process.listenerCount(signal))).toEqual([1, 0]);
      expect((await shutdown.begin('again')).cause).toBe('SIGTERM');
    } finally {
      signals.forEach((signal, index) => {
        process.removeAllListeners(signal);
        for (const listener of before[index] ?? []) process.on(signal, listener);
      });
    }
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
