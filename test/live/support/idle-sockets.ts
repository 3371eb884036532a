import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { IdleOrder, IdleState } from './idle-process';

/** A client process takes one descriptor for each connection, and must stay below what one process may open. */
const PER_PROCESS = 4000;

const processes = new Set<ChildProcess>();

/** Idle WebSockets, spread over as many processes and source addresses as they need. */
export class IdleSockets {
  private readonly parts: ChildProcess[] = [];

  /** Opens `count`, and returns when each has joined or failed. */
  async open(port: number, count: number): Promise<IdleState> {
    const states: Promise<IdleState>[] = [];
    for (let left = count; left > 0; left -= PER_PROCESS) {
      const part = fork(join(__dirname, 'idle-process.ts'), {
        execArgv: ['--require', require.resolve('tsx/cjs')],
      });
      this.parts.push(part);
      processes.add(part);
      const from = `127.0.0.${this.parts.length + 1}`;
      states.push(ask(part, { port, count: Math.min(PER_PROCESS, left), from }));
    }
    return sum(await Promise.all(states));
  }

  async state(): Promise<IdleState> {
    return sum(await Promise.all(this.parts.map((part) => ask(part, 'state'))));
  }
}

export function closeAllIdleSockets(): void {
  for (const child of processes) child.kill('SIGKILL');
  processes.clear();
}

function ask(part: ChildProcess, order: IdleOrder | 'state'): Promise<IdleState> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('a client process ended'));
    part.once('exit', ended);
    part.once('message', (state: IdleState) => {
      part.off('exit', ended);
      resolve(state);
    });
    part.send(order);
  });
}

function sum(states: readonly IdleState[]): IdleState {
  return states.reduce((total, state) => ({
    joined: total.joined + state.joined,
    refused: total.refused + state.refused,
    lost: total.lost + state.lost,
    pingsAnswered: total.pingsAnswered + state.pingsAnswered,
  }));
}
