import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { Chart } from 'cdk8s';
import { HoldfastApp, type Timing, WebSocketServer } from '../../../lib';
import { ask, freePort } from './app';
import { NGINX_UID, type Nginx, startNginx } from './nginx';

const ROOT = join(__dirname, '..', '..', '..');
const SERVER = join(ROOT, 'examples', 'chat-backend', 'server.ts');

/** What a pod is made of, as far as one machine can run it. */
export interface PodSpec {
  readonly nginxConf: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The commands of the preStop hooks, as the manifest has them; `undefined` where there is none. */
  readonly preStop: { readonly nginx: readonly string[] | undefined; readonly app: readonly string[] | undefined };
  /** What the proxy's container runs before it becomes nginx. */
  readonly proxyStart: string;
  readonly terminationGracePeriodSeconds: number;
}

/** Something that happened to a pod, in milliseconds since the epoch. */
export type PodEvent = 'deleted' | 'endpointRemoved' | 'sigterm' | 'appGone' | 'sigquit' | 'nginxGone' | 'killed';

/** A step that the application logged while it shut down. */
export interface LoggedStep {
  readonly at: number;
  readonly step: string;
  readonly connections: number;
}

export interface Pod {
  readonly name: string;
  /** Where the balancer reaches it: nginx. */
  readonly port: number;
  /** The application itself. */
  readonly appPort: number;
  readonly url: string;
  nginx: Nginx;
  app: ChildProcess;
  readonly spec: PodSpec;
  readonly happened: Partial<Record<PodEvent, number>>;
  readonly steps: LoggedStep[];
  /** Ends it as the kubelet does. Resolves when nothing of it is left. */
  delete(): Promise<void>;
  /** Ends it as a crash of its machine does: whoever is connected to it is told by the kernel. */
  kill(): Promise<void>;
  /** Silences it as the loss of its zone does: nobody is told anything. It is killed with the others. */
  freeze(): void;
  /** Kills the application alone, as when it runs out of memory, and starts it again as the kubelet does. */
  crash(): Promise<void>;
  /** Starts its application again, when it has ended. */
  startApp(): void;
  /** Starts its proxy again, when it has ended, on a `/tmp` where a drain of its last life has left everything. */
  startProxy(): Promise<void>;
}

export interface PodProps {
  readonly name: string;
  readonly timing: Timing;
  /** The volume that the replicas share. */
  readonly folder: string;
  /** How many client connections nginx is sized for. */
  readonly maxConnections?: number;
  /** Another program than the chat server, with plain WebSockets at `/ws` beside or instead of Socket.IO. */
  readonly program?: string;
  /** What somebody got wrong. */
  readonly spoil?: (spec: PodSpec) => PodSpec;
}

const pods = new Set<Pod>();

/** Runs the manifest that `WebSocketServer` generates: its environment, its nginx.conf, its hooks, its grace period. */
export async function startPod(props: PodProps): Promise<Pod> {
  const [port, appPort] = [await freePort(), await freePort()];
  const generated = specOf(props, port, appPort);
  const spec = props.spoil?.(generated) ?? generated;
  const steps: LoggedStep[] = [];
  const start = () => startServer(spec.environment, steps, props.program);
  const app = start();
  const nginx = await startNginx(spec.nginxConf, port).catch((error: Error) => {
    // Nobody knows of the pod yet, so nobody would end its application.
    app.kill('SIGKILL');
    throw error;
  });
  const happened: Pod['happened'] = {};
  const pod: Pod = {
    name: props.name,
    port,
    appPort,
    url: `http://127.0.0.1:${port}`,
    nginx,
    app,
    spec,
    happened,
    steps,
    delete: () => stop(pod),
    kill: async () => {
      happened.killed ??= Date.now();
      pods.delete(pod);
      const gone = exitOf(pod.app);
      pod.app.kill('SIGKILL');
      pod.nginx.kill();
      await Promise.all([gone, pod.nginx.exited]);
    },
    freeze: () => {
      happened.killed = Date.now();
      pod.app.kill('SIGSTOP');
      process.kill(-pod.nginx.pid, 'SIGSTOP');
    },
    crash: async () => {
      happened.killed = Date.now();
      const gone = exitOf(pod.app);
      pod.app.kill('SIGKILL');
      await gone;
      pod.startApp();
      await untilReady(pod);
    },
    startApp: () => {
      pod.app = start();
    },
    startProxy: async () => {
      const left = `touch /tmp/drain && echo 'keepalive_timeout 0;' >/tmp/drain.conf`;
      pod.nginx = await startNginx(spec.nginxConf, port, { before: `${left} && ${spec.proxyStart}` });
    },
  };
  pods.add(pod);
  await untilReady(pod);
  return pod;
}

