import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { within } from '../../standstill';

/** The user of the unprivileged nginx image. */
export const NGINX_UID = 101;

const SANDBOX = join(__dirname, 'sandbox.sh');

/** A running nginx with a configuration of ours. */
export interface Nginx {
  /** The master process. */
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  /** Standard output so far: the access log. */
  accessLog(): string;
  /** Standard error so far: the error log. */
  errorLog(): string;
  /** A path as nginx sees it in its own file systems, reachable for the test. */
  inside(path: string): string;
  signal(name: NodeJS.Signals): void;
  /** Master and workers at once, as when a machine is lost. */
  kill(): void;
  /** Changes the configuration as a new ConfigMap does, and has it read. Returns once new workers serve; old ones keep their connections. */
  reload(conf: string): Promise<void>;
  /** The processes that have not ended. */
  workers(): number[];
  /** The exit code, and when it came. */
  readonly exited: Promise<{ readonly code: number | null; readonly at: number }>;
}

const running = new Set<{ process: ChildProcess; exited: Promise<unknown>; folder: string }>();

/** Starts nginx on a configuration that listens on `port`, and waits until it does and every worker is there. `before` is a shell command that is run in its container first. */
export async function startNginx(
  conf: string,
  port: number,
  options: { openFiles?: number; before?: string } = {},
): Promise<Nginx> {
  const binary = nginxBinary();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-live-'));
  const logFile = join(folder, 'access.log');
  // nginx opens /dev/stdout by its name, for which the file behind it must be its own, as it is in a container.
  const log = openSync(logFile, 'a');
  chownSync(logFile, NGINX_UID, NGINX_UID);
  // The flag comes from the command line, as in the image's own command.
  const nginx =
    options.before === undefined
      ? [binary, '-e', 'stderr', '-g', 'daemon off;']
      : ['/bin/sh', '-c', `${options.before} && exec ${binary} -e stderr -g 'daemon off;'`];
  const limit = options.openFiles === undefined ? [] : ['prlimit', `--nofile=${options.openFiles}`];
  const child = spawn('unshare', ['--mount', ...limit, 'sh', SANDBOX, ...nginx], {
    stdio: ['pipe', log, 'pipe'],
    detached: true,
  });
  closeSync(log);
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin?.end(conf);
  const exited = new Promise<{ code: number | null; at: number }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, at: Date.now() }));
  });
  running.add({ process: child, exited, folder });
  let ended = false;
  exited.then(
    () => {
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  const pid = child.pid as number;
  const workers = Number(/^worker_processes (\d+);/m.exec(conf)?.[1] ?? 1);
  // The master listens before it has a worker, and `unshare` and its shell had children of their own.
  while (!(await accepts(port)) || workersOf(pid).length < workers) {
    if (ended) throw new Error(`nginx ended before it listened:\n${errors}`);
    await pause(10);
  }
  return {
    pid,
    port,
    url: `http://127.0.0.1:${port}`,
    accessLog: () => readFileSync(logFile, 'utf8'),
    errorLog: () => errors,
    inside: (path) => `/proc/${pid}/root${path}`,
    signal: (name) => void child.kill(name),
    kill: () => void process.kill(-pid, 'SIGKILL'),
    reload: (text) => reload(pid, text),
    workers: () => workersOf(pid),
    exited,
  };
}

async function reload(master: number, conf: string): Promise<void> {
  // Read-only for nginx itself, as in a container; from outside it can be remounted for a moment.
  const write =
    'mount -o remount,rw,bind /etc/nginx && cat >/etc/nginx/nginx.conf && mount -o remount,ro,bind /etc/nginx';
  const written = spawnSync('nsenter', [`--target=${master}`, '--mount', 'sh', '-c', write], { input: conf });
  if (written.status !== 0) throw new Error(`the configuration could not be changed: ${written.stderr}`);
  const before = workersOf(master);
  process.kill(master, 'SIGHUP');
  const replaced = () => workersOf(master).some((pid) => !before.includes(pid)) && !before.some(isListening);
  // The old workers are told to stop listening a moment after the new ones have begun, one after the other.
  if (!(await within(20_000, replaced))) throw new Error('an old worker still listens');
}

/** Whether a process takes new connections. */
function isListening(pid: number): boolean {
  const LISTEN = '0A';
  try {
    const sockets = ['tcp', 'tcp6'].flatMap((file) => readFileSync(`/proc/${pid}/net/${file}`, 'utf8').split('\n'));
    const fields = sockets.map((line) => line.trim().split(/\s+/)).filter((each) => each[3] === LISTEN);
    const listeners = new Set(fields.map((each) => `socket:[${each[9]}]`));
    return openFiles(pid).some((file) => listeners.has(file));
  } catch {
    // It has ended.
    return false;
  }
}

/** What a process has open, as the kernel names it; nothing for what is closed since it was listed. @throws where the process has ended */
export function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return '';
    }
  });
}

/** nginx counts, and writes a line, after it has answered. */
export async function until(condition: () => boolean): Promise<void> {
  expect(await within(20_000, condition)).toBe(true);
}

function workersOf(master: number): number[] {
  try {
    const children = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim();
    return children === '' ? [] : children.split(' ').map(Number);
  } catch {
    return [];
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Ends every nginx that was started, workers included, and forgets its files. */
export async function stopAllNginx(): Promise<void> {
  for (const { process: child, exited, folder } of running) {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      child.kill('SIGTERM');
      // Its own process group, so that no worker outlives its master.
      const group = -child.pid;
      const late = setTimeout(() => process.kill(group, 'SIGKILL'), 2000);
      exited.finally(() => clearTimeout(late)).catch(() => {});
    }
    await exited.catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
  running.clear();
}

/**
 * What `nginx -t` says about a configuration, as the user and in the file systems that it will run with. `before` is a shell command that is run first, in the
 * machine's own file systems and without a trace in them.
 */
export function testConfiguration(conf: string, before = ':'): { readonly ok: boolean; readonly output: string } {
  // The text and not the file: `before` may hide the folder that the checkout is in.
  const sandbox = readFileSync(SANDBOX, 'utf8');
  const inside = ['sh', '-c', `${before} && exec sh -c "$0" sh "$@"`, sandbox, nginxBinary(), '-e', 'stderr', '-t'];
  const result = spawnSync('unshare', ['--mount', ...inside], {
    input: conf,
    encoding: 'utf8',
    // Node would make it a socket, which /dev/stdout cannot be opened on; a container has a pipe there.
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  return { ok: result.status === 0, output: result.stderr };
}

/** Whether something listens. */
export function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** What the drain hook does. */
export function raise(nginx: Nginx, flag: string): void {
  writeFileSync(nginx.inside(flag), '');
}

export function lower(nginx: Nginx, flag: string): void {
  rmSync(nginx.inside(flag));
}

/** A suite that skips itself proves nothing, so whatever is missing fails it. */
function nginxBinary(): string {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error(
      'The live suite runs nginx as an unprivileged user on a read-only root, which takes root on Linux to arrange: run `sudo npm run test:live`.',
    );
  }
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const find = (program: string) => folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
  const missing = ['unshare', 'nsenter', 'setpriv', 'prlimit', 'mount'].filter((tool) => find(tool) === undefined);
  if (missing.length > 0) {
    throw new Error(`The live suite needs ${missing.join(', ')}: run \`apt-get install util-linux mount\`.`);
  }
  const found = find('nginx');
  if (found === undefined) {
    throw new Error('The live suite needs nginx on the PATH or in /usr/sbin: run `apt-get install nginx-light`.');
  }
  return found;
}
