import { spawn } from 'node:child_process';
import { gunzipSync } from 'node:zlib';

/** How a program that was run ended. */
export interface Ran {
  /** Its exit status; -1 where it could not be started or was stopped. */
  readonly status: number;
  /** What it printed; unpacked where that is compressed. */
  readonly out: string;
  readonly err: string;
  /** It is not installed. */
  readonly missing: boolean;
  /** It did not end in its time, and was stopped. */
  readonly late?: boolean;
}

/** Runs a program without a shell and waits for its end. Never throws: that it failed is an answer. */
export type Run = (
  program: string,
  args: readonly string[],
  signal: AbortSignal,
  environment?: Environment,
) => Promise<Ran>;

/** Variables that a child finds. @default - those of this process */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How long a program may take: one that waits for a login that nobody gives would wait for ever. */
const MOST_MS = 20_000;

/** The most that is kept of what a program prints. */
const MOST_BYTES = 1 << 26;

export const run: Run = (program, args, signal, environment) =>
  new Promise((resolve) => {
    const child = started(() =>
      spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'], signal, ...given(environment) }),
    );
    if (typeof child === 'string') return resolve({ status: -1, out: '', err: child, missing: false });
    const out: Buffer[] = [];
    let size = 0;
    let err = '';
    const ended = (ran: Ran) => {
      clearTimeout(timer);
      // What it started itself may hold its pipes open for as long as it likes.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(ran);
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      ended({ status: -1, out: '', err: `it did not end within ${MOST_MS / 1000} s`, missing: false, late: true });
    }, MOST_MS);
    child.stdout.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= MOST_BYTES) out.push(part);
      else child.kill();
    });
    child.stderr.on('data', (part: Buffer) => {
      err = (err + part.toString()).slice(-4000);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      // Asked to end because time is over, it may not listen.
      child.kill('SIGKILL');
      ended({ status: -1, out: '', err: error.message, missing: error.code === 'ENOENT' });
    });
    child.on('close', (status) =>
      ended({ status: status ?? -1, out: textOf(Buffer.concat(out)), err, missing: false }),
    );
  });

/** The child, or why there is none: Node refuses some arguments, such as those with a NUL, before it asks the system. */
function started<T>(start: () => T): T | string {
  try {
    return start();
  } catch (error) {
    return (error as Error).message;
  }
}

/** What was printed; a log that comes compressed is unpacked. */
function textOf(printed: Buffer): string {
  const zipped = printed[0] === 0x1f && printed[1] === 0x8b;
  try {
    return (zipped ? gunzipSync(printed, { maxOutputLength: MOST_BYTES }) : printed).toString();
  } catch {
    // Broken off, or larger than anybody reads.
    return '';
  }
}

/** The environment of a child, for `spawn`. */
export function given(environment: Environment | undefined): { readonly env?: NodeJS.ProcessEnv } {
  return environment === undefined ? {} : { env: { ...environment } };
}
