import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Swarm } from '../../live/support/swarm';
import { sandbox } from '../machine/sandbox';
import { watch } from './api';
import { startNode } from './clients';
import { ContainerEvents } from './containers';
import { readyAddresses, slicesOf } from './lists';
import { type Life, PodWatch } from './pods';

/** What `/ready` of a pod answered, and since when. 0: nothing answered. */
export interface Look {
  readonly at: number;
  readonly url: string;
  readonly status: number;
}

/** Sees everything that happens to the pods of one namespace: from the API server, from containerd, and from where clients are. */
export class Observer {
  readonly pods: PodWatch;
  readonly containers = new ContainerEvents();
  readonly looks: Look[] = [];
  /** When an address stopped being one that a Service sends to. */
  readonly removed = new Map<string, number>();
  private readonly looker: ChildProcess;
  private readonly looking = new Set<string>();
  private readonly timer: NodeJS.Timeout;
  private readonly ends: (() => void)[] = [];

  constructor(
    readonly namespace: string,
    application: string,
    service: string,
    readonly port = 8080,
  ) {
    if (sandbox() === undefined) throw new Error('only the cluster of npm run cluster:up can be observed');
    this.pods = new PodWatch(namespace, application);
    this.looker = startNode(
      ['--require', require.resolve('tsx/cjs'), join(__dirname, 'looker-process.ts')],
      ['ignore', 'inherit', 'inherit', 'ipc'],
    );
    this.looker.on('message', (look: Look) => this.looks.push(look));
    this.timer = setInterval(() => this.lookAtAll(), 200);
    const ready = new Set<string>();
    this.ends.push(
      watch(slicesOf(namespace, service), ({ object, at }) => {
        const now = readyAddresses(object);
        for (const address of ready) if (!now.includes(address)) this.removed.set(address, at);
        ready.clear();
        for (const address of now) ready.add(address);
      }),
    );
  }

  /** When `/ready` of a pod first refused. */
  unready({ address, deleted }: Life): number | undefined {
    return this.looks.find(
      ({ url, status, at }) => url === this.url(address) && status === 503 && at >= (deleted ?? Number.NaN),
    )?.at;
  }

  stop(): void {
    clearInterval(this.timer);
    for (const end of this.ends) end();
    this.pods.stop();
    this.containers.stop();
    this.looker.kill('SIGKILL');
  }

  private url(address: string | undefined): string {
    return `http://${address}:${this.port}/ready`;
  }

  private lookAtAll(): void {
    if (!this.looker.connected) return;
    for (const { address, gone } of this.pods.lives) {
      if (address === undefined) continue;
      const url = this.url(address);
      const look = gone === undefined;
      if (this.looking.has(url) === look) continue;
      if (look) this.looking.add(url);
      else this.looking.delete(url);
      this.looker.send({ url, look });
    }
  }
}

/** What the clients of several swarms went through. */
export async function clientsOf(...swarms: readonly Swarm[]) {
  const answers = await Promise.all(swarms.map((swarm) => swarm.order({ do: 'state', full: true })));
  return { answers, clients: answers.flatMap(({ clients }) => clients) };
}
