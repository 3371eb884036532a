import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Manifest } from '../../../lib/manifest';
import { inFolder, KUBECONFIG } from '../machine/folder';
import { freshVolumes } from '../machine/kinds';
import { sandbox } from '../machine/sandbox';

export { sleep, until } from '../machine/processes';

/** Which cluster this is: the one that `KUBECONFIG` names, or else the one that `npm run cluster:up` started. An empty one names none; kubectl would take what is at home. */
export const ITS_KUBECONFIG = process.env.KUBECONFIG || KUBECONFIG;

/** Whether it is this repository's own. */
export const OWN = ITS_KUBECONFIG === KUBECONFIG;

/** What a suite needs that only the cluster of this repository has: its processes, its network and the events of its containers. */
export const needsNode = (name: string, tests: () => void): void => {
  if (OWN) return void describe(name, tests);
  // Jest itself only counts the suites of which it skips every test.
  process.stderr.write(`skipped: ${name}\n`);
  describe.skip(name, tests);
};

/** @throws where there is no cluster to test on, with what to do */
export function requireCluster(): void {
  if (OWN && (sandbox() === undefined || !existsSync(KUBECONFIG))) {
    throw new Error(
      'there is no cluster: run npm run cluster:up, or set KUBECONFIG to one that may be filled and emptied',
    );
  }
}

/** The kubectl of the cluster's own version, or this machine's. */
function program(): string {
  return OWN ? inFolder('bin', 'kubectl') : 'kubectl';
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, KUBECONFIG: ITS_KUBECONFIG };
}

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs kubectl, whatever its end is. */
export function tryKubectl(args: readonly string[], input?: string): Ran {
  const { status, stdout, stderr, error } = spawnSync(program(), [...args], {
    encoding: 'utf8',
    env: environment(),
    maxBuffer: 1 << 28,
    ...(input === undefined ? {} : { input }),
  });
  if (error !== undefined) throw error;
  return { status: status ?? -1, out: stdout, err: stderr };
}

/** Starts kubectl, for what takes its time. It ends with this process. */
export function kubectlInBackground(args: readonly string[]): ChildProcess {
  const [ends, stdio] = [['--pdeathsig=KILL', program()], ['ignore', 'ignore', 'inherit'] as const];
  return spawn('setpriv', [...ends, ...args], { env: environment(), stdio: [...stdio] });
}

/** Runs kubectl and returns what it printed. @throws when it fails, with what it said */
export function kubectl(args: readonly string[], input?: string): string {
  const { status, out, err } = tryKubectl(args, input);
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${status}:\n${err}${out}`);
  return out;
}

/** Reads objects, as the API server has them. */
export function get<T = Manifest>(...args: string[]): T {
  return JSON.parse(kubectl(['get', ...args, '--output=json'])) as T;
}

/**
 * A suite that runs on clusters of others overwrites its objects there, and deletes them. Called before there is any test, so that nothing is done, or cleaned up.
 *
 * @throws where one of them is there already
 */
export function refuseWhatIsThere(manifests: readonly object[]): void {
  if (OWN) return;
  const asked = ['get', '--filename=-', '--ignore-not-found', '--output=name'];
  const there = new Set(kubectl(asked, asList(manifests)).split('\n').filter(Boolean));
  if (there.size === 0) return;
  throw new Error(
    `${ITS_KUBECONFIG} names a cluster that has already what this suite would overwrite and delete: ${[...there].join(', ')}. Name one that may be filled and emptied; what an interrupted run left there, delete yourself`,
  );
}

/** Applies manifests as their users do, and returns a line for each object. */
export function apply(manifests: readonly object[]): readonly string[] {
  return kubectl(['apply', '--filename=-'], asList(manifests)).trim().split('\n');
}

export function asList(manifests: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
}

/** Waits until a rollout has ended well, while watchers go on. */
export async function waitReady(namespace: string, workload: string, seconds: number): Promise<void> {
  const status = ['rollout', 'status', workload, `--namespace=${namespace}`, `--timeout=${seconds}s`];
  const [code] = await once(kubectlInBackground(status), 'exit');
  if (code !== 0) {
    throw new Error(
      `${workload} is not ready within ${seconds} s:\n${kubectl(['get', 'pods', `--namespace=${namespace}`])}`,
    );
  }
}

/** Deletes namespaces and waits until they are gone, and empties their volumes; their pods get no time to end. */
export function deleteNamespaces(...names: readonly string[]): void {
  for (const name of names) {
    tryKubectl(['delete', 'pods', '--all', `--namespace=${name}`, '--force', '--grace-period=0', '--wait=false']);
  }
  kubectl(['delete', 'namespace', ...names, '--ignore-not-found', '--timeout=120s']);
  if (OWN) freshVolumes();
}
