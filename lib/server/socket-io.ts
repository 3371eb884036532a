import type { Duplex } from 'node:stream';
import type { LongConnection, LongConnections, ShutdownNotice } from './long-connections';

/** What this module needs of a Socket.IO 4 server, written down so that it needs neither the package nor its types. */
export interface SocketIoServer {
  /** Every namespace, those that were made on demand included. */
  readonly _nsps: ReadonlyMap<string, SocketIoNamespace>;
  /** Missing until the server is attached to an HTTP server. */
  readonly engine?: { readonly clientsCount: number; close(): unknown };
  /** Where it is served, without the last slash. */
  path(): string;
  close(): Promise<unknown>;
}

export interface SocketIoNamespace {
  readonly local: { emit(event: string, ...values: unknown[]): unknown };
  on(event: 'connection', listener: (socket: { emit(event: string, ...values: unknown[]): unknown }) => void): unknown;
}

/** One client's session, shared by its sockets in all namespaces. */
export interface EngineConnection {
  readonly id: string;
  readonly transport?: { readonly name: string };
  /** The request that opened it. Missing where the application let go of it to save memory. */
  readonly request?: { readonly socket: Duplex } | null;
  close(): unknown;
}

/** The event by which clients hear of a shutdown. */
const SHUTDOWN_EVENT = 'server_shutdown';

/** The sessions of a Socket.IO server. */
export class SocketIoSessions implements LongConnections {
  private readonly closing = new WeakSet<EngineConnection>();

  /** @param onClosing hears of each session that is asked to close */
  constructor(
    private readonly io: SocketIoServer,
    private readonly onClosing: (sessionId: string) => void,
  ) {}

  /** How the targets of its requests begin: with `addTrailingSlash: false` Engine.IO asks for no slash at the end of its path. */
  get path(): string {
    const engine = this.io.engine as { readonly opts?: { readonly addTrailingSlash?: boolean } } | undefined;
    return engine?.opts?.addTrailingSlash === false ? this.io.path() : `${this.io.path()}/`;
  }

  /** Does a session run over HTTP long-polling? It is a new request each time, and needs its connections until its client has been told. */
  polls(sessionId: string): boolean {
    return this.clients[sessionId]?.transport?.name === 'polling';
  }

  /** Was a session not asked to close? */
  goesOn(sessionId: string): boolean {
    const connection = this.clients[sessionId];
    return connection !== undefined && !this.closing.has(connection);
  }

  /** The connections over which sessions that poll were opened. */
  *pollingSockets(): Generator<Duplex> {
    for (const { transport, request } of Object.values(this.clients)) {
      if (transport?.name === 'polling' && request?.socket !== undefined) yield request.socket;
    }
  }

  *open(): Generator<LongConnection> {
    for (const connection of Object.values(this.clients)) {
      if (!this.closing.has(connection)) yield { close: () => this.dismiss(connection) };
    }
  }

  count(): number {
    return this.io.engine?.clientsCount ?? 0;
  }

  /** `local`: with a cluster adapter the clients of the other processes would hear it too. */
  notify(notice: ShutdownNotice, failed: (error: unknown) => void): void {
    for (const namespace of this.io._nsps.values()) {
      namespace.on('connection', (socket) => void socket.emit(SHUTDOWN_EVENT, notice));
      try {
        namespace.local.emit(SHUTDOWN_EVENT, notice);
      } catch (error) {
        failed(error);
      }
    }
  }

  async close(): Promise<void> {
    if (this.io.engine !== undefined) await this.io.close();
  }

  /** Also what `io.close()` comes to when its adapter lets it. */
  terminate(): void {
    this.io.engine?.close();
  }

  /** Every session by its id, those included that have joined no namespace. Documented by Engine.IO, though not in its types. */
  private get clients(): Readonly<Record<string, EngineConnection>> {
    const engine = this.io.engine as { readonly clients?: Readonly<Record<string, EngineConnection>> } | undefined;
    return engine?.clients ?? {};
  }

  /**
   * The sockets' own `disconnect(true)` is not used anywhere here: it tells the client not to come back.
   *
   * @see https://socket.io/docs/v4/client-socket-instance/#disconnect
   */
  private dismiss(connection: EngineConnection): void {
    this.closing.add(connection);
    this.onClosing(connection.id);
    connection.close();
  }
}
