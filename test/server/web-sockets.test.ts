import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';
import { WebSocket, WebSocketServer } from 'ws';
import { GracefulShutdown, type GracefulShutdownProps, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';
import { tookMs as ranMs, stoodStillMs } from '../standstill';

let http: HttpServer;
const clients: WebSocket[] = [];

beforeEach(() => {
  http = createServer((_request, answer) => answer.end('plain'));
});

afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
  http.close();
  http.closeAllConnections();
});

function graceful(drainMs: number, props: Partial<GracefulShutdownProps> = {}): GracefulShutdown {
  const timing = { ...serverTiming(deriveTiming()), drainMs, shutdownMs: 1000 };
  return new GracefulShutdown({ http, timing, drainFlag: '/nonexistent', exit: () => {}, ...props });
}

async function listen(): Promise<string> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

interface Close {
  readonly code: number;
  readonly reason: string;
  readonly at: number;
}

async function client(url: string): Promise<{ readonly socket: WebSocket; readonly closed: Promise<Close> }> {
  const socket = new WebSocket(url);
  clients.push(socket);
  const closed = new Promise<Close>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString(), at: Date.now() })),
  );
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { socket, closed };
}

/**
 * One close in the middle of each share of the window. What a busy machine does to a close is to make it late: none is early, most are on time, and
 * none is as late as it would be if all waited for the end. One that was due while this process stood still is as late as it was after that.
 */
function expectPaced(began: number, closes: readonly { readonly at: number }[], shareMs: number): void {
  const late = closes
    .map(({ at }) => at)
    .sort((a, b) => a - b)
    .map((at, index) => {
      const due = began + (index + 0.5) * shareMs;
      return at - due - stoodStillMs(due, at);
    })
    .sort((a, b) => a - b);
  expect(late[0]).toBeGreaterThan(-10);
  expect(late[Math.floor(late.length / 2)]).toBeLessThan(0.9 * shareMs);
  expect(late.at(-1)).toBeLessThan(4 * shareMs);
}

/** Attached; without a server of its own; and without the list of its clients. */
const MODES = {
  attached: () => new WebSocketServer({ server: http }),
  noServer: () => {
    const server = new WebSocketServer({ noServer: true });
    http.on('upgrade', (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request)),
    );
    return server;
  },
  untracked: () => new WebSocketServer({ server: http, clientTracking: false }),
  'noServer without events': () => {
    const server = new WebSocketServer({ noServer: true });
    http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head, () => {}));
    return server;
  },
};

describe.each(Object.entries(MODES))('a `ws` server, %s', (_mode, start) => {
  it('is drained over the window with "service restart", and refuses what is new', async () => {
    const shutdown = graceful(1500, { webSockets: start() });
    const url = await listen();
    const all = await Promise.all(Array.from({ length: 15 }, () => client(url)));
    const began = Date.now();
    const ending = shutdown.begin('SIGTERM');
    const refused = new WebSocket(url);
    const status = await new Promise((resolve) => {
      refused.once('unexpected-response', (_request, answer) =>
        resolve([answer.statusCode, answer.headers['retry-after']]),
      );
      refused.on('error', () => {});
    });
    expect(status).toEqual([503, '5']);
    const report = await ending;
    const closes = await Promise.all(all.map(({ closed }) => closed));
    for (const { code, reason } of closes) expect([code, reason]).toEqual([1012, 'Maintenance or deployment']);
    expectPaced(began, closes, 100);
    expect(report).toMatchObject({ connections: 15, closed: 15, destroyed: 0, failures: [] });
    expect(http.listening).toBe(false);
  });
});

it('is told in its own words, late-comers too, and closed with the code and the reason that were chosen', async () => {
  const server = new WebSocketServer({ server: http });
  const shutdown = graceful(800, {
    webSockets: [server],
    closeCode: 1001,
    reason: 'new version',
    notify: (socket, notice) => (socket as WebSocket).send(JSON.stringify(notice)),
  });
  const url = await listen();
  const { socket, closed } = await client(url);
  const heard = new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(data.toString()))));
  const ending = shutdown.begin('SIGTERM');
  // Its handshake was let in before the signal, and is done now.
  const late = { send: jest.fn(), on: () => {}, readyState: 3 };
  server.emit('connection', late, {});
  expect(await heard).toEqual({ reason: 'new version', reconnect: true, delayMs: 5000 });
  expect(late.send).toHaveBeenCalledTimes(1);
  expect(await closed).toMatchObject({ code: 1001, reason: 'new version' });
  await ending;
});

it('does not wait longer than a second for a client that does not answer the close', async () => {
  const server = new WebSocketServer({ server: http });
  const gone = jest.fn();
  server.on('close', gone);
  const shutdown = graceful(250, { webSockets: server });
  const { socket } = await client(await listen());
  socket.pause();
  const began = Date.now();
  const { closed, destroyed, tookMs, failures } = await shutdown.begin('SIGTERM');
  // Asked once, however often it is looked at.
  expect([closed, destroyed, failures]).toEqual([1, 1, []]);
  expect(tookMs).toBeGreaterThanOrEqual(1240);
  expect(ranMs(began)).toBeLessThan(1750);
  expect(gone).toHaveBeenCalledTimes(1);
});

it('shares one HTTP server, one window and one report with Socket.IO, another `ws` server and plain requests', async () => {
  const io = new Server(http);
  const servers = ['/a', '/b'].map((path) => ({ path, server: new WebSocketServer({ noServer: true, path }) }));
  http.on('upgrade', (request, socket, head) => {
    const found = servers.find(({ server }) => server.shouldHandle(request))?.server;
    found?.handleUpgrade(request, socket, head, (client) => found.emit('connection', client, request));
  });
  const steps: unknown[] = [];
  const shutdown = graceful(1200, {
    io,
    webSockets: servers.map(({ server }) => server),
    onEvent: ({ step, connections }) => steps.push([step, connections]),
  });
  const url = await listen();
  const web = url.replace('ws:', 'http:');
  const plain = await Promise.all(['/a', '/a', '/b', '/b'].map((path) => client(url + path)));
  const sockets = ['websocket', 'polling'].flatMap((transport) =>
    [1, 2].map(() => connect(web, { transports: [transport], forceNew: true, reconnection: false })),
  );
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.once('connect', () => resolve()))));
  const began = Date.now();
  const left = sockets.map(
    (socket) =>
      new Promise<{ reason: string; at: number }>((resolve) =>
        socket.once('disconnect', (reason) => resolve({ reason, at: Date.now() })),
      ),
  );
  const report = await shutdown.begin('SIGTERM');
  const closes = await Promise.all(plain.map(({ closed }) => closed));
  const disconnects = await Promise.all(left);
  expect(closes.map(({ code }) => code)).toEqual([1012, 1012, 1012, 1012]);
  expect(disconnects.map(({ reason }) => reason)).toEqual(Array(4).fill('transport close'));
  expect(report).toMatchObject({ connections: 8, closed: 8, destroyed: 0, failures: [] });
  expect(steps).toEqual([
    ['notified', 8],
    ['drained', 0],
    ['closed', 0],
  ]);
  // Eight shares, whatever each speaks.
  expectPaced(began, [...closes, ...disconnects], 150);
});

it('leaves plain HTTP as it is until the signal', async () => {
  const shutdown = graceful(0);
  const url = (await listen()).replace('ws:', 'http:');
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('connection'), await answer.text()]).toEqual([200, 'keep-alive', 'plain']);
  expect(await shutdown.begin('SIGTERM')).toMatchObject({ connections: 0, closed: 0, destroyed: 0, failures: [] });
});
