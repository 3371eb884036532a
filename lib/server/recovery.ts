/** What this module needs of a Socket.IO 4 server, written down so that it needs neither the package nor its types. */
export interface RecoveringServer {
  /** Every namespace. */
  readonly _nsps: ReadonlyMap<string, RecoveringNamespace>;
  on(event: 'new_namespace', listener: (namespace: RecoveringNamespace) => void): unknown;
}

export interface RecoveringNamespace {
  /** Restores nothing where recovery is off. */
  readonly adapter: RecoveringAdapter;
  on(event: 'connection', listener: (socket: RecoveringSocket) => void): unknown;
}

export interface RecoveringSocket {
  /** The secret by which its client asks for its session; none where recovery is off. */
  readonly pid?: string;
  readonly connected: boolean;
  readonly conn: { close(discard?: boolean): unknown };
  once(event: 'disconnect', listener: () => void): unknown;
}

/** An adapter that keeps sessions. */
export interface RecoveringAdapter {
  restoreSession(pid: string, offset: string): unknown;
  /** A `Map` by `pid` in Socket.IO's adapter in memory, and in those made from it. The others forget a session as they restore it. */
  readonly sessions?: unknown;
}

/**
 * Makes `connectionStateRecovery` sound where a client comes back before the server has missed it, as after a change of networks. Socket.IO's
 * adapter in memory keeps a session that it has restored already. When its client is restored from it again while the former connection is
 * still believed in, or still waits for a middleware, two sockets have one id; as soon as the former is given up the id leaves the namespace and
 * its rooms, and its client is told nothing any more, although it is `connected` and was `recovered`. Whoever was thrown out gets the session back, too.
 * With this the former connection is ended first, and each session is restored once: whoever comes again before it is in has a new one.
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

/** Up to so many sockets nobody looks which of them have ended. */
const FEW = 16;

function mend(namespace: RecoveringNamespace): void {
  const { adapter } = namespace;
  if (mended.has(adapter) || typeof adapter.restoreSession !== 'function') return;
  mended.add(adapter);
  const connected = new Map<string, RecoveringSocket>();
  let most = FEW;
  namespace.on('connection', (socket) => {
    const { pid } = socket;
    // A listener before this one may have thrown it out.
    if (pid === undefined || !socket.connected) return;
    connected.set(pid, socket);
    socket.once('disconnect', () => {
      if (connected.get(pid) === socket) connected.delete(pid);
    });
    // An application may have removed all listeners of a socket, that one included.
    if (connected.size < most) return;
    for (const [each, { connected: still }] of connected) if (!still) connected.delete(each);
    most = 2 * connected.size + FEW;
  });
  const restore = adapter.restoreSession.bind(adapter);
  const restoring = new Set<string>();
  adapter.restoreSession = async (pid, offset) => {
    const former = connected.get(pid);
    // Nothing is waited for: nobody reads at its other end. What it was not told is in the session that this leaves.
    former?.conn.close(true);
    if (former?.connected || restoring.has(pid)) return null;
    restoring.add(pid);
    try {
      // An adapter of somebody's own may wait before it looks there.
      const session = await restore(pid, offset);
      if (adapter.sessions instanceof Map) adapter.sessions.delete(pid);
      return session;
    } finally {
      restoring.delete(pid);
    }
  };
}

const mended = new WeakSet<RecoveringAdapter>();
