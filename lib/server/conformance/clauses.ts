import { utimesSync, writeFileSync } from 'node:fs';
import { connectRaw, type RawClient, Refused } from './raw-client';
import type { Server } from './server-process';

/** One sentence of the contract, and how a running server is held against it. */
export interface Clause {
  readonly code: string;
  /** The healthy condition. */
  readonly sentence: string;
  /** Says what was seen instead; nothing where the server keeps to it. */
  readonly broken: (start: () => Promise<Server>) => Promise<string | undefined>;
}

/** The timing that servers are given here: short, and each number told from the others. */
export const CONFORMANCE_TIMING = {
  SOCKET_HEARTBEAT_INTERVAL_MS: '400',
  SOCKET_HEARTBEAT_GRACE_MS: '600',
  SOCKET_DRAIN_MS: '2000',
  SOCKET_SHUTDOWN_MS: '1000',
  SOCKET_PRESENCE_TTL_MS: '2000',
  SOCKET_REPLAY_TTL_MS: '300000',
  HTTP_KEEP_ALIVE_MS: '620000',
} as const;

const DRAIN_MS = 2000;

/** After the drain: a second for those that do not let go, the shutdown, and what a loaded machine adds. */
const GONE_WITHIN_MS = DRAIN_MS + 1000 + 1000 + 2000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function refusal(server: Server): Promise<string | undefined> {
  try {
    const client = await connectRaw({ url: server.webSocket, answers: true });
    client.destroy();
    return 'a new WebSocket was let in';
  } catch (error) {
    if (!(error instanceof Refused)) return `a new WebSocket was met with: ${(error as Error).message}`;
    if (error.status !== 503) return `a new WebSocket was answered ${error.status}`;
    return error.connection === 'close' ? undefined : 'the refusal keeps the connection alive';
  }
}

const connectAll = (server: Server, count: number, answers = true): Promise<RawClient[]> =>
  Promise.all(Array.from({ length: count }, () => connectRaw({ url: server.webSocket, answers })));

/** The contract, in the order in which a pod lives. */
export const CLAUSES: readonly Clause[] = [
  {
    code: 'ready',
    sentence: 'listens on $PORT, and answers 200 to its readiness path and a WebSocket with 101',
    broken: async (start) => {
      const server = await start();
      (await connectRaw({ url: server.webSocket, answers: true })).destroy();
      return undefined;
    },
  },
  {
    code: 'heartbeat',
    sentence:
      'pings once every SOCKET_HEARTBEAT_INTERVAL_MS, and ends whoever does not answer within SOCKET_HEARTBEAT_GRACE_MS',
    broken: async (start) => {
      const server = await start();
      const [[well], [deaf]] = await Promise.all([connectAll(server, 1), connectAll(server, 1, false)]);
      const early = await Promise.race([deaf?.ended.then(() => true), pause(800).then(() => false)]);
      if (early) return 'a client that does not answer was ended before the interval and the grace were over';
      await Promise.race([deaf?.ended, pause(1700)]);
      if (deaf?.isOpen()) return 'a client that does not answer was kept for 2.5 s';
      const pings = well?.pings.length ?? 0;
      if (!well?.isOpen()) return 'a client that answers was ended';
      return pings >= 2 && pings <= 8 ? undefined : `${pings} pings came within about 2 s`;
    },
  },
  {
    code: 'flag',
    sentence: 'while the flag is up: 503 from readiness and to new WebSockets, with Connection: close; live ones go on',
    broken: async (start) => {
      const server = await start();
      const [client] = await connectAll(server, 1);
      writeFileSync(server.drainFlag, '');
      await pause(200);
      const { status, connection } = await server.readiness();
      if (status !== 503) return `readiness answered ${status}`;
      if (connection !== 'close') return 'the answer of readiness keeps the connection alive';
      return (await refusal(server)) ?? (client?.isOpen() ? undefined : 'a live WebSocket was ended');
    },
  },
  {
    code: 'one-life',
    sentence: 'a flag that is older than the process does not count',
    broken: async (start) => {
      const server = await start();
      writeFileSync(server.drainFlag, '');
      const hourAgo = Date.now() / 1000 - 3600;
      utimesSync(server.drainFlag, hourAgo, hourAgo);
      await pause(200);
      const { status } = await server.readiness();
      return status === 200 ? undefined : `readiness answered ${status}`;
    },
  },
  {
    code: 'drain',
    sentence:
      'on SIGTERM: closes every WebSocket with 1012 or 1001, evenly over SOCKET_DRAIN_MS, and refuses new ones until then',
    broken: async (start) => {
      const server = await start();
      const clients = await connectAll(server, 20);
      const began = performance.now();
      server.signal('SIGTERM');
      await pause(150);
      const refused = await refusal(server);
      const everybody = Promise.all(clients.map(({ ended }) => ended));
      const ends = await Promise.race([everybody, pause(GONE_WITHIN_MS).then(() => undefined)]);
      if (ends === undefined) {
        const left = clients.filter((client) => client.isOpen()).length;
        return `${left} of 20 were still open ${GONE_WITHIN_MS} ms after SIGTERM`;
      }
      const codes = [...new Set(ends.map(({ code }) => code))];
      if (codes.some((code) => code !== 1012 && code !== 1001))
        return `WebSockets were closed with ${codes.join(', ')}`;
      const times = ends.map(({ at }) => at - began).sort((a, b) => a - b);
      const last = times.at(-1) ?? 0;
      if (last > DRAIN_MS + 1000) return `the last one was closed after ${Math.round(last)} ms`;
      const within = (from: number) => times.filter((at) => at >= from && at < from + DRAIN_MS / 4).length;
      const most = Math.max(...times.map(within));
      if (most > 10) return `${most} of 20 were closed within a quarter of the window`;
      return refused;
    },
  },
  {
    code: 'exit',
    sentence: 'exits with 0 when the last connection is gone, and is gone in time although a client does not let go',
    broken: async (start) => {
      const server = await start();
      await connectAll(server, 3);
      await connectAll(server, 1, false);
      server.signal('SIGTERM');
      const code = await Promise.race([server.exited, pause(GONE_WITHIN_MS).then(() => undefined)]);
      if (code === undefined) return `still runs ${GONE_WITHIN_MS} ms after SIGTERM`;
      return code === 0 ? undefined : `exited with ${code}`;
    },
  },
];
