import { closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Message {
  /** Chosen by the sender, who may send it again when no answer came: the same id is the same message. */
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly at: number;
}

/** A message and the place behind it: whoever has seen it continues from there. */
export interface Entry {
  readonly message: Message;
  readonly cursor: number;
}

/** What somebody missed. */
export interface Missed {
  readonly entries: readonly Entry[];
  /** Is nothing of it too old? */
  readonly complete: boolean;
}

/** What a check of the database found. */
export interface DatabaseCheck {
  readonly latencyMs: number;
  readonly operations: readonly string[];
  readonly errors: readonly string[];
}

/** How far apart the places are whose age is known: what is read for one client at the most beyond what it missed. */
const MARK_EVERY_BYTES = 65_536;

/** How often new lines are looked for: far below the second that people notice, far above what a disk minds. */
const LOOK_EVERY_MS = 20;

/** A probe waits 3 s for an answer; it must get one, and not silence, when the disk hangs. */
const CHECK_TIMEOUT_MS = 2000;

/**
 * The chat's database: one file that all replicas append to and follow, on a volume they share. It carries messages from pod to pod and
 * keeps them for clients that were away. A larger system would have Redis Streams here; what the server needs of it is this class.
 */
export class MessageLog {
  private readonly folder: string;
  private readonly reader: number;
  private readonly writer: Promise<FileHandle>;
  /** Writes that are under way, by the message's id. */
  private readonly writes = new Map<string, Promise<void>>();
  /** Every message that is stored, by its id, with the place behind where it stands first. */
  private readonly stored = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;
  private onEntry: (entry: Entry) => void;
  private partial = Buffer.alloc(0);
  private end = 0;
  /** Places in the log, and when the last message before each was said. */
  private readonly marks: { readonly cursor: number; readonly at: number }[] = [];
  private latest = 0;
  private unreadable: Error | undefined;

  constructor(folder: string, onEntry: (entry: Entry) => void) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    const file = join(folder, 'messages.jsonl');
    this.writer = open(file, 'a');
    this.reader = openSync(file, 'a+');
    // What was said before is not news, but has to be known when it is sent again.
    this.onEntry = () => {};
    this.catchUp();
    this.onEntry = onEntry;
    this.timer = setInterval(() => this.follow(), LOOK_EVERY_MS).unref();
  }

  /** A volume that cannot be read for a moment is an answer of {@link check}, and the end of nobody's connection. */
  private follow(): void {
    try {
      this.catchUp();
      this.unreadable = undefined;
    } catch (error) {
      if (this.unreadable === undefined) console.error(error);
      this.unreadable = error as Error;
    }
  }

  /** The place up to which messages were handed to `onEntry`. */
  get cursor(): number {
    return this.end - this.partial.length;
  }

  /**
   * Stores a message once, however often it is sent: whoever got no answer sends it again, to any replica. It is stored once this returns;
   * small appends to one file never mix on a file system of one machine. NFS promises that for one client only: README.md.
   */
  async append(message: Message): Promise<void> {
    // Another replica may have stored it, and been gone before its answer was.
    this.catchUp();
    if (this.stored.has(message.id)) return;
    let write = this.writes.get(message.id);
    if (write === undefined) {
      // On a line of its own: what another write left behind when the disk was full may have no end.
      write = this.writer.then((file) => file.appendFile(`\n${JSON.stringify(message)}\n`));
      this.writes.set(message.id, write);
    }
    try {
      await write;
    } finally {
      this.writes.delete(message.id);
    }
  }

  /**
   * What was said after `cursor`, and not before the moment `oldest`, and was handed out already; the rest is still to come. What is older is not read, or
   * whoever asks for everything would hold up everybody else.
   */
  since(cursor: number, oldest = 0): Missed {
    const from = Math.max(cursor, this.marks.filter(({ at }) => at < oldest).at(-1)?.cursor ?? 0);
    const missed = [...entries(this.read(from, this.cursor), from)].filter((entry) => this.isFirst(entry));
    const kept = missed.filter(({ message }) => message.at >= oldest);
    return { entries: kept, complete: from === cursor && kept.length === missed.length };
  }

  /** Hands out everything that is there. */
  catchUp(): void {
    const start = this.cursor;
    const text = Buffer.concat([this.partial, this.read(this.end, Number.POSITIVE_INFINITY)]);
    const complete = text.lastIndexOf(0x0a) + 1;
    this.partial = text.subarray(complete);
    this.end = start + text.length;
    for (const entry of entries(text.subarray(0, complete), start)) {
      if (!this.stored.has(entry.message.id)) this.stored.set(entry.message.id, entry.cursor);
      this.latest = Math.max(this.latest, entry.message.at);
      if (entry.cursor - (this.marks.at(-1)?.cursor ?? 0) >= MARK_EVERY_BYTES)
        this.marks.push({ cursor: entry.cursor, at: this.latest });
      if (this.isFirst(entry)) this.onEntry(entry);
    }
  }

  /** Two replicas that were sent the same message at the same moment both store it; everybody reads the first one only. */
  private isFirst({ message, cursor }: Entry): boolean {
    return this.stored.get(message.id) === cursor;
  }

  /** Reads and writes for real: a volume that is gone, full or read-only is found here. */
  async check(): Promise<DatabaseCheck> {
    const began = performance.now();
    const done: string[] = [];
    const errors: string[] = [];
    const probe = join(this.folder, `probe-${process.pid}`);
    const steps = async () => {
      await writeFile(probe, 'x');
      done.push('write');
      await readFile(probe);
      done.unshift('read');
    };
    let late: NodeJS.Timeout | undefined;
    const timeout = new Promise((_resolve, reject) => {
      late = setTimeout(() => reject(new Error('Connection timeout')), CHECK_TIMEOUT_MS);
    });
    await Promise.race([steps(), timeout]).catch((error: Error) => errors.push(error.message));
    clearTimeout(late);
    if (this.unreadable !== undefined) errors.push(this.unreadable.message);
    return { latencyMs: Math.round(performance.now() - began), operations: done, errors };
  }

  /** Waits until everything is written. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.allSettled(this.writes.values());
    const file = await this.writer;
    await file.sync();
    await file.close();
    closeSync(this.reader);
  }

  private read(from: number, to: number): Buffer {
    const parts: Buffer[] = [];
    for (let at = from; at < to; ) {
      const part = Buffer.alloc(Math.min(65_536, to - at));
      const length = readSync(this.reader, part, 0, part.length, at);
      if (length === 0) break;
      parts.push(part.subarray(0, length));
      at += length;
    }
    return Buffer.concat(parts);
  }
}

/** Whole lines as entries. A line that is none, because a disk was full in the middle of it, is passed over. */
function* entries(text: Buffer, start: number): Generator<Entry> {
  let from = 0;
  for (let to = text.indexOf(0x0a); to !== -1; to = text.indexOf(0x0a, from)) {
    const line = text.toString('utf8', from, to);
    from = to + 1;
    if (line === '') continue;
    try {
      yield { message: JSON.parse(line) as Message, cursor: start + from };
    } catch {
      // The cursor of the next line covers it.
    }
  }
}
