import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Protocol } from './protocol';

/** What became of a connection. */
export interface Ended {
  /** The code of the close frame; 1006 where there was none. */
  readonly code: number;
  /** Was the client told not to come back? */
  readonly sentAway: boolean;
  /** On the clock of `performance.now()`. */
  readonly at: number;
}

/** A WebSocket that shows everything it is sent, and answers only what it is told to. */
export interface RawClient {
  /** When pings came. */
  readonly pings: readonly number[];
  readonly ended: Promise<Ended>;
  /** Is the connection open, and was it not asked to close? */
  isOpen(): boolean;
  destroy(): void;
}

export interface RawClientProps {
  readonly url: URL;
  /** Does it answer pings and closes? */
  readonly answers: boolean;
  readonly protocol: Protocol;
}

/** The answer to a request, as far as the contract speaks of it. */
export interface Answer {
  readonly status: number;
  readonly connection: string;
  readonly retryAfter: string | undefined;
}

export function answerOf({ statusCode = 0, headers }: IncomingMessage): Answer {
  return {
    status: statusCode,
    connection: (headers.connection ?? '').toLowerCase(),
    retryAfter: headers['retry-after'],
  };
}

/** Thrown where an upgrade is answered with something else. */
export class Refused extends Error {
  constructor(readonly answer: Answer) {
    super(`answered ${answer.status} to a WebSocket`);
  }
}

const PATIENCE_MS = 3000;

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

export function connectRaw({ url, answers, protocol }: RawClientProps): Promise<RawClient> {
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false, timeout: PATIENCE_MS });
    asked.once('response', (answer) => {
      answer.resume();
      reject(new Refused(answerOf(answer)));
    });
    asked.once('upgrade', (_answer, socket, head) => {
      const { client, opened } = follow(socket, head, { answers, protocol });
      opened.then(() => resolve(client), reject);
    });
    asked.once('timeout', () => asked.destroy(new Error('did not answer a WebSocket within 3 s')));
    asked.once('error', reject).end();
  });
}

interface Followed {
  readonly client: RawClient;
  /** Resolves once the session is open; for plain WebSockets that is at once. */
  readonly opened: Promise<void>;
}

function follow(socket: Duplex, head: Buffer, { answers, protocol }: Omit<RawClientProps, 'url'>): Followed {
  const { messages } = protocol;
  const pings: number[] = [];
  let code = 1006;
  let sentAway = false;
  let closing = false;
  let unread: Buffer = Buffer.alloc(0);
  let open = () => {};
  const say = (text: string) => void socket.write(clientFrame(TEXT, Buffer.from(text)));
  const hear = (message: string) => {
    const meaning = messages?.read(message);
    if (meaning === 'opened') {
      say(messages?.join ?? '');
      open();
    }
    if (meaning === 'ping') {
      pings.push(performance.now());
      if (answers) say(messages?.pong ?? '');
    }
    if (meaning === 'sent away') sentAway = true;
  };
  const read = (data: Buffer) => {
    unread = Buffer.concat([unread, data]);
    for (let frame = takeFrame(unread); frame !== undefined; frame = takeFrame(unread)) {
      unread = frame.rest;
      if (frame.opcode === TEXT) hear(frame.payload.toString());
      if (frame.opcode === PING) {
        if (messages === undefined) pings.push(performance.now());
        if (answers) socket.write(clientFrame(PONG, frame.payload));
      }
      if (frame.opcode === CLOSE) {
        code = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 1005;
        closing = true;
        if (answers) socket.write(clientFrame(CLOSE, frame.payload.subarray(0, 2)));
      }
    }
  };
  const ended = new Promise<Ended>((resolve) => {
    socket.on('data', (data: Buffer) => {
      read(data);
      if (closing) resolve({ code, sentAway, at: performance.now() });
    });
    socket.once('close', () => resolve({ code, sentAway, at: performance.now() }));
  });
  const opened = new Promise<void>((resolve, reject) => {
    if (messages === undefined) return resolve();
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`a WebSocket was opened, and no session of Socket.IO in it within ${PATIENCE_MS / 1000} s`));
    }, PATIENCE_MS);
    open = () => {
      clearTimeout(late);
      resolve();
    };
    void ended.then((end) => {
      clearTimeout(late);
      reject(new Error(`a WebSocket was closed with ${end.code} before a session of Socket.IO was open in it`));
    });
  });
  socket.on('error', () => {});
  if (head.length > 0) read(head);
  const client = { pings, ended, isOpen: () => !closing && !socket.destroyed, destroy: () => void socket.destroy() };
  return { client, opened };
}

/** The first whole frame of a server, which does not mask. */
function takeFrame(data: Buffer): { opcode: number; payload: Buffer; rest: Buffer } | undefined {
  if (data.length < 2) return undefined;
  const short = (data[1] as number) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (data.length < 2 + extra) return undefined;
  const length = extra === 2 ? data.readUInt16BE(2) : extra === 8 ? Number(data.readBigUInt64BE(2)) : short;
  const end = 2 + extra + length;
  if (data.length < end) return undefined;
  return { opcode: (data[0] as number) & 0x0f, payload: data.subarray(2 + extra, end), rest: data.subarray(end) };
}

/** A short frame as a client sends it: masked, with a mask of zeros. */
function clientFrame(opcode: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
