import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { CGROUP, weighted } from './cgroups';
import { inFolder, KUBECONFIG } from './folder';
import { recall, remember, until } from './processes';
import { inside, NODE_ADDRESS, POD_RANGE, SERVICE_RANGE, startInside } from './sandbox';

export const NODE = 'node';

/** What runs, in the order in which it starts: each with its command line, within the folder of the cluster. */
const COMPONENTS = {
  etcd: [
    'etcd',
    '--data-dir=etcd',
    // It is gone with the cluster; waiting for a disk protects nothing.
    '--unsafe-no-fsync',
    '--listen-client-urls=http://127.0.0.1:2379',
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
  ],
  containerd: ['containerd', '--config=containerd.toml'],
  apiserver: [
    'bin/kube',
    'apiserver',
    '--etcd-servers=http://127.0.0.1:2379',
    '--cert-dir=certificates',
    `--advertise-address=${NODE_ADDRESS}`,
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    '--token-auth-file=tokens.csv',
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://holdfast',
    '--service-account-key-file=accounts.key',
    '--service-account-signing-key-file=accounts.key',
    '--allow-privileged',
    // For the custom metrics API, which a server outside the cluster answers.
    '--enable-aggregator-routing=false',
    // Nothing here resolves the node's name.
    '--kubelet-preferred-address-types=InternalIP',
  ],
  controllers: [
    'bin/kube',
    'controllers',
    '--kubeconfig=kubeconfig',
    '--leader-elect=false',
    '--service-account-private-key-file=accounts.key',
    '--root-ca-file=certificates/apiserver.crt',
    // An autoscaler looks every 15 s by default, and a suite waits for it.
    '--horizontal-pod-autoscaler-sync-period=5s',
  ],
  scheduler: ['bin/kube', 'scheduler', '--kubeconfig=kubeconfig', '--leader-elect=false'],
  kubelet: [
    'bin/kube',
    'kubelet',
    '--config=kubelet.yaml',
    '--kubeconfig=kubeconfig',
    `--hostname-override=${NODE}`,
    `--node-ip=${NODE_ADDRESS}`,
    '--node-labels=topology.kubernetes.io/zone=here',
    `--root-dir=${inFolder('kubelet')}`,
  ],
  proxy: [
    'bin/kube',
    'proxy',
    '--kubeconfig=kubeconfig',
    `--hostname-override=${NODE}`,
    '--proxy-mode=nftables',
    '--conntrack-max-per-core=0',
  ],
  policies: ['bin/kube', 'policies', '--kubeconfig=kubeconfig', `--hostname-override=${NODE}`],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Component = keyof typeof COMPONENTS;

/** Starts a part of the cluster, unless it runs. */
export function startComponent(name: Component): void {
  if (runs(name)) return;
  const [command, ...args] = COMPONENTS[name];
  const log = openSync(inFolder('log', name), 'a');
  const child = startInside(...weighted(command, args), ['ignore', log, log], true);
  child.unref();
  remember(inFolder('log', `${name}.json`), child.pid as number);
}

export function runs(name: Component): boolean {
  return recall(inFolder('log', `${name}.json`)) !== undefined;
}

/** Waits until a part answers; its last words are in the error, since nothing is left of its log by then. */
export async function untilIt(name: Component, does: string, seconds: number, isTrue: () => unknown): Promise<void> {
  await until(`${name} ${does}`, seconds, () => {
    if (!runs(name)) throw new Error(`${name} ended`);
    try {
      return isTrue() !== false;
    } catch {
      return false;
    }
  }).catch((error: Error) => {
    throw new Error(`${error.message}:\n${lastWords(name)}`);
  });
}

function lastWords(name: Component): string {
  return execFileSync('tail', ['-n', '15', inFolder('log', name)], { encoding: 'utf8' });
}

/** Runs the cluster's own kubectl. */
export function kubectl(args: readonly string[], input?: string): string {
  return execFileSync(inFolder('bin', 'kubectl'), [...args], {
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG },
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  });
}

/** Writes what the parts are told. */
export function configure(kube: string): void {
  for (const name of ['kube', 'kubectl']) {
    const link = inFolder('bin', name);
    if (!existsSync(link)) symlinkSync(kube, link);
  }
  if (existsSync(KUBECONFIG)) return;
  const token = randomBytes(16).toString('hex');
  execFileSync('openssl', ['genrsa', '-out', inFolder('accounts.key'), '2048'], { stdio: 'ignore' });
  writeFileSync(inFolder('tokens.csv'), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  writeFileSync(
    KUBECONFIG,
    `apiVersion: v1
kind: Config
clusters: [{ name: holdfast, cluster: { server: "https://${NODE_ADDRESS}:6443", certificate-authority: ${inFolder('certificates', 'apiserver.crt')} } }]
users: [{ name: admin, user: { token: ${token} } }]
contexts: [{ name: holdfast, context: { cluster: holdfast, user: admin } }]
current-context: holdfast
`,
    { mode: 0o600 },
  );
  writeFileSync(
    inFolder('containerd.toml'),
    `version = 2
root = "${inFolder('containerd')}"
state = "/run/containerd-state"
[grpc]
  address = "/run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "holdfast/pause:1"
  # Where this machine may not lower it, every sandbox would fail.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${inFolder('cni')}"
`,
  );
  writeFileSync(
    inFolder('cni', '10-ptp.conflist'),
    JSON.stringify({
      cniVersion: '0.4.0',
      name: 'pods',
      plugins: [
        {
          type: 'ptp',
          ipMasq: false,
          ipam: {
            type: 'host-local',
            dataDir: '/run/ipam',
            ranges: [[{ subnet: POD_RANGE }]],
            routes: [{ dst: '0.0.0.0/0' }],
          },
        },
      ],
    }),
  );
  writeFileSync(
    inFolder('kubelet.yaml'),
    `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix:///run/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /${CGROUP}
failCgroupV1: false
failSwapOn: false
resolvConf: ""
authentication: { anonymous: { enabled: true }, webhook: { enabled: false } }
authorization: { mode: AlwaysAllow }
evictionHard: { memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1% }
# Never: nothing could pull an image again.
imageGCHighThresholdPercent: 100
maxPods: 110
# Containers that crash are back within seconds: a suite waits for them.
logging: { verbosity: 2 }
`,
  );
}

/** The namespace of containerd in which the kubelet keeps containers. */
export function ctr(args: readonly string[], input?: string): string {
  return inside('ctr', ['--address=/run/containerd.sock', '--namespace=k8s.io', ...args], input);
}
