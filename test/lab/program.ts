import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { tookMs } from '../standstill';

const ROOT = join(__dirname, '..', '..');

export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  /** From the first line of progress, or from the start where there is none, to the end; without the time in which this process stood still. */
  readonly seconds: number;
}

export interface Program {
  readonly child: ChildProcess;
  readonly done: Promise<Run>;
  /** What it has printed so far. */
  readonly out: () => string;
  /** Resolves when it has said this; rejects when it ends before. */
  says(text: string): Promise<void>;
}

/** A program of this repository in a process of its own, and in a group of its own, as a terminal would start it. What is typed is `input`; `null` types nothing, and stays. */
export function program(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  input?: string | null,
): Program {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', join(ROOT, file), ...args], {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  let begun = Date.now();
  const hearing = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const hear of hearing) hear();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (err === '') begun = Date.now();
    err += text;
    for (const hear of hearing) hear();
  });
  if (typeof input === 'string') child.stdin?.end(input);
  const done = new Promise<Run>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, out, err, seconds: tookMs(begun) / 1000 })),
  );
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const hear = () => {
        if (!out.includes(text) && !err.includes(text)) return;
        hearing.delete(hear);
        resolve();
      };
      hearing.add(hear);
      hear();
      void done.then(() => reject(new Error(`it never said "${text}"\n${out}${err}`)));
    });
  return { child, done, says, out: () => out };
}

export const doctor = (args: readonly string[], env?: NodeJS.ProcessEnv): Program =>
  program('lib/cli/main.ts', ['doctor', ...args], env);
