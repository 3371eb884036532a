import { existsSync } from 'node:fs';
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import { closePaced, shuffled } from './pacing';
import type { ServerTiming } from './server-timing';
import { connectionsOf, notifyAll, type SocketIoServer } from './socket-io';

/** What every client hears before its connection is closed, as the event `server_shutdown`. */
export interface ShutdownNotice {
  readonly reason: string;
  /** Always true: the client is to come back, and Socket.IO's client does so by itself. */
  readonly reconnect: true;
  /** Once its connection is closed, the client should be back within this time. */
  readonly delayMs: number;
}

/** A step of the shutdown, for logs and measurements. */
export interface ShutdownEvent {
  readonly step: 'notified' | 'drained' | 'closed' | 'flushed';
  /** Milliseconds since the stop signal. */
  readonly afterMs: number;
  /** Connections that are open after it. */
  readonly connections: number;
}

/** What became of the connections. */
export interface ShutdownReport {
  readonly cause: string;
  /** How many were open when the drain began. */
  readonly connections: number;
  /** How many TCP connections had to be destroyed because the other side did not let go. */
  readonly destroyed: number;
  readonly tookMs: number;
}

export interface GracefulShutdownProps {
  readonly io: SocketIoServer;
  /** The server that `io` is attached to. Given before it listens, so that all its connections are known. */
  readonly http: HttpServer;
  /** From `timingFromEnvironment()`; the only thing that decides how long anything takes. */
  readonly timing: ServerTiming;

  /**
   * While this file exists the server is not ready and refuses new sessions. The pod's preStop hook makes it.
   *
   * @default "/tmp/drain"
   */
  readonly drainFlag?: string;

  /** What clients are told. @default "Maintenance or deployment" */
  readonly reason?: string;

  /** Writes out what is still in memory and closes the stores. Called when no connection is left. @default - nothing */
  readonly flush?: () => Promise<void>;

  /** @default - nobody listens */
  readonly onEvent?: (event: ShutdownEvent) => void;

  /** Ends the process: 0, or 1 when `flush` failed. @default process.exit */
  readonly exit?: (code: number) => void;
}

/** The flag of the proxy and of `WebSocketServer`. */
const DEFAULT_DRAIN_FLAG = '/tmp/drain';

/** Documented; also Socket.IO's own longest `reconnectionDelay`: its client tries again within this time by itself. */
const RECONNECT_WITHIN_MS = 5000;

/**
 * How long a peer may take to answer a close before its TCP connection is destroyed. Without it one client that has stopped reading holds
 * the process for the 30 s that `ws` waits. Far below the 10 s of margin that every timing has.
 */
const LINGER_MS = 1000;

/**
 * Ends a Socket.IO server in a way that its clients hardly notice.
 *
 * On the stop signal, clients are told first. Then their transports are closed in random order, evenly over the drain window, so that they
 * come back as a stream and not as a storm; the close is one after which Socket.IO's client reconnects by itself, unlike `disconnect(true)`.
 * Then the server closes, `flush` runs and the process exits. Until the signal the server serves as before: the pod's preStop hook holds
 * the signal back until the balancer has stopped sending.
 *
 * @example
 * const shutdown = new GracefulShutdown({ io, http, timing: timingFromEnvironment() }).onSignals();
 * app.get('/ready', (_request, response) => response.sendStatus(shutdown.isReady() ? 200 : 503));
 */
export class GracefulShutdown {
  private readonly props: GracefulShutdownProps;
  private readonly open = new Set<TcpSocket>();
  private running: Promise<ShutdownReport> | undefined;

  constructor(props: GracefulShutdownProps) {
    this.props = props;
    keepAlive(props.http, props.timing);
    props.http.on('connection', (socket: TcpSocket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
    props.io.engine.use((request, response, next) => {
      if (hasSession(request) || this.isReady()) next();
      else refuse(request, response);
    });
  }

  /** Has the stop signal come? */
  get draining(): boolean {
    return this.running !== undefined;
  }

  /** Whether new clients may be sent here: not while the flag exists, and not once the drain has begun. */
  isReady(): boolean {
    return !this.draining && !existsSync(this.props.drainFlag ?? DEFAULT_DRAIN_FLAG);
  }

  /** Shuts down on these signals. A second one of the same kind ends the process at once, as it does without a handler. */
  onSignals(signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT']): this {
    for (const signal of signals) process.once(signal, () => void this.begin(signal));
    return this;
  }

  /** Shuts down. Calling it again returns the shutdown that runs already. */
  begin(cause: string): Promise<ShutdownReport> {
    this.running ??= this.run(cause);
    return this.running;
  }

  private async run(cause: string): Promise<ShutdownReport> {
    const { io, timing, reason = 'Maintenance or deployment', flush, onEvent, exit = process.exit } = this.props;
    const began = performance.now();
    const elapsed = () => Math.round(performance.now() - began);
    const note = (step: ShutdownEvent['step']) =>
      onEvent?.({ step, afterMs: elapsed(), connections: io.engine.clientsCount });

    const notice: ShutdownNotice = { reason, reconnect: true, delayMs: RECONNECT_WITHIN_MS };
    notifyAll(io, 'server_shutdown', notice);
    note('notified');
    const connections = connectionsOf(io);
    await closePaced(
      shuffled(connections),
      timing.drainMs,
      (connection) => connection.close(),
      () => io.engine.clientsCount > 0,
    );
    note('drained');

    let destroyed = 0;
    const late = setTimeout(() => {
      destroyed = this.open.size;
      for (const socket of this.open) socket.destroy();
    }, LINGER_MS);
    await io.close();
    clearTimeout(late);
    note('closed');

    let code = 0;
    try {
      await flush?.();
      note('flushed');
    } catch (error) {
      code = 1;
      console.error('the stores could not be flushed:', error);
    }
    const report = { cause, connections: connections.length, destroyed, tookMs: elapsed() };
    exit(code);
    return report;
  }
}

/** A request without a session id is what opens a session. Polling clients send one for each message; theirs go on. */
function hasSession(request: IncomingMessage): boolean {
  return /[?&]sid=[^&]/.test(request.url ?? '');
}

/** As nginx refuses in front of an application: 503, and when to come back. */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  const seconds = RECONNECT_WITHIN_MS / 1000;
  if (request.headers.upgrade === undefined) {
    response.writeHead(503, { 'Content-Type': 'text/plain', 'Retry-After': seconds }).end('draining\n');
    return;
  }
  // For an upgrade Engine.IO hands out a response that cannot answer, only hang up.
  request.socket.end(`HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${seconds}\r\nConnection: close\r\n\r\n`);
}

/** By how much the time for a request's headers outlasts keep-alive: where it is shorter, some versions of Node count the idle time in. */
const HEADERS_BEYOND_KEEP_ALIVE_MS = 1000;

/**
 * Makes an HTTP server keep idle connections for as long as the timing says. Node's own 5 s make a balancer send requests into connections
 * that are just being closed: a 502 now and then.
 *
 * @see https://nodejs.org/api/http.html#serverkeepalivetimeout
 */
export function keepAlive(http: HttpServer, timing: ServerTiming): void {
  http.keepAliveTimeout = timing.keepAliveMs;
  http.headersTimeout = timing.keepAliveMs + HEADERS_BEYOND_KEEP_ALIVE_MS;
}
