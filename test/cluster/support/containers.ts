import type { ChildProcess } from 'node:child_process';
import { startInside } from '../machine/sandbox';

/** What containerd did, to a hundredth of a second. */
export interface ContainerEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: 'started' | 'exited' | 'hook started' | 'hook ended' | 'out of memory';
  readonly container: string;
  /** The code it exited with. */
  readonly code?: number;
}

/** Follows the events of all containers of the node. */
export class ContainerEvents {
  readonly all: ContainerEvent[] = [];
  private readonly process: ChildProcess;

  constructor() {
    this.process = startInside(
      'ctr',
      ['--address=/run/containerd.sock', '--namespace=k8s.io', 'events'],
      ['ignore', 'pipe', 'inherit'],
      false,
    );
    let rest = '';
    this.process.stdout?.setEncoding('utf8');
    this.process.stdout?.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = eventOf(line);
        if (event !== undefined) this.all.push(event);
      }
    });
    running.add(this);
  }

  /** Of one container, in order. */
  of(container: string): readonly ContainerEvent[] {
    return this.all.filter((event) => event.container === container);
  }

  stop(): void {
    running.delete(this);
    // nsenter waits for its child, which hears nothing of it.
    this.process.kill('SIGKILL');
  }
}

const running = new Set<ContainerEvents>();

const LINE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d* \+0000 UTC \S+ (\S+) (\{.*\})$/;

function eventOf(line: string): ContainerEvent | undefined {
  const [, day, time, topic, json] = LINE.exec(line) ?? [];
  if (json === undefined) return undefined;
  const at = Date.parse(`${day}T${time}Z`);
  const said = JSON.parse(json) as { container_id?: string; id?: string; exec_id?: string; exit_status?: number };
  const container = said.container_id;
  if (container === undefined) return undefined;
  const isHook = said.id !== undefined && said.id !== container;
  switch (topic) {
    case '/tasks/start':
      return { at, what: 'started', container };
    case '/tasks/exec-started':
      return { at, what: 'hook started', container };
    case '/tasks/exit':
      return { at, what: isHook ? 'hook ended' : 'exited', container, code: said.exit_status ?? 0 };
    case '/tasks/oom':
      return { at, what: 'out of memory', container };
    default:
      return undefined;
  }
}
