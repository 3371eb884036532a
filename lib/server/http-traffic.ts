import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { RETRY_AFTER_SECONDS } from '../timing/fixed';
import { sessionIdOf } from './session-id';

/** Who decides about requests. */
export interface Doorkeeper {
  /** Whether new clients may be sent here. */
  isReady(): boolean;
  /** How the targets of requests to Socket.IO begin. */
  sessionPaths(): readonly string[];
  /**
   * Is there such a session over HTTP long-polling? One that was asked to close is until its client has heard of it, by its next poll.
   */
  polls(sessionId: string): boolean;
  /** Is the next answer to this session's poll not its last one? */
  goesOn(sessionId: string): boolean;
  /** The connections over which sessions that poll were opened: before the first answer their clients know no id. */
  pollingSockets(): Iterable<Duplex>;
}

/** Socket.IO's own longest `reconnectionDelay`: its client tries again within this time by itself. */
export const RECONNECT_WITHIN_MS = RETRY_AFTER_SECONDS * 1000;

/** How Node hands over a request: one that waits to be told to go on has an event of its own, where anybody listens to it. */
const REQUESTS: ReadonlySet<string> = new Set(['request', 'checkContinue', 'checkExpectation']);

/** A request to Socket.IO without a session id. */
const NEW_SESSION = Symbol('a new session');

/** What goes on over one TCP connection, from its first HTTP request on: before it, a request may be on its way. */
interface Traffic {
  /** Requests that were not answered to the end. */
  pending: number;
  /** Sessions of Socket.IO whose requests came over it. */
  readonly sessions: Set<string>;
  /** At how many of them it is looked which have ended. */
  most: number;
}

const FEW = 16;

/** How long whoever is refused an upgrade may take to let go: no HTTP parser watches over that connection any more. */
const LET_GO_MS = 1000;

/**
 * Everything that arrives on an HTTP server, from the outside in: refuses new sessions while the server is not ready, and makes whoever is
 * refused, answered for the last time or idle let go of its TCP connection.
 *
 * Behind a balancer that balances connections, such as a Service, a client that keeps its connection alive keeps its pod: it would be
 * refused again and again, by a pod that everybody else has left.
 *
 * It looks before any listener does, and needs no order among them: Engine.IO, `ws` and Express each take over the server in their own way.
 */
export class HttpTraffic {
  /** Every TCP connection, those that were upgraded included. */
  private readonly tcp = new Set<TcpSocket>();
  private readonly traffic = new Map<Duplex, Traffic>();
  /** Polls that wait for an answer, by session. */
  private readonly polls = new Map<string, Set<ServerResponse>>();
  private plainRequests = 0;

  constructor(
    private readonly http: HttpServer,
    private readonly door: Doorkeeper,
  ) {
    http.on('connection', (socket: TcpSocket) => {
      this.tcp.add(socket);
      socket.once('close', () => this.tcp.delete(socket));
    });
    const emit = http.emit as (...values: unknown[]) => boolean;
    const first = (event: string, ...values: unknown[]): boolean => {
      if (REQUESTS.has(event) && this.refuses(values[0] as IncomingMessage, values[1] as ServerResponse)) return true;
      if (event === 'upgrade' && this.refusesUpgrade(values[0] as IncomingMessage, values[1] as Duplex)) return true;
      return emit.call(http, event, ...values);
    };
    http.emit = first as HttpServer['emit'];
  }

  /** Requests that are being answered and belong to no session. */
  get inFlight(): number {
    return this.plainRequests;
  }

  /** A session ends: the answer to its poll is the last one on that connection. */
  release(sessionId: string): void {
    for (const response of this.polls.get(sessionId) ?? []) lastAnswer(response);
  }

  /**
   * Closes TCP connections over which nothing goes on, and no session would. One that carries the sessions of many clients, as that of a
   * proxy does, stays while one of them is left.
   */
  closeIdle(): void {
    const opened = new Set(this.door.pollingSockets());
    for (const [socket, { pending, sessions }] of this.traffic) {
      this.forgetEnded(sessions);
      if (pending === 0 && sessions.size === 0 && !opened.has(socket)) socket.destroy();
    }
  }

