import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from 'socket.io';
import { io as connect, type Socket } from 'socket.io-client';
import { GracefulShutdown, type GracefulShutdownProps, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-drain-'));
export const drainFlag = join(folder, 'drain');

export let http: HttpServer;
export let io: Server;
export let url: string;
const sockets: Socket[] = [];

/** Another server than the one that each test begins with. */
export function use(other: { readonly http: HttpServer; readonly io: Server }): void {
  http = other.http;
  io = other.io;
}

beforeEach(async () => {
  http = createServer();
  io = new Server(http);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  // Whatever a test that failed left in its place, a folder too, or every test after it fails.
  rmSync(drainFlag, { recursive: true, force: true });
  await io.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

export function graceful(drainMs: number, props: Partial<GracefulShutdownProps> = {}) {
  const exit = jest.fn();
  const timing = { ...serverTiming(deriveTiming()), drainMs };
  const shutdown = new GracefulShutdown({ io, http, timing, drainFlag, exit, ...props });
  return { shutdown, exit };
}

export async function client(path = '', transports = ['websocket'], at = url): Promise<Socket> {
  const socket = connect(at + path, { transports, forceNew: true, reconnection: false });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}
