import type { Duplex } from 'node:stream';
import { FrameReader, frame, OPCODE } from './frames';

/** How a WebSocket ended. Without a close frame the path, or the death of a process, ended it: browsers call that 1006. */
export interface Closing {
  readonly at: number;
  /** Of the close frame; 1005 where the frame had none; 1006 where no frame came. */
  readonly code: number;
  readonly reason: string;
  readonly by: 'frame' | 'end' | 'reset' | 'us';
}

/** Characters of a message that are kept. */
const MOST_TEXT = 1_000_000;

/** A WebSocket that hides nothing: frames as they arrive, and how it ended. */
export class WireSocket {
  onText: (text: string) => void = () => {};
  /** A ping control frame came; it is answered already. */
  onPing: () => void = () => {};
  onAny: () => void = () => {};
  readonly closed: Promise<Closing>;
  private readonly stream: Duplex;
  private readonly now: () => number;
  private readonly reader = new FrameReader();
  private partial = '';
  private settle: (closing: Closing) => void = () => {};
  private over = false;

  constructor(stream: Duplex, head: Buffer, now: () => number) {
    this.stream = stream;
    this.now = now;
    this.closed = new Promise((resolve) => {
      this.settle = resolve;
    });
    stream.on('data', (chunk: Buffer) => this.take(chunk));
    stream.on('end', () => this.end({ code: 1006, reason: '', by: 'end' }));
    stream.on('close', () => this.end({ code: 1006, reason: '', by: 'end' }));
    stream.on('error', () => this.end({ code: 1006, reason: '', by: 'reset' }));
    // Whoever opened it sets its listeners first.
    if (head.length > 0) setImmediate(() => this.take(head));
  }

  send(text: string): void {
    if (!this.over) this.stream.write(frame(OPCODE.text, text));
  }

  ping(): void {
    if (!this.over) this.stream.write(frame(OPCODE.ping));
  }

  /** Says goodbye and leaves; does not wait for a server that may never answer. */
  close(): void {
    if (this.over) return;
    this.stream.write(frame(OPCODE.close, Buffer.from([3, 232])), () => this.stream.end());
    setTimeout(() => this.stream.destroy(), 500).unref();
    this.end({ code: 1000, reason: '', by: 'us' }, false);
  }

  private take(chunk: Buffer): void {
    for (const { opcode, payload, final } of this.reader.push(chunk)) {
      if (this.over) return;
      this.onAny();
      if (opcode === OPCODE.ping) {
        this.stream.write(frame(OPCODE.pong, payload));
        this.onPing();
      } else if (opcode === OPCODE.close) {
        const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
        this.end({ code, reason: payload.subarray(2).toString('utf8').slice(0, 100), by: 'frame' });
      } else if (opcode === OPCODE.text || opcode === OPCODE.continuation) {
        // Of a message that never ends, the beginning is enough.
        if (this.partial.length < MOST_TEXT) this.partial += payload.toString('utf8');
        if (!final) continue;
        const text = this.partial;
        this.partial = '';
        this.onText(text);
      }
    }
    if (this.reader.tooLong) this.end({ code: 1009, reason: '', by: 'us' });
  }

  private end(closing: Omit<Closing, 'at'>, destroy = true): void {
    if (this.over) return;
    this.over = true;
    if (destroy) this.stream.destroy();
    this.settle({ ...closing, at: this.now() });
  }
}
