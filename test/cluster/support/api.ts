import { type ChildProcess, fork } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Change } from './lists';

/** Where `kubectl proxy` lets a suite speak with the API server; the setup of the suites starts it. */
export const api = (): string => process.env.HOLDFAST_API ?? 'http://127.0.0.1:1';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What the API server warns of. */
  readonly warnings: readonly string[];
}

/** One request to the API server. */
export function call(method: string, path: string, body?: object, type = 'application/json'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${api()}${path}`, { method, headers: { 'Content-Type': type } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(parts).toString(),
          warnings: [response.headers.warning ?? []].flat(),
        }),
      );
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Starts a program of this folder in a process of its own. */
export function startBeside(program: string, ...args: readonly string[]): ChildProcess {
  return fork(program, args, { execArgv: ['--require', require.resolve('tsx/cjs')] });
}

const watches = new Map<number, (change: Change) => void>();
let watcher: ChildProcess | undefined;
let watchesSoFar = 0;

/**
 * Follows a list. `onChange` hears of every change and when it was told: to a process of its own, since a suite waits for kubectl and would take the times from when it is
 * done. Returns what ends it.
 */
export function watch(path: string, onChange: (change: Change) => void): () => void {
  if (watcher === undefined) {
    watcher = startBeside(join(__dirname, 'watch-process.ts'), api());
    watcher.on('message', ({ id, ...change }: Change & { id: number }) => watches.get(id)?.(change));
  }
  const id = ++watchesSoFar;
  watches.set(id, onChange);
  watcher.send({ id, path });
  return () => {
    if (!watches.delete(id)) return;
    if (watches.size > 0) return void watcher?.send({ id });
    watcher?.kill('SIGKILL');
    watcher = undefined;
  };
}
