import { stat } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type Heartbeat, heartbeat, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';
import { longestStandstillMs, patience, tookMs, within } from '../standstill';

const timing = { ...serverTiming(deriveTiming()), heartbeatIntervalMs: 200, heartbeatGraceMs: 300 };

let server: WebSocketServer;
let beat: Heartbeat | undefined;
const clients: WebSocket[] = [];

afterEach(async () => {
  beat?.stop();
  for (const client of clients.splice(0)) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

async function start(options: { clientTracking?: boolean } = {}): Promise<void> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  await new Promise((resolve) => server.once('listening', resolve));
}

async function client(options: { autoPong?: boolean } = {}) {
  // The server counts from some moment after this one.
  const opened = Date.now();
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  clients.push(socket);
  const pings: number[] = [];
  const closed = new Promise<{ code: number; at: number }>((resolve) =>
    socket.once('close', (code) => resolve({ code, at: Date.now() })),
  );
  socket.on('ping', () => pings.push(Date.now()));
  await new Promise((resolve) => socket.once('open', resolve));
  return { socket, pings, closed, opened };
}

it.each([true, false])(
  'pings each connection once an interval and keeps those that answer (tracked: %s)',
  async (clientTracking) => {
    await start({ clientTracking });
    const latencies: number[] = [];
    beat = heartbeat(server, timing, { onPong: (latencyMs) => latencies.push(latencyMs) });
    const { socket, pings, opened } = await client();
    await patience(1100);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    // The last answer may be on its way.
    expect(await within(1000, () => latencies.length === pings.length)).toBe(true);
    // 200 ms after the opening, and then 200 ms after each answer, late by a tenth.
    expect(pings.length).toBeGreaterThanOrEqual(3);
    expect(pings.length).toBeLessThanOrEqual((Date.now() - opened) / 200);
    expect((pings[0] as number) - opened).toBeGreaterThan(180);
    // A busy machine makes an answer late, and not each of them.
    expect(Math.min(...latencies)).toBeLessThan(100);
    expect(Math.max(...latencies) - longestStandstillMs(opened)).toBeLessThan(timing.heartbeatGraceMs);
  },
);

it('ends a connection that does not answer, after the grace and not before', async () => {
  await start();
  const dead = jest.fn();
  beat = heartbeat(server, timing, { onDead: dead });
  const { closed, pings } = await client({ autoPong: false });
  const { code, at } = await closed;
  expect(code).toBe(1006);
  expect(pings).toHaveLength(1);
  expect(at - (pings[0] as number)).toBeGreaterThan(280);
  expect(tookMs(pings[0] as number, at)).toBeLessThan(550);
  expect(dead).toHaveBeenCalledTimes(1);
});

it('ends a connection that does not answer where nobody listens, too', async () => {
  await start();
  beat = heartbeat(server, timing);
  const { closed } = await client({ autoPong: false });
  expect((await closed).code).toBe(1006);
});

it('gives up nobody who left, or was asked to leave, in the meantime', async () => {
  await start();
  const dead = jest.fn();
  beat = heartbeat(server, timing, { onDead: dead });
  const leaving = await client({ autoPong: false });
  const asked = await client();
  asked.socket.pause();
  const [, ours] = [...server.clients];
  ours?.close(1012);
  // The ping to whoever is asked to leave would be due by now; that to the other one is out.
  expect(await within(2000, () => leaving.pings.length > 0)).toBe(true);
  await patience(100);
  expect(leaving.pings).toHaveLength(1);
  leaving.socket.terminate();
  await patience(400);
  expect(dead).not.toHaveBeenCalled();
});

it('looks as often as the shorter of interval and grace needs', async () => {
  await start();
  beat = heartbeat(server, { ...timing, heartbeatIntervalMs: 50, heartbeatGraceMs: 9000 });
  const { pings } = await client();
  await patience(500);
  expect(pings.length).toBeGreaterThanOrEqual(2);
});

it('keeps a connection whose answers are late, but come', async () => {
  await start();
  beat = heartbeat(server, timing);
  const { socket, pings } = await client({ autoPong: false });
  socket.on('ping', () => setTimeout(() => socket.pong(), 200));
  await patience(1200);
  expect(socket.readyState).toBe(WebSocket.OPEN);
  expect(pings.length).toBeGreaterThanOrEqual(2);
});

it('keeps those whose answers came while the process stood still', async () => {
  await start();
  const dead = jest.fn();
  beat = heartbeat(server, timing, { onDead: dead });
  const { socket } = await client();
  // Its answer is out by then, and nobody reads it for longer than the grace.
  socket.once('ping', () => {
    const until = performance.now() + 600;
    while (performance.now() < until);
  });
  await patience(1200);
  expect(dead).not.toHaveBeenCalled();
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

it('keeps those whose answers came while the process stood still for less than two looks', async () => {
  await start();
  const dead = jest.fn();
  // It looks every 250 ms.
  beat = heartbeat(server, { ...timing, heartbeatIntervalMs: 2500, heartbeatGraceMs: 2500 }, { onDead: dead });
  const { socket } = await client({ autoPong: false });
  socket.on('ping', () => {
    // The answer comes in time, and is read too late: while the network is read, which comes before the timers.
    setTimeout(() => {
      stat('/', () => {
        socket.pong();
        const until = performance.now() + 400;
        while (performance.now() < until);
      });
    }, 2270);
  });
  await patience(6500);
  expect(dead).not.toHaveBeenCalled();
});

it('takes an answer that nobody asked for as none', async () => {
  await start();
  const pong = jest.fn();
  beat = heartbeat(server, timing, { onPong: pong });
  const { socket } = await client();
  socket.pong();
  await patience(100);
  expect(pong).not.toHaveBeenCalled();
});

it('finds connections that were there before it, and is told of those that nobody else knows', async () => {
  await start();
  const before = await client();
  beat = heartbeat(server, timing);
  const other = new WebSocketServer({ port: 0, host: '127.0.0.1', clientTracking: false });
  const known = new Promise<void>((resolve) =>
    other.once('connection', (socket) => {
      beat?.watch(socket);
      beat?.watch(socket);
      resolve();
    }),
  );
  await new Promise((resolve) => other.once('listening', resolve));
  const opened = Date.now();
  const stranger = new WebSocket(`ws://127.0.0.1:${(other.address() as AddressInfo).port}`);
  clients.push(stranger);
  let pings = 0;
  stranger.on('ping', () => {
    pings += 1;
  });
  await known;
  await patience(500);
  expect(before.pings.length).toBeGreaterThanOrEqual(1);
  // Once an interval, though it was told of twice.
  expect(pings).toBeGreaterThanOrEqual(1);
  expect(pings).toBeLessThanOrEqual((Date.now() - opened) / 200);
  stranger.terminate();
  other.close();
});

it('stops', async () => {
  await start();
  beat = heartbeat(server, timing);
  const { pings } = await client();
  beat.stop();
  await patience(400);
  expect(pings).toEqual([]);
});
