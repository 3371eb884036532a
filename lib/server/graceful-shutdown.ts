import type { Server as HttpServer } from 'node:http';
import { Problems, shown } from '../input/problems';
import { DEFAULT_DRAIN_FLAG, isRaised } from './drain-flag';
import { HttpTraffic, RECONNECT_WITHIN_MS } from './http-traffic';
import { keepAlive } from './keep-alive';
import type { LongConnections, ShutdownNotice } from './long-connections';
import { closePaced } from './pacing';
import type { ServerTiming } from './server-timing';
import { type SocketIoServer, SocketIoSessions } from './socket-io';
import { type ShutdownFailure, Steps } from './steps';
import { type RestartCode, type WebSocketLike, type WebSocketServerLike, WebSockets } from './web-sockets';

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
  /** How many were open when the drain began: sessions of Socket.IO and WebSockets. */
  readonly connections: number;
  /** How many were asked to close, each in its turn; more than `connections` where some joined later, fewer where some left by themselves. */
  readonly closed: number;
  /** How many TCP connections had to be destroyed because the other side did not let go. */
  readonly destroyed: number;
  /** What went wrong on the way. */
  readonly failures: readonly ShutdownFailure[];
  readonly tookMs: number;
}

export interface GracefulShutdownProps {
  /** The HTTP server that everything here is attached to. Given before it listens, so that all its connections are known. */
  readonly http: HttpServer;
  /** Socket.IO servers, attached already or later. @default - none */
  readonly io?: SocketIoServer | readonly SocketIoServer[];
  /** Servers of `ws`, attached to `http` or with `noServer`. @default - none */
  readonly webSockets?: WebSocketServerLike | readonly WebSocketServerLike[];
  /** From `timingFromEnvironment()`; the only thing that decides how long anything takes. */
  readonly timing: ServerTiming;

  /**
   * While this file exists the server is not ready and refuses new sessions. The pod's preStop hook makes it. One that is older than this
   * process is none: it was made for another life of the container.
   *
   * @default the environment variable `DRAIN_FLAG`, else "/tmp/drain"
   */
  readonly drainFlag?: string;

  /** What clients are told; for WebSockets the reason of the close, which takes 123 bytes. @default "Maintenance or deployment" */
  readonly reason?: string;

  /** What WebSockets are closed with. @default 1012, service restart */
  readonly closeCode?: RestartCode;

  /** Tells one client of a `ws` server what is coming, in the words of its own protocol. @default - the close code says it */
  readonly notify?: (socket: WebSocketLike, notice: ShutdownNotice) => void;

  /**
   * Writes out what is still in memory and closes the stores. Called when no connection is left, in any case; has the rest of the
   * timing's shutdown, and is not waited for longer.
   *
   * @default - nothing
   */
  readonly flush?: () => Promise<void>;

  /** What it throws is reported and otherwise without effect. @default - nobody listens */
  readonly onEvent?: (event: ShutdownEvent) => void;

  /** Ends the process: 0, or 1 when something failed. @default process.exit */
  readonly exit?: (code: number) => void;
}

const DEFAULT_REASON = 'Maintenance or deployment';

/** @see https://www.rfc-editor.org/rfc/rfc6455#section-5.5 */
const LONGEST_REASON_BYTES = 123;

/**
 * How long a peer may take to answer a close before its TCP connection is destroyed. Without it one client that has stopped reading holds
 * the process for the 30 s that `ws` waits. Far below the 10 s of margin that every timing has.
 */
const LINGER_MS = 1000;

/** What servers and stores have at the least, where the timing says that they need nothing. Out of the margin, too. */
const LEAST_SHUTDOWN_MS = 1000;

/**
 * Ends a server of long connections in a way that its clients hardly notice: Socket.IO, `ws` and plain HTTP, in any combination.
 *
 * On the stop signal, clients are told first. Then their connections are closed in random order, evenly over the drain window, so that they
 * come back as a stream and not as a storm; the close is one after which Socket.IO's client reconnects by itself, unlike
 * `disconnect(true)`. Requests that are being answered have the same window. Then the servers close, `flush` runs and the process exits.
 * Until the signal the server serves as before: the pod's preStop hook holds the signal back until the balancer has stopped sending.
 *
 * Every step has a deadline from the timing, so that the process is gone before the kubelet loses patience, whatever hangs or throws, in the
 * rest of the application too.
 *
 * @example
 * const shutdown = new GracefulShutdown({ http, io, timing: timingFromEnvironment() }).onSignals();
 * app.get('/ready', (_request, response) => response.sendStatus(shutdown.isReady() ? 200 : 503));
 */
export class GracefulShutdown {
  private readonly props: GracefulShutdownProps;
  private readonly reason: string;
  private readonly drainFlag: string;
  private readonly traffic: HttpTraffic;
  private readonly connections: readonly LongConnections[];
  private running: Promise<ShutdownReport> | undefined;

