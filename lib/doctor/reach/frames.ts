import { randomBytes } from 'node:crypto';

/** @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly final: boolean;
}

/** A frame as a client sends it: masked. */
export function frame(opcode: number, payload: string | Buffer = ''): Buffer {
  const data = Buffer.from(payload);
  const mask = randomBytes(4);
  const length =
    data.length < 126
      ? Buffer.from([0x80 | data.length])
      : data.length < 65_536
        ? Buffer.from([0x80 | 126, data.length >> 8, data.length & 255])
        : Buffer.concat([Buffer.from([0x80 | 127]), big(data.length)]);
  const masked = Buffer.from(data.map((byte, i) => byte ^ (mask[i % 4] as number)));
  return Buffer.concat([Buffer.from([0x80 | opcode]), length, mask, masked]);
}

function big(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

/** Bytes of the longest frame that is waited for: whoever announces more says nothing that the doctor has to hear. */
const MOST_BYTES = 4_000_000;

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  private rest = Buffer.alloc(0);
  /** A frame was announced that is too long to be waited for; nothing that follows can be read. */
  tooLong = false;

  push(chunk: Buffer): Frame[] {
    if (this.tooLong) return [];
    this.rest = Buffer.concat([this.rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const one = this.take();
      if (one === undefined) return frames;
      frames.push(one);
    }
  }

  private take(): Frame | undefined {
    const { rest } = this;
    if (rest.length < 2) return undefined;
    const first = rest[0] as number;
    const second = rest[1] as number;
    let length = second & 127;
    let at = 2;
    if (length === 126) {
      if (rest.length < 4) return undefined;
      length = rest.readUInt16BE(2);
      at = 4;
    } else if (length === 127) {
      if (rest.length < 10) return undefined;
      length = Number(rest.readBigUInt64BE(2));
      at = 10;
    }
    if (length > MOST_BYTES) {
      this.tooLong = true;
      this.rest = Buffer.alloc(0);
      return undefined;
    }
    const masked = (second & 128) !== 0;
    const start = at + (masked ? 4 : 0);
    if (rest.length < start + length) return undefined;
    let payload = rest.subarray(start, start + length);
    if (masked) {
      const mask = rest.subarray(at, at + 4);
      payload = Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] as number)));
    }
    this.rest = rest.subarray(start + length);
    return { opcode: first & 15, payload, final: (first & 128) !== 0 };
  }
}
