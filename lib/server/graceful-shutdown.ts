import { DEFAULT_DRAIN_FLAG, isRaised } from './drain-flag';
import { HttpTraffic, RECONNECT_WITHIN_MS } from './http-traffic';
import { keepAlive } from './keep-alive';
import type { LongConnections, ShutdownNotice } from './long-connections';
import { closePaced } from './pacing';
import { checkSignals, listOf } from './props';
import { type GracefulShutdownProps, readShutdown, type ShutdownEvent, type ShutdownReport } from './shutdown-props';
import { SocketIoSessions } from './socket-io';
import { Steps } from './steps';
import { exitTogether } from './together';
import { WebSockets } from './web-sockets';

const DEFAULT_REASON = 'Maintenance or deployment';

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
 * A process with several HTTP servers has one of these for each; it ends when all that have begun are done.
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

  /** @throws {InvalidInputError} with everything that cannot be meant, such as a reason that no close frame can hold, and a code that would keep clients away */
  constructor(given: GracefulShutdownProps) {
    const props = readShutdown(given);
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
   *
   * @throws {InvalidInputError} for what is no list of signals
   */
  onSignals(signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT']): this {
    checkSignals(signals);
    for (const signal of signals) {
      const begin = () => void this.begin(signal);
      if (signal === 'SIGINT') process.once(signal, begin);
      else process.on(signal, begin);
    }
    return this;
  }

  /** Shuts down. Calling it again returns the shutdown that runs already. */
  begin(cause: string): Promise<ShutdownReport> {
    this.running ??= exitTogether(() => this.run(cause), this.props.exit ?? process.exit);
    return this.running;
  }

  private async run(cause: string): Promise<ShutdownReport> {
    const { timing, flush, onEvent } = this.props;
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
    const untold = (error: unknown) => steps.failed('clients could not be told', error);
    for (const server of this.connections) {
      steps.now('clients could not be told', () => server.notify(notice, untold));
    }
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
    process.off('uncaughtException', uncaught);
    return { cause, connections, closed, destroyed, failures: steps.failures, tookMs: elapsed() };
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
