import { createHash, randomBytes } from 'node:crypto';
import type * as http from 'node:http';

/** What came back of an answer. */
export interface Read {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly size: number;
}

export async function readAll(response: http.IncomingMessage): Promise<Read> {
  let size = 0;
  let body = '';
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (body.length < 65_536) body += chunk.toString('utf8');
    if (size > 4_000_000) break;
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body, size };
}

/** How long the rest of a refusal is waited for. */
const REST_MS = 1000;

/** Who asked for a WebSocket, and is answered with something else, knows enough: a body that never ends holds nobody up. */
export async function readSome(response: http.IncomingMessage): Promise<Read> {
  let read: Read = { status: response.statusCode ?? 0, headers: response.headers, body: '', size: 0 };
  const timer = setTimeout(() => response.destroy(), REST_MS);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      read = { ...read, body: read.body + chunk.toString('utf8'), size: read.size + chunk.length };
      if (read.size > 65_536) break;
    }
  } catch {
    // Broken off, by us or by whoever wrote it; what it began with is the answer.
  }
  clearTimeout(timer);
  return read;
}

export const webSocketKey = (): string => randomBytes(16).toString('base64');

/** Whether somebody answered who has read the key. @see https://www.rfc-editor.org/rfc/rfc6455#section-4.1 */
export function accepts(key: string, { headers }: http.IncomingMessage): boolean {
  const expected = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return headers['sec-websocket-accept'] === expected;
}
