/** What this module needs of a Socket.IO 4 server, written down so that it needs neither the package nor its types. */
export interface RecoveringServer {
  /** Every namespace. */
  readonly _nsps: ReadonlyMap<string, RecoveringNamespace>;
  on(event: 'new_namespace', listener: (namespace: RecoveringNamespace) => void): unknown;
}

export interface RecoveringNamespace {
  /** The sockets that are connected, by the id that a recovered one shares with the one before it. */
  readonly sockets: ReadonlyMap<string, { readonly conn: { close(discard?: boolean): unknown } }>;
  /** Restores nothing where recovery is off. */
  readonly adapter: RecoveringAdapter;
}

/** An adapter that keeps sessions. Its sessions are its own business, apart from whose they were. */
export interface RecoveringAdapter {
  restoreSession(
    pid: never,
    offset: string,
  ): { readonly sid: string } | null | Promise<{ readonly sid: string } | null | undefined> | undefined;
}

/**
 * Makes `connectionStateRecovery` sound where a client comes back before the server has missed it, as after a change of networks. Socket.IO's
 * adapter in memory keeps a session that it has restored already. When its client is restored from it again while the former connection is
 * still believed in, two sockets have one id; as soon as the former is given up the id leaves the namespace, and its client is told nothing
 * any more, although it is `connected` and was `recovered`. With this the former connection is ended first.
 *
 * Call it after `io.adapter(…)`, before the first client comes. Without `connectionStateRecovery` it changes nothing.
 *
 * @returns the same server
 * @throws Error for what is not a Socket.IO 4 server
 * @see https://github.com/socketio/socket.io/issues/4880
 * @see https://socket.io/docs/v4/connection-state-recovery
 */
export function recoverSessions<Server extends object>(io: Server): Server {
  const { _nsps: namespaces, on } = (io ?? {}) as Partial<RecoveringServer>;
  if (!(namespaces instanceof Map) || typeof on !== 'function') {
    throw new Error(
      `recoverSessions: needs a Server of socket.io 4, not ${io === null ? 'null' : typeof io}; pass what new Server(…) returned`,
    );
  }
  for (const namespace of namespaces.values()) mend(namespace);
  on.call(io, 'new_namespace', mend);
  return io;
}

function mend(namespace: RecoveringNamespace): void {
  const { adapter } = namespace;
  if (mended.has(adapter) || typeof adapter.restoreSession !== 'function') return;
  mended.add(adapter);
  const restore = adapter.restoreSession.bind(adapter);
  adapter.restoreSession = async (pid, offset) => {
    const session = await restore(pid, offset);
    if (session === null || session === undefined) return session;
    const former = namespace.sockets.get(session.sid);
    if (former === undefined) return session;
    // Nothing is waited for: nobody reads at its other end. What it was not told is in the session that this leaves.
    former.conn.close(true);
    return namespace.sockets.has(session.sid) ? null : restore(pid, offset);
  };
}

const mended = new WeakSet<RecoveringAdapter>();
