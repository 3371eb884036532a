import { spawn } from 'node:child_process';

/** How a program that was run ended. */
export interface Ran {
  /** Its exit status; -1 where it could not be started or was stopped. */
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** It is not installed. */
  readonly missing: boolean;
}

/** Runs a program without a shell and waits for its end. Never throws: that it failed is an answer. */
export type Run = (program: string, args: readonly string[], signal: AbortSignal) => Promise<Ran>;

/** The most that is kept of what a program prints. */
const MOST_BYTES = 1 << 26;

export const run: Run = (program, args, signal) =>
  new Promise((resolve) => {
    const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'], signal });
    const out: Buffer[] = [];
    let size = 0;
    let err = '';
    child.stdout.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= MOST_BYTES) out.push(part);
      else child.kill();
    });
    child.stderr.on('data', (part: Buffer) => {
      err = (err + part.toString()).slice(-4000);
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ status: -1, out: '', err: error.message, missing: error.code === 'ENOENT' }),
    );
    child.on('close', (status) =>
      resolve({ status: status ?? -1, out: Buffer.concat(out).toString(), err, missing: false }),
    );
  });
