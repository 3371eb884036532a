import type { LongConnection, LongConnections, ShutdownNotice } from './long-connections';

/** What this module needs of a `WebSocketServer` of `ws` 8, written down so that it needs neither the package nor its types. */
export interface WebSocketServerLike {
  /** Missing with `clientTracking: false`. */
  readonly clients?: ReadonlySet<WebSocketLike>;
  on(event: 'connection', listener: (socket: WebSocketLike) => void): unknown;
  close(callback?: (error?: Error) => void): void;
}

export interface WebSocketLike {
  /** 1 is open. */
  readonly readyState: number;
  close(code: number, reason: string): void;
  terminate(): void;
  ping(): void;
  on(event: 'pong' | 'close', listener: () => void): unknown;
}

/**
 * What a WebSocket is closed with: 1012 says that the service restarts, 1001 that this end goes away. Either is a reason to connect again.
 *
 * @see https://www.iana.org/assignments/websocket/websocket.xhtml
 */
export type RestartCode = 1012 | 1001;

export interface WebSocketsProps {
  readonly server: WebSocketServerLike;
  readonly code: RestartCode;
  readonly reason: string;
  readonly notify?: (socket: WebSocketLike, notice: ShutdownNotice) => void;
}

const OPEN = 1;

/** The connections of a `ws` server, however it gets them: attached, `noServer`, or without `clientTracking`. */
export class WebSockets implements LongConnections {
  /** Beside the server's own list, which need not exist. */
  private readonly seen = new Set<WebSocketLike>();

  constructor(private readonly props: WebSocketsProps) {
    props.server.on('connection', (socket) => {
      this.seen.add(socket);
      socket.on('close', () => this.seen.delete(socket));
    });
  }

  /** Every connection of this server. With `noServer`, one whose `connection` event nobody emits is known from `clients` alone. */
  all(): ReadonlySet<WebSocketLike> {
    return this.props.server.clients ?? this.seen;
  }

  *open(): Generator<LongConnection> {
    const { code, reason } = this.props;
    // Once it is asked to close it is no longer open.
    for (const socket of this.all()) {
      if (socket.readyState === OPEN) yield { close: () => socket.close(code, reason) };
    }
  }

  count(): number {
    return this.all().size;
  }

  notify(notice: ShutdownNotice, failed: (error: unknown) => void): void {
    const { server, notify } = this.props;
    if (notify === undefined) return;
    const tell = (socket: WebSocketLike) => {
      try {
        notify(socket, notice);
      } catch (error) {
        failed(error);
      }
    };
    for (const socket of this.all()) tell(socket);
    server.on('connection', tell);
  }

  async close(): Promise<void> {
    const gone = [...this.all()].map(
      (socket) => new Promise<void>((resolve) => void socket.on('close', () => resolve())),
    );
    await Promise.all([...gone, new Promise<void>((resolve) => this.props.server.close(() => resolve()))]);
  }

  terminate(): void {
    for (const socket of this.all()) socket.terminate();
  }
}
