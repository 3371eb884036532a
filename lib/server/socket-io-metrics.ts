import { InvalidInputError } from '../input/problems';
import { engineEnd } from './connection-end';
import type { Instruments } from './instruments';
import { sessionIdOf } from './session-id';
import { pathOf } from './socket-io';

/** What the metrics need of a Socket.IO 4 server, written down so that they need neither the package nor its types. */
export interface CountedSocketIoServer {
  readonly engine?: CountedEngine;
  path(): string;
  on(event: 'connection', listener: (socket: CountedSocket) => void): unknown;
}

export interface CountedEngine {
  readonly clientsCount: number;
  // biome-ignore lint/suspicious/noExplicitAny: an emitter of events whose listeners have other types each
  on(event: string, listener: (...values: any[]) => void): unknown;
}

export interface CountedSocket {
  readonly id: string;
  readonly recovered?: boolean;
  readonly handshake: { readonly auth: object };
  once(event: 'disconnect', listener: (reason: string) => void): unknown;
}

interface EngineSocket {
  readonly transport: EngineTransport;
  once(event: 'close', listener: (reason: string) => void): unknown;
  on(event: 'upgrade', listener: (transport: EngineTransport) => void): unknown;
  on(event: 'heartbeat', listener: () => void): unknown;
  on(event: 'packetCreate', listener: (packet: { readonly type: string }) => void): unknown;
}

interface EngineTransport {
  readonly name: string;
  /** The WebSocket, which not every implementation of it shows. */
  readonly socket?: { prependOnceListener?(event: 'close', listener: (code: number) => void): unknown };
}

/** Reasons for which Socket.IO says that a socket ended. @see https://socket.io/docs/v4/server-socket-instance/#disconnect */
const REASONS: readonly string[] = [
  'transport close',
  'transport error',
  'ping timeout',
  'client namespace disconnect',
  'server namespace disconnect',
  'server shutting down',
  'forced close',
  'forced server close',
  'parse error',
];

/** Engine.IO's errors that are answered 400. 4 is FORBIDDEN, which is answered 403. */
const BAD_REQUESTS = [0, 1, 2, 3, 5];

/** What a Socket.IO server tells, under the names of `METRICS`. */
export class SocketIoMetrics {
  /** Sessions that may still be recovered, by id. */
  private readonly paused = new Map<string, { began: number; ended: number; timer: NodeJS.Timeout; end: () => void }>();
  private readonly engine: CountedEngine;

  /** @throws {InvalidInputError} for a server that is attached to nothing */
  constructor(
    private readonly io: CountedSocketIoServer,
    private readonly instruments: Instruments,
    private readonly recoveryMs: number,
  ) {
    if (io.engine === undefined) {
      throw new InvalidInputError(['io is not attached to an HTTP server yet; attach it before its metrics are made']);
    }
    this.engine = io.engine;
    for (const code of BAD_REQUESTS) instruments.add('badRequests', { code: String(code) }, 0);
    for (const reason of REASONS) instruments.add('disconnects', { reason }, 0);
    for (const status of ['recovered', 'lost']) instruments.add('recoveries', { status }, 0);
    this.engine.on('connection', (connection: EngineSocket) => this.countConnection(connection));
    this.engine.on('connection_error', ({ code }: { code: number }) => {
      if (BAD_REQUESTS.includes(code)) this.instruments.add('badRequests', { code: String(code) });
    });
    io.on('connection', (socket) => this.countSession(socket));
  }

  get open(): number {
    return this.engine.clientsCount;
  }

  /** Would this request open a session here? `undefined` where it is not for this server. */
  opensSession(url: string): boolean | undefined {
    const [path = ''] = url.split('?');
    if (!`${path}/`.startsWith(`${pathOf(this.io)}/`)) return undefined;
    return sessionIdOf(url) === '';
  }

  /** Sessions that wait to be recovered will not be any more. */
  stop(): void {
    for (const { timer, end } of this.paused.values()) {
      clearTimeout(timer);
      end();
    }
  }

  private countConnection(connection: EngineSocket): void {
    const { instruments } = this;
    const began = performance.now();
    let code: number | undefined;
    let pinged: number | undefined;
    // Before Engine.IO's own listener, which forgets the code and reports the end at once.
    const watch = ({ socket }: EngineTransport) =>
      socket?.prependOnceListener?.('close', (given) => {
        code = given;
      });
    instruments.add('connectionsTotal');
    instruments.add('handshakeSuccesses');
    if (connection.transport.name === 'websocket') instruments.add('webSocketUpgrades');
    watch(connection.transport);
    connection.on('upgrade', (transport) => {
      instruments.add('webSocketUpgrades');
      watch(transport);
    });
    connection.on('packetCreate', ({ type }) => {
      if (type === 'ping') pinged = performance.now();
    });
    connection.on('heartbeat', () => {
      if (pinged !== undefined) instruments.observe('heartbeat', (performance.now() - pinged) / 1000);
      pinged = undefined;
    });
    connection.once('close', (reason) => {
      const lived = (performance.now() - began) / 1000;
      instruments.observe('connectionDuration', lived, engineEnd(connection.transport.name, reason, code));
    });
  }

  private countSession(socket: CountedSocket): void {
    const now = performance.now();
    const asked = typeof (socket.handshake.auth as { readonly pid?: unknown }).pid === 'string';
    if (asked) this.instruments.add('recoveries', { status: socket.recovered === true ? 'recovered' : 'lost' });
    const paused = this.paused.get(socket.id);
    const began = paused?.began ?? now;
    if (paused !== undefined) {
      clearTimeout(paused.timer);
      this.paused.delete(socket.id);
      this.instruments.observe('reconnectDuration', (now - paused.ended) / 1000);
    }
    socket.once('disconnect', (reason) => {
      this.instruments.add('disconnects', { reason: REASONS.includes(reason) ? reason : 'other' });
      const ended = performance.now();
      const end = () => {
        this.paused.delete(socket.id);
        this.instruments.observe('sessionDuration', (ended - began) / 1000);
      };
      this.paused.set(socket.id, { began, ended, timer: setTimeout(end, this.recoveryMs).unref(), end });
    });
  }
}
