import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { ShutdownNotice } from '../../lib/server';

/**
 * How a client comes back: soon, then less and less often, and never at the same moment as everybody else.
 *
 * @see https://socket.io/docs/v4/client-options/#reconnection
 */
export const CLIENT_OPTIONS = {
  reconnection: true,
  reconnectionAttempts: Number.POSITIVE_INFINITY,
  reconnectionDelay: 1000,
  reconnectionDelayMax: 10_000,
  // Each delay is taken at random from its half to one and a half times it.
  randomizationFactor: 0.5,
  // A message is sent again until the server says that it has it, over as many connections as that takes.
  ackTimeout: 5000,
  retries: 100,
} as const satisfies Partial<ManagerOptions & SocketOptions>;

/** How many messages a replica may be behind the one before, as on a volume that others see seconds later, and nothing is handed out twice. */
const REMEMBERED = 1000;

export interface ChatMessage {
  readonly id: string;
  readonly text: string;
  readonly cursor: number;
}

export interface ChatClientProps {
  readonly onMessage?: (message: ChatMessage) => void;
  /** The connection will be closed soon and comes back by itself: a place for a small sign on the screen. */
  readonly onShutdown?: (notice: ShutdownNotice) => void;
  /** Connected, to this pod. */
  readonly onWelcome?: (pod: string) => void;
}

/**
 * A chat client that loses no message: it remembers how far it has read and says so whenever it connects, to whichever pod.
 *
 * @example
 * const socket = chatClient('https://chat.example.com', { onMessage: ({ text }) => console.log(text) });
 * await socket.emitWithAck('message', { id: randomUUID(), text: 'hello' });
 */
export function chatClient(
  url: string,
  props: ChatClientProps = {},
  options: Partial<ManagerOptions & SocketOptions> = {},
): Socket {
  let cursor: number | undefined;
  const handedOut = new Set<string>();
  const socket = io(url, { ...CLIENT_OPTIONS, ...options, auth: (send) => send({ cursor }) });
  socket.on('welcome', (welcome: { pod: string; cursor: number }) => {
    cursor = welcome.cursor;
    props.onWelcome?.(welcome.pod);
  });
  socket.on('message', (message: ChatMessage) => {
    // Sent again, or replayed and live at once: what was read already is behind the cursor.
    if (cursor !== undefined && message.cursor <= cursor) return;
    cursor = message.cursor;
    // The replica that came after may not have read as far yet, and says it as news.
    if (handedOut.has(message.id)) return;
    handedOut.add(message.id);
    const [oldest = ''] = handedOut;
    if (handedOut.size > REMEMBERED) handedOut.delete(oldest);
    props.onMessage?.(message);
  });
  socket.on('server_shutdown', (notice: ShutdownNotice) => props.onShutdown?.(notice));
  socket.on('disconnect', (reason) => {
    // The one reason after which Socket.IO does not come back by itself: some server says `disconnect(true)`.
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 1000 + Math.random() * 4000);
  });
  return socket;
}
