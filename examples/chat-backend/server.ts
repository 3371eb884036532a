import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { Server, type Socket } from 'socket.io';
import { GracefulShutdown, recoverSessions, type ServerTiming, timingFromEnvironment } from '../../lib/server';
import { databaseHealth, health } from './health';
import { type Message, MessageLog } from './message-log';
import { chatMetrics } from './metrics';

/** Everything the server is told. The seconds come from the pod's environment, which comes from the one timing. */
export interface ChatProps {
  readonly timing: ServerTiming;
  readonly port: number;
  /** Where clients can see it: the name of the pod. */
  readonly name: string;
  /** The volume that all replicas share. */
  readonly folder: string;
  readonly environment: string;
  readonly drainFlag?: string;
  /** Where metrics are asked for, away from clients. @default - at `/metrics` of the same port */
  readonly metricsPort?: number;
}

const unanswered = (): void => {};

/** Nobody answers what was handed out so, and Socket.IO would wait for it as long as the connection lasts. Not in its types. */
function waitForNothing(socket: Socket): void {
  (socket as unknown as { readonly acks?: Map<number, unknown> }).acks?.clear();
}

/** The longest message that is stored; what is appended to the log stays in one piece up to a page of memory. */
const LONGEST_TEXT = 2000;

/** A chat server. Returns once it listens. */
export async function startChat(props: ChatProps): Promise<{ readonly http: HttpServer; readonly io: Server }> {
  const { timing, name } = props;
  const http = createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  const io = new Server(http, {
    pingInterval: timing.heartbeatIntervalMs,
    pingTimeout: timing.heartbeatGraceMs,
    // Brings back a session whose connection broke, as long as this process lives. Beyond it the log takes over.
    connectionStateRecovery: { maxDisconnectionDuration: timing.replayTtlMs, skipMiddlewares: false },
  });
  recoverSessions(io);
  // `local`: every replica follows the log, so each tells its own clients only.
  const log = new MessageLog(props.folder, ({ message, cursor }) =>
    io.local.emit('message', { ...message, cursor } satisfies Message & { cursor: number }),
  );
  const { metrics, registry } = chatMetrics(io, http, timing);
  const shutdown = new GracefulShutdown({
    io,
    http,
    timing,
    ...(props.drainFlag === undefined ? {} : { drainFlag: props.drainFlag }),
    flush: async () => {
      metrics.stop();
      await log.close();
    },
    onEvent: (event) => console.log(JSON.stringify({ at: Date.now(), pod: name, ...event })),
  }).onSignals();

  // The first of all that a recovered client passes. It was handed what is known by now, and hears everybody only when it has passed the last.
  io.use((socket, next) => {
    recoveredAt.set(socket, log.cursor);
    next();
  });
  const recoveredAt = new WeakMap<Socket, number>();
  io.on('connection', (socket) => {
    try {
      socket.emit('welcome', { pod: name, cursor: resume(socket) });
    } catch (error) {
      // What it missed cannot be read here now: it comes back, and asks somebody else.
      console.error(error);
      socket.conn.close();
      return;
    }
    socket.on('message', (given: unknown, acknowledge: unknown) => {
      const answer = (stored: boolean) => typeof acknowledge === 'function' && acknowledge({ stored });
      const message = readMessage(given, socket.id);
      if (message === undefined) answer(false);
      // Without an answer the client sends it again, here or elsewhere.
      else log.append(message).then(() => answer(true), console.error);
    });
  });

  /** Hands a client what it missed, in order, and says from where it goes on. */
  function resume(socket: Socket): number {
    const { pid, cursor: read } = socket.handshake.auth as { pid?: unknown; cursor?: unknown };
    if (typeof pid === 'string') metrics.replayed('cache', socket.recovered);
    const cursor = socket.recovered ? recoveredAt.get(socket) : read;
    if (cursor === undefined) return log.cursor;
    const known = Number.isSafeInteger(cursor) && (cursor as number) >= 0;
    const missed = known
      ? log.since(cursor as number, Date.now() - timing.replayTtlMs)
      : { entries: [], complete: false };
    // What asks for an answer is not kept for a recovery, which would be all of it once for each client: the log has it.
    for (const { message, cursor } of missed.entries) socket.emit('message', { ...message, cursor }, unanswered);
    waitForNothing(socket);
    // The replica that the client comes from may have read further than this one.
    log.catchUp();
    if (!socket.recovered) metrics.replayed('log', missed.complete && (cursor as number) <= log.cursor);
    return log.cursor;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = ({ status, body }: { status: number; body: object }) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const text = (status: number, body: string, type = 'text/plain') =>
      response.writeHead(status, { 'Content-Type': type }).end(body);
    switch (request.url?.split('?')[0]) {
      case '/live':
        // Asks nothing else: a restart drops every connection and repairs no database.
        text(200, 'alive\n');
        break;
      case '/ready': {
        const { errors } = await log.check();
        if (!shutdown.isReady()) text(503, 'draining\n');
        else text(errors.length === 0 ? 200 : 503, errors.length === 0 ? 'ready\n' : 'no database\n');
        break;
      }
      case '/health':
        json(health(await log.check(), props.environment));
        break;
      case '/health/database':
        json(databaseHealth(await log.check()));
        break;
      case '/metrics':
        if (props.metricsPort !== undefined) text(404, 'not found\n');
        else text(200, await registry.metrics(), registry.contentType);
        break;
      default:
        text(404, 'not found\n');
    }
  }

  if (props.metricsPort !== undefined) {
    const scraped = createServer((_request, response) => {
      registry.metrics().then(
        (metrics) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(metrics),
        () => response.destroy(),
      );
    });
    await new Promise<void>((resolve) => scraped.listen(props.metricsPort, resolve));
    // It answers until the last connection is gone, and holds nothing up.
    scraped.unref();
  }
  // Many clients come back at once when a replica fails; Node's 511 places for those not yet accepted are few.
  await new Promise<void>((resolve) => http.listen({ port: props.port, backlog: 4096 }, resolve));
  return { http, io };
}

function readMessage(given: unknown, from: string): Message | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { id, text } = given as Record<string, unknown>;
  if (typeof id !== 'string' || id.length > 64 || typeof text !== 'string' || text.length > LONGEST_TEXT) {
    return undefined;
  }
  return { id, from, text, at: Date.now() };
}

if (require.main === module) {
  const { PORT = '3001', NODE_ENV = 'development', CHAT_NAME = hostname(), CHAT_FOLDER = '/tmp/chat' } = process.env;
  const { DRAIN_FLAG: drainFlag, METRICS_PORT } = process.env;
  startChat({
    timing: timingFromEnvironment(),
    port: Number(PORT),
    name: CHAT_NAME,
    folder: CHAT_FOLDER,
    environment: NODE_ENV,
    ...(drainFlag === undefined ? {} : { drainFlag }),
    ...(METRICS_PORT === undefined ? {} : { metricsPort: Number(METRICS_PORT) }),
  }).then(
    ({ http }) => console.log(JSON.stringify({ pod: CHAT_NAME, listens: (http.address() as AddressInfo).port })),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