/** Ends what a test left behind. */
export async function killAllPods(): Promise<void> {
  for (const pod of [...pods]) await pod.kill().catch(() => {});
}

/**
 * The chat server as a process of its own, with this environment and nothing else. It dies with whoever started it.
 */
export function startServer(
  environment: Readonly<Record<string, string>>,
  steps: LoggedStep[] = [],
  program: string = SERVER,
): ChildProcess {
  const node = [process.execPath, '--require', require.resolve('tsx/cjs'), program];
  const app = spawn('setpriv', ['--pdeathsig=KILL', ...node], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let partial = '';
  app.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) if (line.includes('"step"')) steps.push(JSON.parse(line) as LoggedStep);
  });
  return app;
}

function specOf({ name, timing, folder, maxConnections, program }: PodProps, port: number, appPort: number): PodSpec {
  const chart = new Chart(new HoldfastApp(), 'chat');
  const server = new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat-backend:1',
    port: appPort,
    timing,
    // Its pods find each other's messages in the log on their shared volume.
    adapter: { kind: 'none', podsAreIndependent: true },
    proxy: {
      port,
      socketIo: { path: '/socket.io/' },
      ...(program === undefined ? {} : { webSockets: [{ path: '/ws' }] }),
      routes: [{ path: '/' }],
      // Google's balancer appends two, and the gateway none.
      addressesAppended: 2,
      ...(maxConnections === undefined ? {} : { maxConnections }),
    },
    probes: { liveness: '/live', readiness: '/ready', startup: '/live' },
    env: { CHAT_NAME: name, CHAT_FOLDER: folder, DRAIN_FLAG: join(folder, `drain-${name}`) },
  });
  const { spec } = server.workload.toJson().spec.template as { spec: KubernetesPod };
  const [app] = spec.containers;
  const [nginx] = spec.initContainers;
  if (app === undefined || nginx === undefined || server.proxy === undefined) throw new Error('a container is missing');
  return {
    nginxConf: server.proxy.configMap.toJson().data['nginx.conf'],
    environment: Object.fromEntries((app.env ?? []).map(({ name: variable, value }) => [variable, value])),
    preStop: { app: app.lifecycle.preStop.exec.command, nginx: nginx.lifecycle.preStop.exec.command },
    proxyStart: nginx.command?.[2]?.split(' && exec nginx')[0] ?? '',
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
  };
}

interface KubernetesPod {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly KubernetesContainer[];
  readonly initContainers: readonly KubernetesContainer[];
}

interface KubernetesContainer {
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
}

/** Every preStop at once; then the application's stop signal; when it is gone, the sidecar's; and at the end of the grace, SIGKILL. */
async function stop(pod: Pod): Promise<void> {
  const { spec, happened, nginx, app } = pod;
  const appGone = exitOf(app);
  happened.deleted = Date.now();
  const grace = setTimeout(() => void pod.kill(), spec.terminationGracePeriodSeconds * 1000);
  const hooks = [
    run(spec.preStop.app),
    spec.preStop.nginx === undefined ? undefined : runInside(nginx, spec.preStop.nginx),
  ];
  await hooks[0];
  happened.sigterm = Date.now();
  app.kill('SIGTERM');
  await appGone;
  happened.appGone = Date.now();
  await hooks[1];
  happened.sigquit = Date.now();
  nginx.signal('SIGQUIT');
  await nginx.exited;
  happened.nginxGone = Date.now();
  clearTimeout(grace);
  pods.delete(pod);
}

/** Runs a command where nginx runs, as its user: what the kubelet does with a hook. */
export function runInside(nginx: Nginx, command: readonly string[]): Promise<void> {
  const inNginx = ['nsenter', `--target=${nginx.pid}`, '--mount', `--setuid=${NGINX_UID}`, `--setgid=${NGINX_UID}`];
  return run([...inNginx, ...command]);
}

async function run(command: readonly string[] | undefined): Promise<void> {
  const [program, ...rest] = command ?? [];
  if (program === undefined) return;
  const code = await exitOf(spawn(program, rest, { stdio: 'ignore' }));
  if (code !== 0) throw new Error(`the hook ${command?.join(' ')} ended with ${code}`);
}

export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

export async function untilReady({ name, url, app }: Pod): Promise<void> {
  // As long as a startup probe waits.
  for (const end = Date.now() + 60_000; Date.now() < end && app.exitCode === null; ) {
    const answers = await Promise.all(['/live', '/ready'].map((path) => ask(url + path).catch(() => undefined)));
    if (answers.every((answer) => answer?.status === 200)) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`${name} did not become ready`);
}
