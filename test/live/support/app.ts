import { createServer, type Server as HttpServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { Server } from 'socket.io';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { patience } from '../../standstill';

/** A real Socket.IO server that answers `echo`, and any other request with what it got. */
export interface App {
  readonly port: number;
  /** The headers of each handshake, in order. */
  readonly handshakes: IncomingHttpHeaders[];
  /** Every Engine.IO and Socket.IO session id it gave out. */
  readonly sessionIds: string[];
  close(): Promise<void>;
}

const apps = new Set<App>();
const sockets = new Set<Socket>();

export async function startApp(
  options: { pingInterval?: number; pingTimeout?: number; connectTimeout?: number } = {},
  wantedPort?: number,
): Promise<App> {
  const http = createServer((incoming, outgoing) => {
    outgoing.setHeader('Content-Type', 'application/json');
    outgoing.end(JSON.stringify({ method: incoming.method, url: incoming.url, headers: incoming.headers }));
  });
  const server = new Server(http, options);
  const handshakes: IncomingHttpHeaders[] = [];
  const sessionIds: string[] = [];
  server.engine.on('connection', (connection: { id: string }) => sessionIds.push(connection.id));
  server.on('connection', (socket) => {
    handshakes.push(socket.handshake.headers);
    sessionIds.push(socket.id);
    socket.on('echo', (value: unknown, answer: (value: unknown) => void) => answer(value));
  });
  // Not one that the kernel picks: somebody else would be given it when this server is gone, and answer in its place.
  const port = await (wantedPort === undefined ? listenWhereFree(http) : listen(http, wantedPort));
  const app: App = {
    port,
    handshakes,
    sessionIds,
    close: async () => {
      apps.delete(app);
      await server.close();
      http.closeAllConnections();
    },
  };
  apps.add(app);
  return app;
}

/** A real Socket.IO client that gives up after the first failure. It is closed by {@link closeAll}. */
export function client(url: string, options: Partial<ManagerOptions & SocketOptions>): Socket {
  const socket = io(url, { reconnection: false, forceNew: true, ...options });
  sockets.add(socket);
  return socket;
}

/** Waits for `connect`; a `connect_error` is thrown. */
export function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

/** Sends a value there and back, within two seconds of the time in which this process runs. */
export function echo(socket: Socket, value: unknown): Promise<unknown> {
  const late = patience(2000).then(() => Promise.reject(new Error('no echo came within 2 s')));
  return Promise.race([socket.emitWithAck('echo', value), late]);
}

export async function closeAll(): Promise<void> {
  for (const socket of sockets) socket.disconnect();
  sockets.clear();
  for (const app of apps) await app.close();
}

/** Of each of Jest's workers a range of its own, below what the kernel gives to clients: nobody takes a port between its being found and its being used. */
const PORTS = { first: 12_000, ofWorker: 4_000 };
let nextPort = Math.floor(Math.random() * PORTS.ofWorker);

/** A port that is free, and given to nobody else. */
export async function freePort(): Promise<number> {
  const first = PORTS.first + (Number(process.env.JEST_WORKER_ID ?? 1) - 1) * PORTS.ofWorker;
  for (;;) {
    nextPort = (nextPort + 1) % PORTS.ofWorker;
    const server = createTcpServer();
    const port = await listen(server, first + nextPort).catch(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    if (port !== undefined) return port;
  }
}

async function listenWhereFree(server: HttpServer): Promise<number> {
  for (;;) {
    const port = await freePort();
    try {
      return await listen(server, port);
    } catch (error) {
      // Of another run of these suites, which began beside this one.
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

export async function listen(server: HttpServer | ReturnType<typeof createTcpServer>, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** One request on a connection of its own. */
export function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; rawHeaders: string[]; body: string }> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const outgoing = request(url, { method, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, rawHeaders: answer.rawHeaders, body: text }),
      );
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
