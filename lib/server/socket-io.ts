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
  on?(event: 'new_namespace', listener: (namespace: SocketIoNamespace) => void): unknown;
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

/** What `io.attach(http, …)` was told: its path counts, not that of the server. */
interface EngineOptions {
  readonly path?: string;
  readonly addTrailingSlash?: boolean;
}

function optionsOf({ engine }: { readonly engine?: object }): EngineOptions | undefined {
  return (engine as { readonly opts?: EngineOptions } | undefined)?.opts;
}

/** Where a server is served, without the last slash. */
export function pathOf(io: { readonly engine?: object; path(): string }): string {
  return (optionsOf(io)?.path ?? io.path()).replace(/\/$/, '');
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
    const path = pathOf(this.io);
    return optionsOf(this.io)?.addTrailingSlash === false ? path : `${path}/`;
  }

  /** Does a session run over HTTP long-polling? It is a new request each time, and needs its connections until its client has been told. */
  polls(sessionId: string): boolean {
    return this.clientOf(sessionId)?.transport?.name === 'polling';
  }

  /** Was a session not asked to close? */
  goesOn(sessionId: string): boolean {
    const connection = this.clientOf(sessionId);
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
    const tellNew = (namespace: SocketIoNamespace) =>
      void namespace.on('connection', (socket) => void socket.emit(SHUTDOWN_EVENT, notice));
    // One that is made on demand has nobody yet.
    this.io.on?.('new_namespace', tellNew);
    for (const namespace of this.io._nsps.values()) {
      tellNew(namespace);
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

  /** A client may write `constructor` for an id. */
  private clientOf(sessionId: string): EngineConnection | undefined {
    return Object.hasOwn(this.clients, sessionId) ? this.clients[sessionId] : undefined;
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
