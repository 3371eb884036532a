import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Timing } from '../../../lib/timing';
import { inFolder } from '../machine/folder';
import { api, startBeside } from './api';
import { askedThere } from './clients';
import { until } from './cluster';

/** The address of the balancer, on the network of the clients. */
const ADDRESS = '35.191.0.1';

/** Of what a balancer is told. */
export interface Balanced {
  readonly api: string;
  readonly timing: Timing;
  readonly namespace: string;
  readonly service: string;
  readonly podPort: number;
  readonly port: number;
  /** Where its nginx has its files. */
  readonly folder: string;
}

/**
 * nginx as a balancer that knows pods, as Google's do with network endpoint groups: it follows the endpoints of a Service, and keeps a client on its pod by the
 * client's address. In a process of its own: a suite waits for kubectl, and would hear of endpoints seconds late.
 */
export class Balancer {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  static async start(told: Omit<Balanced, 'api' | 'folder'>): Promise<Balancer> {
    const process = startBeside(join(__dirname, 'balancer-process.ts'));
    const balancer = new Balancer(process, `http://${ADDRESS}:${told.port}`);
    let knows = false;
    process.once('message', () => {
      knows = true;
    });
    process.send({ ...told, api: api(), folder: mkdtempSync(inFolder('balancer-')) } satisfies Balanced);
    try {
      await until('the balancer knows a pod', 30, () => knows);
      // Its nginx starts in a process of its own.
      await until('the balancer answers', 30, async () => /^(?!\w*Error$)./.test(await askedThere(balancer.url)));
    } catch (error) {
      balancer.stop();
      throw error;
    }
    return balancer;
  }

  stop(): void {
    this.process.kill('SIGKILL');
  }
}
