/** What a message of the server means to its client. */
export type Meaning = 'opened' | 'ping' | 'sent away';

/** What a server speaks inside its WebSockets, as far as the contract goes. */
export interface Protocol {
  /** Where a WebSocket is opened. */
  readonly webSocket: (path: URL) => URL;
  /** Where a session is opened without one. @default - nowhere */
  readonly polling?: (path: URL) => URL;
  /** Its messages and what clients say to them. @default - messages mean nothing, and pings are frames */
  readonly messages?: {
    readonly read: (message: string) => Meaning | undefined;
    /** Said once the session is open. */
    readonly join: string;
    readonly pong: string;
  };
  /** Is this how a connection is to be closed? */
  readonly closesWith: (code: number) => boolean;
}

/** RFC 6455 and nothing else: the code of the close alone says whether clients come back. */
export const PLAIN: Protocol = {
  webSocket: (path) => path,
  closesWith: (code) => code === 1012 || code === 1001,
};

/**
 * Engine.IO 4 with Socket.IO 5 in it. Its client comes back after any close of the transport; a connection that broke without one (1006) was
 * cut and not closed.
 *
 * @see https://socket.io/docs/v4/engine-io-protocol/
 */
export const SOCKET_IO: Protocol = {
  webSocket: (path) => engine(path, 'websocket'),
  polling: (path) => engine(path, 'polling'),
  messages: {
    read: (message) => {
      if (message.startsWith('0')) return 'opened';
      if (message === '2') return 'ping';
      // A disconnect of Socket.IO, after which its client stays away.
      return message.startsWith('41') ? 'sent away' : undefined;
    },
    join: '40',
    pong: '3',
  },
  closesWith: (code) => code !== 1006,
};

/** Is this the path of Socket.IO, unless somebody gave it another? */
export function isSocketIoPath(path: string): boolean {
  return /^\/socket\.io(?:[/?]|$)/.test(path);
}

function engine(path: URL, transport: string): URL {
  const url = new URL(path);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.searchParams.set('EIO', '4');
  url.searchParams.set('transport', transport);
  return url;
}
