import { readFileSync } from 'node:fs';
import * as http2 from 'node:http2';
import type { Socket } from 'node:net';
import { Server } from 'socket.io';
import { BEAT, Lab } from './lab';
import { doctor } from './program';

const lab = new Lab();
afterAll(() => lab.end());

/** What a server sees of a whole look: when requests and connections began, and how many sockets it held at once. */
class Count {
  readonly requests: number[] = [];
  readonly connections: number[] = [];
  readonly http2Requests: string[] = [];
  readonly agents = new Set<string>();
  /** When this process itself was behind, and could not tell when something came. */
  readonly blind: number[] = [];
  most = 0;
  private readonly open = new Set<Socket>();

  connected(socket: Socket): void {
    this.connections.push(performance.now());
    this.open.add(socket);
    this.most = Math.max(this.most, this.open.size);
    socket.once('close', () => this.open.delete(socket));
  }

  asked(headers: NodeJS.Dict<string | string[]>): void {
    this.requests.push(performance.now());
    this.agents.add(String(headers['user-agent']));
  }
}

/** How many came within the second that begins with each; seconds in which we were behind say nothing. */
function perSecond(times: readonly number[], blind: readonly number[]): readonly number[] {
  return times
    .filter((from) => !blind.some((at) => at > from - 200 && at < from + 1200))
    .map((from) => times.filter((at) => at >= from && at < from + 1000).length);
}

async function count(): Promise<{ count: Count; url: string; ca: string }> {
  const counted = new Count();
  const { pem, caFile } = lab.certificate();
  const server = http2.createSecureServer({
    key: readFileSync(pem),
    cert: readFileSync(pem),
    allowHTTP1: true,
    settings: { enableConnectProtocol: true },
  });
  // Engine.IO takes the listeners that it finds for itself.
  // What joins no namespace is closed soon: Socket.IO's timer for that outlives the session.
  const io = new Server(server as never, { ...BEAT, connectTimeout: 3000 });
  server.on('connection', (socket: Socket) => counted.connected(socket));
  server.on('request', ({ httpVersionMajor, headers, method }) => {
    counted.asked(headers);
    if (httpVersionMajor === 2) counted.http2Requests.push(method);
  });
  server.on('upgrade', ({ headers }) => counted.asked(headers));
  let last = performance.now();
  const clock = setInterval(() => {
    const now = performance.now();
    if (now - last > 70) counted.blind.push(now);
    last = now;
  }, 10);
  lab.later(() => clearInterval(clock));
  const port = await lab.port();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  lab.later(() => void io.close());
  return { count: counted, url: `https://localhost:${port}/socket.io/`, ca: caFile };
}

test('a server counts at most 30 requests and 30 connections in any second, and 40 sockets, TLS and HTTP/2 included', async () => {
  const { count: seen, url, ca } = await count();
  const { code, out } = await doctor([url, '--ca', ca, '--address', '127.0.0.1', '--no-progress']).done;
  expect({ code, out }).toEqual({ code: expect.any(Number), out: expect.stringContaining('stays') });
  // Both ways were taken, and enough was asked for the limits to matter.
  expect(seen.http2Requests.length).toBeGreaterThanOrEqual(1);
  expect(seen.requests.length).toBeGreaterThan(150);
  expect(seen.most).toBeGreaterThan(30);
  for (const times of [seen.requests, seen.connections]) {
    const counts = perSecond(times, seen.blind);
    expect(counts.length).toBeGreaterThan(30);
    expect(Math.max(...counts)).toBeLessThanOrEqual(30);
    expect(Math.max(...counts)).toBeGreaterThan(20);
  }
  expect(seen.most).toBeLessThanOrEqual(40);
  expect([...seen.agents]).toEqual([expect.stringMatching(/^holdfast-doctor\/\d/)]);
}, 120_000);
