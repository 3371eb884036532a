import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { settled } from '../input/settings';
import { fitted, isObject, list, optional, type Shape, text, thing } from '../input/shape';
import { webSocketEnd } from './connection-end';
import { Instruments, type PrometheusLibrary } from './instruments';
import { HTTP, has, listOf, SOCKET_IO, WEB_SOCKETS } from './props';
import type { ServerTiming } from './server-timing';
import { pathOf } from './socket-io';
import { type CountedSocketIoServer, SocketIoMetrics } from './socket-io-metrics';
import type { WebSocketLike } from './web-sockets';

/** What the metrics need of a server of `ws` 8. */
export interface CountedWebSocketServer {
  on(event: 'connection', listener: (socket: CountedWebSocket) => void): unknown;
}

export interface CountedWebSocket {
  on(event: 'close', listener: (code: number) => void): unknown;
}

export interface ServerMetricsProps {
  /** `prom-client`, as a whole. */
  readonly prometheus: PrometheusLibrary;
  /** The registry that `/metrics` prints. */
  readonly registry: object;
  /** The HTTP server that everything here is attached to. */
  readonly http: HttpServer;
  /** Socket.IO servers, attached already. @default - none */
  readonly io?: CountedSocketIoServer | readonly CountedSocketIoServer[];
  /** Servers of `ws`. Give `pong` and `dead` to their `heartbeat()`, which sees what nobody else does. @default - none */
  readonly webSockets?: CountedWebSocketServer | readonly CountedWebSocketServer[];
  /** How long a session may be recovered decides when it has ended. */
  readonly timing: Pick<ServerTiming, 'replayTtlMs'>;
  /**
   * The paths that are counted by name. Whatever a client makes up counts as `other`, or it could fill the memory with series.
   *
   * @default - /health, /live, /ready, /metrics and the paths of the Socket.IO servers
   */
  readonly endpoints?: readonly string[];
}

const METRICS: Shape<ServerMetricsProps> = {
  prometheus: thing(
    (value) => has(value, 'Histogram', 'Counter', 'Gauge'),
    "prom-client, as in import * as prometheus from 'prom-client'",
    undefined,
  ),
  registry: thing(
    (value) => has(value, 'metrics'),
    'the registry that /metrics prints, such as prometheus.register',
    {},
  ),
  http: HTTP,
  io: optional(SOCKET_IO),
  webSockets: optional(WEB_SOCKETS),
  timing: thing((value) => isObject(value) && typeof value.replayTtlMs === 'number', 'timingFromEnvironment()', {}),
  endpoints: optional(list(text('/health'), ['/health'])),
};

/** @throws {InvalidInputError} with everything that is missing */
function readMetrics(given: ServerMetricsProps): ServerMetricsProps {
  return settled((problems) => fitted(problems, given, METRICS));
}

const ENDPOINTS: readonly string[] = ['/health', '/live', '/ready', '/metrics'];

/** Often enough to see the shortest lag that people notice, seldom enough to cost nothing. */
const LOOK_MS = 100;

/**
 * Counts what happens to the connections of a server, under the names of `METRICS`: Socket.IO 4, `ws` 8, plain HTTP, in any combination.
 *
 * @example
 * const metrics = new ServerMetrics({ prometheus, registry, http, io, timing: timingFromEnvironment() });
 */
export class ServerMetrics {
  /** An answered ping of a plain WebSocket: `heartbeat(server, timing, { onPong: metrics.pong })`. */
  readonly pong = (latencyMs: number): void => this.instruments.observe('heartbeat', latencyMs / 1000);
  /** A plain WebSocket that its heartbeat gave up: `onDead: metrics.dead`. */
  readonly dead = (socket: WebSocketLike): void => void this.gaveUp.add(socket);

  private readonly instruments: Instruments;
  private readonly sessions: readonly SocketIoMetrics[];
  private readonly gaveUp = new WeakSet<object>();
  private readonly looking: NodeJS.Timeout;
  private webSocketsOpen = 0;

  /** @throws {InvalidInputError} with everything that is missing */
  constructor(given: ServerMetricsProps) {
    const props = readMetrics(given);
    const { prometheus, registry, http, timing } = props;
    this.instruments = new Instruments(prometheus, registry, {
      connections: () => this.sessions.reduce((sum, { open }) => sum + open, this.webSocketsOpen),
    });
    const servers = listOf(props.io);
    this.sessions = servers.map((io) => new SocketIoMetrics(io, this.instruments, timing.replayTtlMs));
    for (const source of ['cache', 'log'] as const) {
      for (const status of ['success', 'failed']) this.instruments.add('messageReplays', { source, status }, 0);
    }
    const webSockets = listOf(props.webSockets);
    for (const server of webSockets) server.on('connection', (socket) => this.countWebSocket(socket));
    this.countRequests(
      http,
      props.endpoints ?? [...ENDPOINTS, ...servers.map((io) => `${pathOf(io)}/`)],
      webSockets.length > 0,
    );
    this.looking = this.watchEventLoop();
  }

  /** One attempt of a client to have what it missed, and where it was looked for. */
  replayed(source: 'cache' | 'log', successful: boolean): void {
    this.instruments.add('messageReplays', { source, status: successful ? 'success' : 'failed' });
  }

  /** Counts the sessions that waited to be recovered as ended. Called before the last scrape, which is when the server has closed. */
  stop(): void {
    clearInterval(this.looking);
    for (const server of this.sessions) server.stop();
  }

  private countRequests(http: HttpServer, endpoints: readonly string[], withWebSockets: boolean): void {
    const attempt = (request: IncomingMessage, upgrade: boolean) => {
      const answers = this.sessions.map((server) => server.opensSession(request.url ?? ''));
      const foreign = answers.every((answer) => answer === undefined);
      if (answers.includes(true) || (foreign && upgrade && withWebSockets)) this.instruments.add('handshakeAttempts');
    };
    http.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const path = request.url?.split('?')[0] ?? '';
      const endpoint = endpoints.includes(path) ? path : 'other';
      attempt(request, false);
      response.once('finish', () =>
        this.instruments.add('httpRequests', { endpoint, status: String(response.statusCode) }),
      );
    });
    http.on('upgrade', (request: IncomingMessage) => attempt(request, true));
  }

  private countWebSocket(socket: CountedWebSocket): void {
    const { instruments } = this;
    const began = performance.now();
    this.webSocketsOpen += 1;
    for (const name of ['connectionsTotal', 'handshakeSuccesses', 'webSocketUpgrades'] as const) instruments.add(name);
    socket.on('close', (code) => {
      this.webSocketsOpen -= 1;
      const end = webSocketEnd(code, this.gaveUp.has(socket));
      instruments.observe('connectionDuration', (performance.now() - began) / 1000, end);
      instruments.add('disconnects', { reason: end.reason });
    });
  }

  private watchEventLoop(): NodeJS.Timeout {
    let due = performance.now() + LOOK_MS;
    return setInterval(() => {
      const now = performance.now();
      this.instruments.observe('eventLoopLag', Math.max(0, now - due) / 1000);
      due = now + LOOK_MS;
    }, LOOK_MS).unref();
  }
}
