import type { Server as HttpServer } from 'node:http';
import { shown } from '../input/problems';
import { settled } from '../input/settings';
import { fitted, number, object, optional, type Shape, text } from '../input/shape';
import { CONTRACT } from '../timing/contract';
import type { ShutdownNotice } from './long-connections';
import { callback, checkTimes, HTTP, SOCKET_IO, WEB_SOCKETS } from './props';
import type { ServerTiming } from './server-timing';
import type { SocketIoServer } from './socket-io';
import type { ShutdownFailure } from './steps';
import type { RestartCode, WebSocketLike, WebSocketServerLike } from './web-sockets';

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

  /**
   * Ends the process: 0, or 1 when something failed. Where several servers of a process shut down at once, whoever is done first waits for the others.
   *
   * @default process.exit
   */
  readonly exit?: (code: number) => void;
}

const TIMING = Object.fromEntries(
  Object.keys(CONTRACT).map((name) => [name, number(1000)]),
) as unknown as Shape<ServerTiming>;

const SHUTDOWN: Shape<GracefulShutdownProps> = {
  http: HTTP,
  io: optional(SOCKET_IO),
  webSockets: optional(WEB_SOCKETS),
  timing: { ...object(TIMING), allowed: 'timingFromEnvironment()' },
  drainFlag: optional(text('/tmp/drain')),
  reason: optional(text('new version')),
  closeCode: optional(number(1012)),
  notify: optional(callback('a function (socket, notice) => void')),
  flush: optional(callback('a function that returns a promise')),
  onEvent: optional(callback('a function (event) => void')),
  exit: optional(callback('a function (code) => void')),
};

/** @see https://www.rfc-editor.org/rfc/rfc6455#section-5.5 */
const LONGEST_REASON_BYTES = 123;

/** @throws {InvalidInputError} with everything that cannot be meant */
export function readShutdown(given: GracefulShutdownProps): GracefulShutdownProps {
  return settled((problems) => {
    const props = fitted(problems, given, SHUTDOWN);
    checkTimes(problems.at('timing'), props.timing);
    const bytes = Buffer.byteLength(props.reason ?? '');
    if (bytes > LONGEST_REASON_BYTES) {
      problems.add('reason', `${bytes} bytes are more than a close frame holds; give ${LONGEST_REASON_BYTES} at most`);
    }
    const { closeCode = 1012 } = props;
    if (closeCode !== 1012 && closeCode !== 1001) {
      problems.add('closeCode', `${shown(closeCode)} does not ask clients to come back; give 1012 or 1001`);
    }
    return props;
  });
}