  /** @throws {InvalidInputError} for a reason that no close frame can hold, and a code that would keep clients away */
  constructor(props: GracefulShutdownProps) {
    checkProps(props);
    this.props = props;
    this.reason = props.reason ?? DEFAULT_REASON;
    this.drainFlag = props.drainFlag ?? (process.env.DRAIN_FLAG || DEFAULT_DRAIN_FLAG);
    keepAlive(props.http, props.timing);
    const sessions = listOf(props.io).map((io) => new SocketIoSessions(io, (id) => this.traffic.release(id)));
    const webSockets = listOf(props.webSockets).map(
      (server) =>
        new WebSockets({
          server,
          code: props.closeCode ?? 1012,
          reason: this.reason,
          ...(props.notify === undefined ? {} : { notify: props.notify }),
        }),
    );
    this.connections = [...sessions, ...webSockets];
    this.traffic = new HttpTraffic(props.http, {
      isReady: () => this.isReady(),
      sessionPaths: () => sessions.map(({ path }) => path),
      polls: (id) => sessions.some((server) => server.polls(id)),
      goesOn: (id) => sessions.some((server) => server.goesOn(id)),
      pollingSockets: () => sessions.flatMap((server) => [...server.pollingSockets()]),
    });
  }

  /** Has the stop signal come? */
  get draining(): boolean {
    return this.running !== undefined;
  }

  /** Whether new clients may be sent here: not while the flag is up, and not once the drain has begun. */
  isReady(): boolean {
    return !this.draining && !isRaised(this.drainFlag);
  }

  /**
   * Shuts down on these signals. A second SIGINT ends the process at once, as whoever sits at a terminal expects. Any other may come again, as
   * SIGTERM does from a kubelet that was restarted itself and from programs that pass on what everybody got, and changes nothing.
   */
  onSignals(signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT']): this {
    for (const signal of signals) {
      const begin = () => void this.begin(signal);
      if (signal === 'SIGINT') process.once(signal, begin);
      else process.on(signal, begin);
    }
    return this;
  }

  /** Shuts down. Calling it again returns the shutdown that runs already. */
  begin(cause: string): Promise<ShutdownReport> {
    this.running ??= this.run(cause);
    return this.running;
  }

  private async run(cause: string): Promise<ShutdownReport> {
    const { timing, flush, onEvent, exit = process.exit } = this.props;
    const began = performance.now();
    const elapsed = () => Math.round(performance.now() - began);
    const steps = new Steps();
    // What is thrown in a timer of the application now, where stores may be gone already, would end the process and cut everybody off.
    const uncaught = (error: unknown) => steps.failed('an error that nobody caught', error);
    process.on('uncaughtException', uncaught);
    const note = (step: ShutdownEvent['step']) =>
      steps.now('onEvent failed', () => onEvent?.({ step, afterMs: elapsed(), connections: this.count() }));

    const connections = this.count();
    const notice: ShutdownNotice = { reason: this.reason, reconnect: true, delayMs: RECONNECT_WITHIN_MS };
    for (const server of this.connections) steps.now('clients could not be told', () => server.notify(notice));
    note('notified');
    let closed = 0;
    await closePaced({
      windowMs: timing.drainMs,
      open: () => this.connections.flatMap((server) => [...server.open()]),
      close: (connection) => {
        closed += 1;
        steps.now('a connection could not be closed', () => connection.close());
      },
      anyLeft: () => {
        this.traffic.closeIdle();
        return this.count() + this.traffic.inFlight > 0;
      },
    });
    note('drained');

    const patience = performance.now() + LINGER_MS;
    const destroyed = await this.close(steps, patience);
    note('closed');
    if (flush !== undefined) {
      const deadline = patience + Math.max(timing.shutdownMs, LEAST_SHUTDOWN_MS);
      if (await steps.by(deadline, 'the stores could not be flushed', flush)) note('flushed');
    }
    const report = { cause, connections, closed, destroyed, failures: steps.failures, tookMs: elapsed() };
    process.off('uncaughtException', uncaught);
    exit(steps.failures.length === 0 ? 0 : 1);
    return report;
  }

  /** Closes the servers, and ends what is still connected when the patience is over. An adapter may take half of the shutdown, not more. */
  private async close(steps: Steps, patience: number): Promise<number> {
    let destroyed = 0;
    const late = setTimeout(() => {
      destroyed = this.traffic.destroy();
      for (const server of this.connections) steps.now('a connection could not be ended', () => server.terminate());
    }, patience - performance.now());
    const deadline = patience + Math.max(this.props.timing.shutdownMs, LEAST_SHUTDOWN_MS) / 2;
    const servers = this.connections.map((server) =>
      steps.by(deadline, 'a server could not be closed', () => server.close()),
    );
    await Promise.all([...servers, steps.by(deadline, 'HTTP could not be closed', () => this.traffic.close())]);
    clearTimeout(late);
    return destroyed;
  }

  private count(): number {
    return this.connections.reduce((sum, server) => sum + server.count(), 0);
  }
}

function listOf<T extends object>(given: T | readonly T[] | undefined): readonly T[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? given : [given as T];
}

function checkProps({ http, timing, reason = DEFAULT_REASON, closeCode = 1012 }: GracefulShutdownProps): void {
  const problems = new Problems();
  if (typeof http?.listen !== 'function')
    problems.add('http', 'is missing; give the server that everything is attached to');
  if (typeof timing?.drainMs !== 'number') problems.add('timing', 'is missing; give timingFromEnvironment()');
  const bytes = Buffer.byteLength(reason);
  if (bytes > LONGEST_REASON_BYTES) {
    problems.add('reason', `${bytes} bytes are more than a close frame holds; give ${LONGEST_REASON_BYTES} at most`);
  }
  if (closeCode !== 1012 && closeCode !== 1001) {
    problems.add('closeCode', `${shown(closeCode)} does not ask clients to come back; give 1012 or 1001`);
  }
  problems.throwIfAny();
}
