import { utimesSync, writeFileSync } from 'node:fs';
import { type Answer, type RawClient, Refused } from './raw-client';
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

/** As the page says it; `holdfast/server` and the proxy send the one of the timing, and the live suite holds the former against this. */
const RETRY_AFTER = '5';

/** After the drain: a second for those that do not let go, the shutdown, and what a loaded machine adds. */
const GONE_WITHIN_MS = DRAIN_MS + 1000 + 1000 + 2000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How soon a flag and a stop signal are heard. A machine with much to do takes longer than a look, and nothing is to be learned from that. */
const HEARD_WITHIN_MS = 1500;
const LOOK_MS = 100;

/** Looks again until nothing is wrong or the time is over; what was wrong last. */
async function settles(look: () => Promise<string | undefined>): Promise<string | undefined> {
  const end = performance.now() + HEARD_WITHIN_MS;
  for (;;) {
    const seen = await look();
    if (seen === undefined || performance.now() > end) return seen;
    await pause(LOOK_MS);
  }
}

/** Says what is wrong with how newcomers are sent away, over WebSockets and over polling. */
async function refusal(server: Server): Promise<string | undefined> {
  try {
    (await server.connect(true)).destroy();
    return 'a new WebSocket was let in';
  } catch (error) {
    if (!(error instanceof Refused)) return `a new WebSocket was met with: ${(error as Error).message}`;
    const seen = badRefusal('a new WebSocket', error.answer);
    if (seen !== undefined) return seen;
  }
  const polled = await server.poll();
  // Without polling there is no such session to refuse, and Engine.IO says so with 400.
  return polled === undefined || polled.status === 400 ? undefined : badRefusal('a new session by polling', polled);
}

function badRefusal(newcomer: string, { status, connection, retryAfter }: Answer): string | undefined {
  if (status !== 503) return `${newcomer} was answered ${status}`;
  if (connection !== 'close') return `the refusal of ${newcomer} keeps the connection alive`;
  if (retryAfter === undefined) return `the refusal of ${newcomer} has no Retry-After: ${RETRY_AFTER}`;
  if (retryAfter === RETRY_AFTER) return undefined;
  return `the refusal of ${newcomer} says Retry-After: ${retryAfter} and not ${RETRY_AFTER}`;
}

const connectAll = (server: Server, count: number, answers = true): Promise<RawClient[]> =>
  Promise.all(Array.from({ length: count }, () => server.connect(answers)));

/** The contract, in the order in which a pod lives. */
export const CLAUSES: readonly Clause[] = [
  {
    code: 'ready',
    sentence:
      'listens on $PORT, answers 200 to its readiness path, and opens WebSockets and sessions of Socket.IO in them',
    broken: async (start) => {
      const server = await start();
      try {
        (await server.connect(true)).destroy();
        return undefined;
      } catch (error) {
        return `${(error as Error).message}; is --path right? That of Socket.IO is /socket.io/`;
      }
    },
  },
  {
    code: 'heartbeat',
    sentence:
      'pings, by frame or by a packet of Socket.IO, once every SOCKET_HEARTBEAT_INTERVAL_MS, and ends whoever does not answer within SOCKET_HEARTBEAT_GRACE_MS',
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
    sentence:
      'while the flag is up: 503 with Connection: close from readiness, and to handshakes with Retry-After besides; live WebSockets go on',
    broken: async (start) => {
      const server = await start();
      const [client] = await connectAll(server, 1);
      writeFileSync(server.drainFlag, '');
      const ready = await settles(async () => {
        const { status, connection } = await server.readiness();
        if (status !== 503) return `readiness answered ${status}`;
        return connection === 'close' ? undefined : 'the answer of readiness keeps the connection alive';
      });
      if (ready !== undefined) return ready;
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
      'on SIGTERM: closes every WebSocket with 1012 or 1001, or the transport of Socket.IO, evenly over SOCKET_DRAIN_MS, and refuses new ones',
    broken: async (start) => {
      const server = await start();
      const clients = await connectAll(server, 20);
      const began = performance.now();
      server.signal('SIGTERM');
      await pause(150);
      const refused = await settles(() => refusal(server));
      const everybody = Promise.all(clients.map(({ ended }) => ended));
      const ends = await Promise.race([everybody, pause(GONE_WITHIN_MS).then(() => undefined)]);
      if (ends === undefined) {
        const left = clients.filter((client) => client.isOpen()).length;
        return `${left} of 20 were still open ${GONE_WITHIN_MS} ms after SIGTERM`;
      }
      const codes = [...new Set(ends.map(({ code }) => code))];
      if (codes.some((code) => !server.closesWith(code))) return `WebSockets were closed with ${codes.join(', ')}`;
      if (ends.some(({ sentAway }) => sentAway))
        return "clients were told to disconnect, after which Socket.IO's client stays away; close the transport";
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
