import type { IncomingMessage, ServerResponse } from 'node:http';

/** What this module needs of a Socket.IO 4 server, written down so that it needs neither the package nor its types. */
export interface SocketIoServer {
  /** Every namespace, those that were made on demand included. */
  readonly _nsps: ReadonlyMap<string, SocketIoNamespace>;
  readonly engine: {
    /** Transports that are open, sessions that have joined no namespace included. */
    readonly clientsCount: number;
    use(middleware: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void;
  };
  close(): Promise<unknown>;
}

export interface SocketIoNamespace {
  readonly local: { emit(event: string, ...values: unknown[]): unknown };
  readonly sockets: ReadonlyMap<string, { readonly conn: EngineConnection }>;
}

/** One client's transport, shared by its sockets in all namespaces. */
export interface EngineConnection {
  close(): unknown;
}

/**
 * Every connection that carries a socket, once.
 *
 * The sockets' own `disconnect(true)` is not used anywhere here: it tells the client not to come back.
 *
 * @see https://socket.io/docs/v4/client-socket-instance/#disconnect
 */
export function connectionsOf(io: SocketIoServer): EngineConnection[] {
  const all = new Set<EngineConnection>();
  for (const namespace of io._nsps.values()) for (const socket of namespace.sockets.values()) all.add(socket.conn);
  return [...all];
}

/** Tells every client of this process, whatever namespace it is in. `local`: with a cluster adapter the others would hear it too. */
export function notifyAll(io: SocketIoServer, event: string, value: unknown): void {
  for (const namespace of io._nsps.values()) namespace.local.emit(event, value);
}
