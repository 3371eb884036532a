import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { APPLICATION, inFolder } from '../machine/folder';
import { freshVolumes, kindDefinitions } from '../machine/kinds';
import { lockCluster } from '../machine/lock';
import { judgeNodeNoMore } from '../machine/policies';
import { inside } from '../machine/sandbox';
import { asList, deleteNamespaces, get, ITS_KUBECONFIG, kubectl, OWN, requireCluster } from './cluster';
import { forgetOthers, measured } from './measured';
import { METRICS_API } from './metrics';
import { whatRan } from './what-ran';

/** Before all suites: one run at a time, and a way to the API server. */
export default async function setup({ nonFlagArgs }: { readonly nonFlagArgs: readonly string[] }): Promise<void> {
  requireCluster();
  const lock = OWN ? await lockCluster((whom) => process.stderr.write(`${whom}\n`)) : undefined;
  if (!OWN) {
    process.stderr.write(
      `KUBECONFIG names ${ITS_KUBECONFIG}: what is skipped stops processes of the node, reads the events of its containers or needs this repository's images\n`,
    );
    addMissingKinds();
  } else {
    forgetSuites();
    judgeNodeNoMore();
    freshVolumes();
    const ran = whatRan();
    const made = readFileSync(inFolder(APPLICATION), 'utf8');
    if (made !== ran.application) {
      throw new Error(
        'the images are of another holdfast/server or chat backend than this checkout: run npm run cluster:up, which makes them again',
      );
    }
    const run = { versions: versions(), ran };
    forgetOthers(run, nonFlagArgs.length === 0);
    measured('run', run);
  }
  // Whatever becomes of this process, it ends.
  const proxy = spawn(
    'setpriv',
    ['--pdeathsig=KILL', OWN ? inFolder('bin', 'kubectl') : 'kubectl', 'proxy', '--port=0'],
    {
      env: { ...process.env, KUBECONFIG: ITS_KUBECONFIG },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const kill = () => proxy.kill();
  process.once('exit', kill);
  const [line] = (await once(proxy.stdout, 'data')) as [Buffer];
  const [, address] = /on (\S+)/.exec(line.toString()) ?? [];
  process.env.HOLDFAST_API = `http://${address}`;
  (globalThis as { clusterTeardown?: () => void }).clusterTeardown = () => {
    kill();
    if (!OWN) kubectl(['delete', 'customresourcedefinition', `--selector=${ADDED}`]);
    lock?.release();
  };
}

/** What the kinds bear that the suites added, so that a run which was interrupted leaves none for ever. */
const ADDED = 'app.kubernetes.io/managed-by=holdfast-suites';

/** Gives a cluster that is not Google's the kinds of the manifests. */
function addMissingKinds(): void {
  const { items } = get<{ items: { metadata: { name: string } }[] }>('customresourcedefinitions');
  const there = new Set(items.map(({ metadata }) => metadata.name));
  const missing = kindDefinitions().filter(({ metadata }) => !there.has(metadata.name));
  if (missing.length === 0) return;
  const [label = '', value] = ADDED.split('=');
  const labelled = missing.map((one) => ({ ...one, metadata: { ...one.metadata, labels: { [label]: value } } }));
  kubectl(['apply', '--server-side', '--filename=-'], asList(labelled));
  kubectl(['wait', '--for=condition=Established', 'customresourcedefinition', `--selector=${ADDED}`, '--timeout=60s']);
}

/** Removes what a run that was killed left in the cluster. */
function forgetSuites(): void {
  // First: while it is there and nobody answers, no namespace goes.
  kubectl(['delete', 'apiservice', METRICS_API, '--ignore-not-found']);
  const { items } = get<{ items: { metadata: { name: string } }[] }>('namespaces');
  const left = items
    .map(({ metadata }) => metadata.name)
    .filter((name) => name !== 'default' && !name.startsWith('kube-'));
  if (left.length > 0) deleteNamespaces(...left);
}

/** What the run was on. */
function versions(): Readonly<Record<string, string>> {
  const { items } = get<{ items: { status: { nodeInfo: Record<string, string> } }[] }>('nodes');
  const node = items[0]?.status.nodeInfo ?? {};
  const first = (program: string, argument: string) =>
    /\d+(\.\d+)+/.exec(inside('bash', ['-c', `${program} ${argument} 2>&1`]))?.[0] ?? '';
  return {
    // What runs, and not what would be built now.
    Kubernetes: node.kubeletVersion ?? '',
    etcd: first('etcd', '--version'),
    containerd: (node.containerRuntimeVersion ?? '').replace(/^\D*/, ''),
    runc: first('runc', '--version'),
    nginx: first('nginx', '-v'),
    Node: process.version,
    Linux: node.kernelVersion ?? '',
    cores: String(cpus().length),
  };
}
