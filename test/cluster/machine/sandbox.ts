import { type ChildProcess, execFileSync, type SerializationType, type StdioOptions, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { FOLDER, inFolder } from './folder';
import { recall, remember, startOf, until } from './processes';

/** The two ends of the line between this machine and the node. */
export const HOST_ADDRESS = '10.98.0.1';
export const NODE_ADDRESS = '10.98.0.2';
export const POD_RANGE = '10.88.0.0/24';
export const SERVICE_RANGE = '10.96.0.0/16';

/**
 * Where the balancer and its clients are: one of Google's own ranges, which the manifests' policies let in. It exists in the network namespace of
 * the clients only.
 */
export const CLIENT_RANGE = '35.191.0.0/16';
export const CLIENT_GATEWAY = '35.191.255.254';
export const CLIENT_NAMESPACE = 'clients';

/** What the kubelet would set on the whole machine. It finds its values there already, and sets nothing. */
const KERNEL_TUNABLES: Readonly<Record<string, string>> = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
};

/** Where its first process is remembered. */
export const INIT = 'init.json';

/** This machine's end of the line to the node. */
const LINE = '/sys/class/net/holdfast';

/** The first process of the sandbox, as this machine numbers it. */
export function sandbox(): number | undefined {
  return recall(inFolder(INIT));
}

/**
 * Namespaces of their own for processes, mounts and the network. Whatever the cluster starts, mounts, routes or filters is in there, and is gone
 * with the first process, however that ends. The machine keeps a virtual line to it, which goes with the other end.
 *
 * Until what it returns is called, all that is gone with this process, too: even where nothing is left to clean up, nothing is left.
 */
export async function startSandbox(): Promise<() => Promise<void>> {
  mkdirSync(inFolder('log'), { recursive: true });
  const log = openSync(inFolder('log', 'sandbox'), 'a');
  // The first process of a process namespace inherits orphans, and a shell looks after them. This one ends where its input does before it is told to stay.
  const wrapper = spawn(
    'unshare',
    [
      ...['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['bash', '-c', 'read -r stay || exit; while :; do sleep 60; done'],
    ],
    { detached: true, stdio: ['pipe', log, log] },
  );
  wrapper.unref();
  wrapper.on('error', () => {});
  const input = wrapper.stdin as Socket;
  input.unref();
  input.on('error', () => {});
  let init = 0;
  await until('the namespaces are there', 10, () => {
    if (startOf(wrapper.pid ?? 0) === undefined)
      throw new Error(`there are no namespaces to be had: ${readFileSync(inFolder('log', 'sandbox'), 'utf8').trim()}`);
    const [child] = readFileSync(`/proc/${wrapper.pid}/task/${wrapper.pid}/children`, 'utf8').trim().split(' ');
    init = Number(child ?? 0);
    return init > 0 && readFileSync(`/proc/${init}/comm`, 'utf8').trim() === 'bash';
  });
  remember(inFolder(INIT), init);
  for (const folder of ['var-lib', 'var-log', 'tunables', 'cni']) mkdirSync(inFolder(folder), { recursive: true });
  const tunables = Object.entries(KERNEL_TUNABLES).map(([name, value]) => {
    const file = inFolder('tunables', name.replaceAll('/', '-'));
    writeFileSync(file, value);
    return `[ ! -e /proc/sys/${name} ] || mount --bind ${file} /proc/sys/${name}`;
  });
  inside('bash', [
    '-euc',
    `
    mount -t tmpfs -o mode=755 tmpfs /run
    mount --bind ${inFolder('var-lib')} /var/lib
    mount --bind ${inFolder('var-log')} /var/log
    ${tunables.join('\n    ')}
    sysctl -q -w net.ipv4.ip_forward=1
    ip link set lo up
    ip netns add ${CLIENT_NAMESPACE}
    ip link add clients type veth peer name eth0 netns ${CLIENT_NAMESPACE}
    ip addr add ${CLIENT_GATEWAY}/16 dev clients
    ip link set clients up
    ip -n ${CLIENT_NAMESPACE} link set lo up
    ip -n ${CLIENT_NAMESPACE} addr add 35.191.0.1/16 dev eth0
    ip -n ${CLIENT_NAMESPACE} link set eth0 up
    ip -n ${CLIENT_NAMESPACE} route add default via ${CLIENT_GATEWAY}
    `,
  ]);
  // That of a cluster which has just ended goes a little later than its processes.
  await until(
    'the network device "holdfast" is free (a cluster in another HOLDFAST_CLUSTER has it, and there is place for one)',
    20,
    () => !existsSync(LINE),
  );
  execFileSync('bash', [
    '-euc',
    `
    ip link add holdfast type veth peer name eth0 netns ${init}
    ip addr add ${HOST_ADDRESS}/30 dev holdfast
    ip link set holdfast up
    `,
  ]);
  inside('bash', [
    '-euc',
    `
    ip addr add ${NODE_ADDRESS}/30 dev eth0
    ip link set eth0 up
    ip route add default via ${HOST_ADDRESS}
    `,
  ]);
  // So that suites and people reach pods and Services from here.
  for (const range of [POD_RANGE, SERVICE_RANGE]) execFileSync('ip', ['route', 'add', range, 'via', NODE_ADDRESS]);
  return () => new Promise((stays) => input.end('stay\n', stays));
}

/** Ends everything in the sandbox at once, and waits until nothing is left. */
export async function endSandbox(): Promise<void> {
  const init = sandbox();
  if (init === undefined) return;
  // Its end of the line; what was interrupted before may have none, and this one may be another's.
  const joined = readFileSync(`/proc/${init}/net/dev`, 'utf8').includes('eth0:');
  process.kill(init, 'SIGKILL');
  await until('the namespaces are gone', 30, () => sandbox() === undefined);
  // The kernel takes a network apart after its last process.
  if (joined) await until('the line to the node is gone', 30, () => !existsSync(LINE));
}

/** The command line that runs a program in the sandbox. */
export function entering(command: string, args: readonly string[]): readonly [string, string[]] {
  const init = sandbox();
  if (init === undefined) throw new Error('the cluster is not up; run npm run cluster:up');
  const into = ['--target', String(init), '--mount', '--net', '--pid', '--'];
  // Not nsenter's own --wd: that is a folder of this machine's mounts, which the program cannot name.
  return ['nsenter', [...into, 'env', `--chdir=${FOLDER}`, command, ...args]];
}

/** Runs a program in the sandbox to its end, and returns what it printed. */
export function inside(command: string, args: readonly string[], input?: string): string {
  return execFileSync(...entering(command, args), {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  });
}

/**
 * Starts a program in the sandbox. One that is not detached ends with the process that is returned, and that with this one, however it ends.
 */
export function startInside(
  command: string,
  args: readonly string[],
  stdio: StdioOptions,
  detached: boolean,
  serialization: SerializationType = 'json',
): ChildProcess {
  if (detached) return spawn(...entering(command, args), { stdio, detached, serialization });
  // Both: whoever enters the namespaces only waits for the program. That one is asked to end, since nginx has workers to end, too.
  const [enter, entered] = entering('setpriv', ['--pdeathsig=TERM', command, ...args]);
  return spawn('setpriv', ['--pdeathsig=KILL', enter, ...entered], { stdio, detached, serialization });
}