  /** Stops listening. Resolves when the last TCP connection is gone. */
  close(): Promise<void> {
    return new Promise((resolve) => this.http.close(() => resolve()));
  }

  /** Ends every TCP connection that is left, and says how many that were. */
  destroy(): number {
    const left = this.tcp.size;
    for (const socket of this.tcp) socket.destroy();
    return left;
  }

  private refuses(request: IncomingMessage, response: ServerResponse): boolean {
    const traffic = this.trafficOf(request.socket);
    traffic.pending += 1;
    response.once('close', () => {
      traffic.pending -= 1;
    });
    const session = this.sessionOf(request);
    if (session !== undefined && session !== NEW_SESSION) {
      this.remember(session, traffic);
      this.followPoll(session, response);
      return false;
    }
    const ready = this.door.isReady();
    if (!ready) lastAnswer(response);
    if (session === NEW_SESSION) {
      if (ready) return false;
      response.writeHead(503, { 'Content-Type': 'text/plain', 'Retry-After': RETRY_AFTER_SECONDS }).end('draining\n');
      return true;
    }
    this.plainRequests += 1;
    response.once('close', () => {
      this.plainRequests -= 1;
    });
    return false;
  }

  /** A WebSocket opens a session, unless it goes on with one of Socket.IO's that began over polling. */
  private refusesUpgrade(request: IncomingMessage, socket: Duplex): boolean {
    this.traffic.delete(socket);
    const session = this.sessionOf(request);
    if ((session !== undefined && session !== NEW_SESSION) || this.door.isReady()) return false;
    // Nobody else is told of this connection, so nobody else hears that it breaks.
    socket.on('error', () => {});
    const late = setTimeout(() => socket.destroy(), LET_GO_MS).unref();
    socket.once('close', () => clearTimeout(late));
    socket.end(
      `HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 9\r\nRetry-After: ${RETRY_AFTER_SECONDS}\r\nConnection: close\r\n\r\ndraining\n`,
    );
    return true;
  }

  /**
   * Only a session that there is, for a client may write any id; and now and then without those that have ended, for the connection of a proxy
   * carries sessions for as long as it lasts.
   */
  private remember(session: string, traffic: Traffic): void {
    if (!this.door.polls(session)) return;
    traffic.sessions.add(session);
    if (traffic.sessions.size < traffic.most) return;
    this.forgetEnded(traffic.sessions);
    traffic.most = 2 * traffic.sessions.size + FEW;
  }

  private forgetEnded(sessions: Set<string>): void {
    for (const session of sessions) if (!this.door.polls(session)) sessions.delete(session);
  }

  private followPoll(session: string, response: ServerResponse): void {
    // It ended while this request was on its way, or nobody here knows it.
    if (!this.door.goesOn(session) && !this.door.isReady()) lastAnswer(response);
    const waiting = this.polls.get(session) ?? new Set();
    this.polls.set(session, waiting.add(response));
    response.once('close', () => {
      waiting.delete(response);
      if (waiting.size === 0) this.polls.delete(session);
    });
  }

  /** The session that a request belongs to; {@link NEW_SESSION} where it opens one; `undefined` where it has nothing to do with any. */
  private sessionOf({ url = '' }: IncomingMessage): string | typeof NEW_SESSION | undefined {
    if (!this.door.sessionPaths().some((path) => url.startsWith(path))) return undefined;
    return sessionIdOf(url) || NEW_SESSION;
  }

  private trafficOf(socket: TcpSocket): Traffic {
    let traffic = this.traffic.get(socket);
    if (traffic === undefined) {
      traffic = { pending: 0, sessions: new Set(), most: FEW };
      this.traffic.set(socket, traffic);
      socket.once('close', () => this.traffic.delete(socket));
    }
    return traffic;
  }
}

function lastAnswer(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
