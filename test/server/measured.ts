import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as prometheus from 'prom-client';
import { Server } from 'socket.io';
import { io as connect, type Socket } from 'socket.io-client';
import { ServerMetrics, type ServerMetricsProps } from '../../lib/server';

/** What is closed after each test, the last first. */
export const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

export async function listening(http: HttpServer): Promise<number> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  open.push(() => http.close());
  return (http.address() as AddressInfo).port;
}

export function measured(props: Omit<ServerMetricsProps, 'prometheus' | 'registry' | 'timing'>) {
  const registry = new prometheus.Registry();
  const metrics = new ServerMetrics({ ...props, prometheus, registry, timing: { replayTtlMs: 60_000 } });
  open.push(() => metrics.stop());
  const text = () => registry.metrics();
  /** Sum of the samples of a series whose labels include these. */
  const value = async (name: string, ...labels: string[]) =>
    (await text())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => labels.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  const until = async (name: string, least: number, ...labels: string[]) => {
    for (let i = 0; i < 100 && (await value(name, ...labels)) < least; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    return value(name, ...labels);
  };
  return { metrics, text, value, until };
}

/** The labels of the connections that have ended. */
export async function ends(text: () => Promise<string>): Promise<string[]> {
  return (await text())
    .split('\n')
    .filter((line) => line.startsWith('connection_duration_seconds_count{'))
    .map((line) => line.slice(line.indexOf('{')));
}

/** A measured Socket.IO server, and clients of it. */
export async function socketIo(options: object = {}) {
  const http = createServer();
  const io = new Server(http, { connectionStateRecovery: {}, pingInterval: 100, pingTimeout: 500, ...options });
  open.push(() => void io.close());
  const port = await listening(http);
  const client = async (more: object = {}): Promise<Socket> => {
    const socket = connect(`http://127.0.0.1:${port}`, { forceNew: true, reconnectionDelay: 50, ...more });
    open.push(() => socket.disconnect());
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
    return socket;
  };
  return { io, port, client, ...measured({ http, io }) };
}
