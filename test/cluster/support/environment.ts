import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { TestEnvironment } from 'jest-environment-node';
import { LOCK } from '../machine/lock';
import { OWN } from './cluster';

/** Suites that take the whole cluster, or judge clients by the second; all others run beside each other. */
const ALONE: readonly string[] = ['clients.test.ts', 'outage.test.ts'];

/** A suite begins when the cluster is there for it. The wait counts to no test. */
export default class ClusterEnvironment extends TestEnvironment {
  private turn: ChildProcess | undefined;
  private readonly alone: boolean;

  constructor(...[config, context]: ConstructorParameters<typeof TestEnvironment>) {
    super(config, context);
    this.alone = ALONE.includes(basename(context.testPath));
  }

  override async setup(): Promise<void> {
    await super.setup();
    if (!OWN) return;
    const how = this.alone ? '--exclusive' : '--shared';
    // A lock of the kernel, which is given back however this process ends.
    const turn = spawn('setpriv', ['--pdeathsig=KILL', 'flock', '--no-fork', how, `${LOCK}.suites`, 'cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.turn = turn;
    turn.stdin.write('\n');
    await once(turn.stdout, 'data');
  }

  override async teardown(): Promise<void> {
    this.turn?.kill('SIGKILL');
    await super.teardown();
  }
}
