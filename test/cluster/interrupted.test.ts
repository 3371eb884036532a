import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from './machine/folder';
import { needsNode, sleep, until } from './support/cluster';

/** What was started ends at once; two busy cores need a while to find that out. */
const ENDED_SECONDS = 30;

/** A second cluster, in a folder and on a network of its own, so that the one of the suites goes on. */
class Second {
  private readonly around = join(tmpdir(), `holdfast-second-${process.pid}`);
  readonly folder = join(this.around, `cluster-${process.pid}`);
  /** The network that stands for this machine's: it is there as long as this process is. */
  private network!: ChildProcess;

  async start(): Promise<void> {
    const program = ['unshare', '--net', 'sleep', 'infinity'];
    this.network = spawn('setpriv', ['--pdeathsig=KILL', ...program], { stdio: 'ignore' });
    mkdirSync(this.around, { recursive: true });
    const own = (pid: number | 'self') => execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' });
    await until('the network is there', 10, () => own(this.network.pid as number) !== own('self'));
  }

  /** Runs a program of this checkout, in a group of its own as a terminal's commands are. */
  run(...args: readonly string[]): ChildProcess {
    const there = ['--pdeathsig=KILL', 'nsenter', `--net=/proc/${this.network.pid}/ns/net`, '--', process.execPath];
    const { KUBECONFIG: _, HOLDFAST_API: __, ...env } = process.env;
    return spawn('setpriv', [...there, ...args], {
      cwd: ROOT,
      detached: true,
      env: { ...env, HOLDFAST_CLUSTER: this.folder, HOLDFAST_MEASURED: `${this.folder}-measured` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  cluster(command: 'up' | 'down'): ChildProcess {
    return this.run('--require', 'tsx/cjs', 'test/cluster/cluster.ts', command);
  }

  /** What runs, by the folder that it was told of. Those who look after containers are the cluster's. */
  processes(): readonly string[] {
    return readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid))
      .flatMap((pid) => {
        try {
          if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOLDFAST_CLUSTER=${this.folder}`)) return [];
          const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
          return line === '' || line.includes('containerd-shim') ? [] : [`${pid} ${line}`];
        } catch {
          return [];
        }
      });
  }

  /** What a cluster could change of a machine, beside its files. */
  machine(): Readonly<Record<string, unknown>> {
    const there = (...command: readonly string[]) =>
      execFileSync('nsenter', [`--net=/proc/${this.network.pid}/ns/net`, '--', ...command], {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    return {
      processes: this.processes(),
      mounts: readFileSync('/proc/self/mounts', 'utf8').split('\n'),
      addresses: there('ip', '-oneline', 'address'),
      routes: there('ip', 'route', 'show', 'table', 'all'),
      filters: there('nft', 'list', 'ruleset'),
      // Every setting, and not what only counts.
      settings: there(
        'bash',
        '-c',
        'find /proc/sys -type f -perm /200 ! -name ns_last_pid -exec grep -Hs "" {} + || true',
      ).split('\n'),
    };
  }

  /** What is left of it in files: its folder, and the control groups of its pods. */
  files(): readonly string[] {
    const groups = execFileSync('find', ['/sys/fs/cgroup', '-maxdepth', '2', '-name', basename(this.folder)]);
    return [...(existsSync(this.folder) ? [this.folder] : []), ...groups.toString().split('\n').filter(Boolean)];
  }

  stop(): void {
    this.network.kill('SIGKILL');
    rmSync(this.around, { recursive: true, force: true });
  }
}

/** What a program says, until it says `word`, and a little of what it does next. */
async function inTheMiddle(program: ChildProcess, word: RegExp, seconds: number): Promise<void> {
  let said = '';
  for (const stream of [program.stdout, program.stderr]) stream?.on('data', (text) => (said += text));
  await until(`it says ${word}`, seconds, () => {
    if (word.test(said)) return true;
    if (program.exitCode !== null) throw new Error(`it ended with ${program.exitCode}: ${said}`);
    return false;
  });
  await sleep(300);
}

async function ended(program: ChildProcess): Promise<number | null> {
  if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
  return program.exitCode;
}

needsNode('what is interrupted', () => {
  const second = new Second();
  let before: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    await second.start();
    before = second.machine();
    expect(before).toMatchObject({ processes: [] });
  });

  afterAll(async () => {
    await ended(second.cluster('down'));
    second.stop();
  });

  const nothingIsLeft = async () => {
    await until('everything has ended', ENDED_SECONDS, () => second.processes().length === 0);
    // The kernel takes a network apart after its last process.
    await until('the network is gone', ENDED_SECONDS, () => second.machine().routes === before.routes);
    expect(second.machine()).toEqual(before);
  };

  test.each([/namespaces and folder/, /images/])(
    'cluster:up at "%s" from a terminal leaves nothing',
    async (moment) => {
      const up = second.cluster('up');
      await inTheMiddle(up, moment, 120);
      process.kill(-(up.pid as number), 'SIGINT');
      expect(await ended(up)).toBe(1);
      await nothingIsLeft();
      expect(second.files()).toEqual([]);
    },
    200_000,
  );

  test('cluster:up that is killed leaves files, which cluster:down removes', async () => {
    const up = second.cluster('up');
    await inTheMiddle(up, /images/, 120);
    expect(second.machine()).not.toEqual(before);
    up.kill('SIGKILL');
    await nothingIsLeft();
    expect(await ended(second.cluster('down'))).toBe(0);
    expect(second.files()).toEqual([]);
  }, 200_000);

  test('a suite that is killed leaves the cluster as it was, and cluster:down leaves nothing of either', async () => {
    const up = second.cluster('up');
    await inTheMiddle(up, /node is ready/, 180);
    expect(await ended(up)).toBe(0);
    const idle = second.processes();
    expect(idle.length).toBeGreaterThan(8);
    const suite = second.run('node_modules/.bin/jest', '--config=jest.cluster.config.js', '--runInBand', 'autoscaling');
    // It has started all it starts but for the clients: watchers, lookers, the custom metrics API.
    await until('the suite observes', 120, () => second.processes().some((line) => line.includes('metrics-process')));
    suite.kill('SIGKILL');
    await until('only the cluster is left', ENDED_SECONDS, () => second.processes().join() === idle.join());
    expect(await ended(second.cluster('down'))).toBe(0);
    await nothingIsLeft();
    expect(second.files()).toEqual([]);
  }, 400_000);
});
