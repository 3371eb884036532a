import { checkHeartbeat } from './props';
import type { ServerTiming } from './server-timing';
import type { WebSocketLike, WebSocketServerLike } from './web-sockets';

export interface HeartbeatProps {
  /** Hears of each answered ping: how long the answer took, in milliseconds. @default - nobody listens */
  readonly onPong?: (latencyMs: number) => void;
  /** Hears of each connection that is given up, before it is. @default - nobody listens */
  readonly onDead?: (socket: WebSocketLike) => void;
}

/** A heartbeat that runs. */
export interface Heartbeat {
  /** Pings one more connection: with `noServer` and without `clientTracking` nobody else tells. */
  watch(socket: WebSocketLike): void;
  stop(): void;
}

const OPEN = 1;

/** How often the connections are looked through: each ping is late by this at the most, and each end by twice as much. */
const LOOKS_PER_INTERVAL = 10;
const RAREST_LOOK_MS = 1000;

interface Pulse {
  /** When the next ping is due; or, where one is out, when it was sent. */
  at: number;
  waiting: boolean;
  /** Was it not ended at the first look, because nobody may have read its answer? */
  spared: boolean;
}

/**
 * The heartbeat of plain WebSockets, by the same timing as everything between here and the client: pings each connection of a `ws` server
 * `heartbeatIntervalMs` after its last answer, and ends it when no answer comes within `heartbeatGraceMs`. It keeps connections from being
 * silent for longer than a balancer allows, and finds those whose other side is gone without a word. Browsers answer by themselves.
 *
 * It does not keep the process alive.
 *
 * @throws {InvalidInputError} for what is no server of `ws`, and for times that cannot be meant
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2
 * @example
 * heartbeat(webSockets, timingFromEnvironment());
 */
export function heartbeat(server: WebSocketServerLike, timing: ServerTiming, props: HeartbeatProps = {}): Heartbeat {
  checkHeartbeat(server, timing);
  const { heartbeatIntervalMs: interval, heartbeatGraceMs: grace } = timing;
  const pulses = new Map<WebSocketLike, Pulse>();

  const watch = (socket: WebSocketLike) => {
    if (pulses.has(socket)) return;
    const pulse: Pulse = { at: performance.now() + interval, waiting: false, spared: false };
    pulses.set(socket, pulse);
    socket.on('close', () => pulses.delete(socket));
    socket.on('pong', () => {
      if (!pulse.waiting) return;
      const now = performance.now();
      props.onPong?.(now - pulse.at);
      pulse.waiting = false;
      pulse.at = now + interval;
    });
  };

  const every = Math.max(1, Math.min(RAREST_LOOK_MS, Math.min(interval, grace) / LOOKS_PER_INTERVAL));
  const look = () => {
    for (const socket of server.clients ?? []) watch(socket);
    const now = performance.now();
    for (const [socket, pulse] of pulses) {
      if (!pulse.waiting && now >= pulse.at && socket.readyState === OPEN) {
        pulse.waiting = true;
        pulse.spared = false;
        pulse.at = now;
        socket.ping();
      } else if (pulse.waiting && now - pulse.at >= grace) {
        // Timers come before the network: after a stall, a short one too, everybody seems silent whose answer waits to be read.
        if (!pulse.spared) {
          pulse.spared = true;
          continue;
        }
        props.onDead?.(socket);
        socket.terminate();
      }
    }
  };

  server.on('connection', watch);
  const timer = setInterval(look, every).unref();
  return { watch, stop: () => clearInterval(timer) };
}
