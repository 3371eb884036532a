import { App, Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { deriveTiming } from '../../lib/timing';
import { WebSocketServer, type WebSocketServerProps } from '../../lib/workload';
import { only, type Yaml } from '../ingress/support';
import { problemsOf } from '../problems';
import { schemaErrors } from '../schemas/validate';
import { build } from './support/gateway';

const timing = deriveTiming();
const proxy = { socketIo: { path: '/socket.io/' }, addressesAppended: 2 };
const disk = { per: 'pod', mountPath: '/data', size: '1Gi' } as const;
const kit = new Chart(new App(), 'kit');

function objects(props: Partial<WebSocketServerProps>): readonly Yaml[] {
  const chart = new Chart(new App(), 'test', { namespace: 'chat' });
  new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing,
    replicas: 1,
    ...props,
  });
  return Testing.synth(chart);
}

const podOf = (props: Partial<WebSocketServerProps>): Yaml =>
  objects(props).find(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet').spec.template.spec;
const container = (name: string, more: object = {}) => ({ name, image: 'exporter:1.0.0', ...more });
const volume = (name: string) => kplus.Volume.fromEmptyDir(kit, `${name}-${kit.node.children.length}`, name);
function mounting(...volumes: readonly kplus.Volume[]): kplus.Container {
  const made = new kplus.Container({ name: 'exporter', image: 'exporter:1.0.0' });
  volumes.forEach((each, i) => {
    made.mount(`/data-${i}`, each);
  });
  return made;
}

const account = kplus.ServiceAccount.fromServiceAccountName(kit, 'Account', 'chat-identity');

describe('names', () => {
  const twice = [
    { path: '/a', volume: volume('cache') },
    { path: '/b', volume: volume('cache') },
  ];

  test.each<[string, Partial<WebSocketServerProps>, string]>([
    [
      'storage called like /tmp',
      { storage: { ...disk, name: 'tmp' } },
      'storage.name: "tmp" is a volume that every pod here has; choose another name',
    ],
    [
      "storage called like nginx's configuration",
      { proxy, storage: { ...disk, name: 'nginx-config' } },
      'storage.name: "nginx-config" is a volume that every pod here has; choose another name',
    ],
    [
      "storage called like nginx's /tmp",
      { proxy, storage: { ...disk, name: 'nginx-tmp' } },
      'storage.name: "nginx-tmp" is a volume that every pod here has; choose another name',
    ],
    [
      'a volume called like the storage',
      { storage: disk, volumeMounts: [{ path: '/a', volume: volume('workspace') }] },
      'volumeMounts[0].volume: "workspace" is another volume of this pod; give it another name',
    ],
    [
      'a volume called like /tmp',
      { volumeMounts: [{ path: '/a', volume: volume('tmp') }] },
      'volumeMounts[0].volume: "tmp" is another volume of this pod; give it another name',
    ],
    [
      'two volumes of one name',
      { volumeMounts: twice },
      'volumeMounts[1].volume: "cache" is another volume of this pod; give it another name',
    ],
    [
      'a server called like the container of its proxy',
      { proxy, name: 'nginx' },
      'name: "nginx" is the container of the proxy in the same pod; choose another name',
    ],
    [
      'a container called like the server',
      { containers: [container('chat')] },
      'containers[0].name: "chat" is another container of this pod; choose another',
    ],
    [
      'a container called like the proxy',
      { proxy, containers: [container('nginx')] },
      'containers[0].name: "nginx" is another container of this pod; choose another',
    ],
    [
      'two containers of one name',
      { containers: [container('exporter'), new kplus.Container({ name: 'exporter', image: 'exporter:1.0.0' })] },
      'containers[1].name: "exporter" is another container of this pod; choose another',
    ],
    [
      'a volume of a container of cdk8s-plus called like /tmp',
      { containers: [mounting(volume('tmp'))] },
      'containers[0].mounts[0].volume: "tmp" is another volume of this pod; give it another name',
    ],
    [
      'a volume that no one gives',
      { containers: [container('exporter', { volumeMounts: [{ name: 'data', mountPath: '/data' }] })] },
      'containers[0].volumeMounts[0].name: "data" is no volume of this pod; its volumes are tmp: mount one of cdk8s-plus with volumeMounts, or in a Container of cdk8s-plus',
    ],
    [
      'a container on the port of the application',
      { containers: [container('exporter', { ports: [{ containerPort: 3001 }] })] },
      'containers[0].ports: 3001 is the port of the application in the same pod; choose another',
    ],
    [
      'a container on the port of the proxy',
      { proxy, containers: [new kplus.Container({ name: 'exporter', image: 'exporter:1.0.0', portNumber: 8080 })] },
      'containers[0].ports: 8080 is the port of the proxy in the same pod; choose another',
    ],
    [
      'two containers on one port',
      { containers: ['a', 'b'].map((name) => container(name, { ports: [{ containerPort: 9090 }] })) },
      'containers[1].ports: 9090 is the port of the container "a" in the same pod; choose another',
    ],
    [
      'storage where the drain flag stands',
      { storage: { ...disk, mountPath: '/tmp/drain' } },
      'storage.mountPath: "/tmp/drain" is where the drain flag stands; choose another path',
    ],
    [
      'a volume where the drain flag stands',
      { volumeMounts: [{ path: '/tmp/drain/x', volume: volume('cache') }] },
      'volumeMounts: "/tmp/drain/x" is where the drain flag stands; choose another path',
    ],
    [
      'an application that is told of another flag than the one that is raised',
      { env: { DRAIN_FLAG: '/var/run/drain' } },
      'env.DRAIN_FLAG: must be "/tmp/drain", which the preStop hook raises; leave it out, or the application never hears of its drain',
    ],
  ])('fail where an API server would refuse them or something would be replaced: %s', (_title, props, message) => {
    expect(problemsOf(() => objects(props))).toEqual([message]);
  });

  test('fail where a Service is called after them and they start with a digit', () => {
    const found = problemsOf(() => objects({ name: '1chat', stableNames: true }));
    expect(found).toEqual([expect.stringContaining('name: "1chat" is not a Service name')]);
    expect(problemsOf(() => objects({ name: '1chat' }))).toEqual([]);
    const gateway = { name: '1gateway', affinity: 'none' } as const;
    expect(problemsOf(() => build({ gateway }))).toEqual([
      expect.stringContaining('name: "1gateway" is not a Service name'),
    ]);
  });

  test('fail where they are no names', () => {
    expect(problemsOf(() => objects({ containers: [container('My Exporter')] }))).toEqual([
      expect.stringContaining('containers[0].name: "My Exporter" is not a DNS label'),
    ]);
  });

  test('of the proxy are free where there is none', () => {
    const props = { name: 'nginx', storage: { ...disk, name: 'nginx-config' } };
    expect(problemsOf(() => objects(props))).toEqual([]);
  });

  test('of volumes that containers of cdk8s-plus bring along stand in the pod', () => {
    const cache = volume('cache');
    const pod = podOf({ volumeMounts: [{ path: '/a', volume: cache }], containers: [mounting(cache, volume('data'))] });
    expect(pod.volumes.map(({ name }: Yaml) => name)).toEqual(['tmp', 'cache', 'data']);
    expect(pod.containers[1].volumeMounts.map(({ name }: Yaml) => name)).toEqual(['cache', 'data']);
  });

  test('of the flag and of volumes may be said where they are right', () => {
    expect(problemsOf(() => objects({ env: { DRAIN_FLAG: '/tmp/drain' } }))).toEqual([]);
    // Behind a proxy the flag is the proxy's.
    expect(problemsOf(() => objects({ proxy, env: { DRAIN_FLAG: '/var/run/drain' } }))).toEqual([]);
    const mounts = {
      volumeMounts: [{ name: 'tmp', mountPath: '/x' }],
      ports: [{ containerPort: 3001, protocol: 'UDP' }],
    };
    expect(problemsOf(() => objects({ containers: [container('exporter', mounts)] }))).toEqual([]);
  });

  test('of a volume that is mounted twice stand once in the pod', () => {
    const cache = volume('cache');
    const pod = podOf({
      volumeMounts: [
        { path: '/a', volume: cache },
        { path: '/b', volume: cache },
      ],
    });
    expect(pod.volumes.map(({ name }: Yaml) => name)).toEqual(['tmp', 'cache']);
    expect(pod.containers[0].volumeMounts.map(({ mountPath }: Yaml) => mountPath)).toEqual(['/tmp', '/a', '/b']);
  });
});

describe('a container beside the application', () => {
  const seconds = timing.preStopSeconds + timing.drainSeconds + timing.shutdownSeconds;
  const beside = (props: Partial<WebSocketServerProps>, more?: object) =>
    podOf({ ...props, containers: [container('sql-proxy', more)] }).containers[1];

  test('is there until the application has drained and gone, and no longer than the pod may take', () => {
    expect(beside({}).lifecycle).toEqual({ preStop: { exec: { command: ['sleep', String(seconds)] } } });
    expect(seconds).toBeLessThan(timing.terminationGracePeriodSeconds);
    expect(seconds).toBe(180);
  });

  test('waits with the kubelet where images have no shell', () => {
    expect(beside({ proxy, preStopHook: 'sleep' }).lifecycle).toEqual({ preStop: { sleep: { seconds } } });
  });

  test('keeps a hook of its own, and what else it does in its life', () => {
    const own = { preStop: { exec: { command: ['/quit'] } } };
    expect(beside({}, { lifecycle: own }).lifecycle).toEqual(own);
    const postStart = { exec: { command: ['/hello'] } };
    expect(beside({}, { lifecycle: { postStart } }).lifecycle).toEqual({
      postStart,
      preStop: { exec: { command: ['sleep', String(seconds)] } },
    });
  });
});

describe('an identity', () => {
  const metadataServer = [
    { to: [{ ipBlock: { cidr: '169.254.169.254/32' } }], ports: [{ protocol: 'TCP', port: 80 }] },
    {
      to: [{ ipBlock: { cidr: '169.254.169.252/32' } }],
      ports: [
        { protocol: 'TCP', port: 987 },
        { protocol: 'TCP', port: 988 },
      ],
    },
  ];
  const policy = (props: Partial<WebSocketServerProps>): Yaml => only(objects(props), 'NetworkPolicy');

  test("of Google Cloud can be proven: the policy opens GKE's metadata server and nothing else", () => {
    const before = policy({}).spec.egress;
    const opened = policy({ serviceAccount: account, workloadIdentity: 'gke' });
    expect(opened.spec.egress).toEqual([...before, ...metadataServer]);
    expect(schemaErrors(opened, '1.28')).toEqual([]);
    expect(policy({ serviceAccount: account, workloadIdentity: 'none' }).spec.egress).toEqual(before);
  });

  test('fails where it could not be proven, and says what to give', () => {
    expect(problemsOf(() => objects({ serviceAccount: account }))).toEqual([
      expect.stringMatching(
        /^workloadIdentity: is not given beside serviceAccount: .*give "gke" to open it, or "none"/,
      ),
    ]);
    expect(problemsOf(() => objects({ workloadIdentity: 'gke' }))).toEqual([
      expect.stringContaining('workloadIdentity: "gke" needs a serviceAccount'),
    ]);
    expect(problemsOf(() => objects({ serviceAccount: account, workloadIdentity: 'aws' as never }))).toEqual([
      'workloadIdentity: "aws" is unknown; give one of gke, none',
    ]);
  });

  test('fails with a token for an API that cannot be reached, and is taken with the way to it', () => {
    expect(problemsOf(() => objects({ mountServiceAccountToken: true }))).toEqual([
      expect.stringMatching(
        /^mountServiceAccountToken: is for the Kubernetes API, .* add its address to traffic.egressTo/,
      ),
    ]);
    const traffic = { egressTo: [{ cidr: '10.1.2.3/32', ports: [443] }] };
    expect(problemsOf(() => objects({ mountServiceAccountToken: true, traffic }))).toEqual([]);
  });
});

describe('nodes that a cloud takes back', () => {
  const said = (label: string, seconds: number) =>
    `${label} are nodes that are taken back and then leave a pod ${seconds} s, which preStop 120 s + drain 50 s + shutdown 10 s do not fit in, so that every connection is cut at once; derive the timing with nodeShutdown: Duration.seconds(${seconds}), or keep these pods off such nodes`;
  const affinity = (kind: 'required' | 'preferred', values: string[]) => {
    const term = { matchExpressions: [{ key: 'karpenter.sh/capacity-type', operator: 'In', values }] };
    const name = `${kind}DuringSchedulingIgnoredDuringExecution`;
    return {
      nodeAffinity: {
        [name]: kind === 'required' ? { nodeSelectorTerms: [term] } : [{ weight: 1, preference: term }],
      },
    };
  };
  const gke = { nodeSelector: { 'cloud.google.com/gke-spot': 'true' } };

  test.each<[string, Partial<WebSocketServerProps>, string]>([
    ['a selector', gke, `nodeSelector: ${said('cloud.google.com/gke-spot=true', 15)}`],
    [
      'a toleration',
      { tolerations: [{ key: 'kubernetes.azure.com/scalesetpriority', value: 'spot', effect: 'NoSchedule' }] },
      `tolerations: ${said('kubernetes.azure.com/scalesetpriority=spot', 30)}`,
    ],
    [
      'an affinity that needs them',
      { affinity: affinity('required', ['on-demand', 'spot']) },
      `affinity: ${said('karpenter.sh/capacity-type=spot', 120)}`,
    ],
    [
      'an affinity that prefers them',
      { affinity: affinity('preferred', ['spot']) },
      `affinity: ${said('karpenter.sh/capacity-type=spot', 120)}`,
    ],
  ])('fail with a timing that is too long for them: %s', (_title, props, message) => {
    expect(problemsOf(() => objects(props))).toEqual([message]);
  });

  test('are taken with a timing that was made for them: the whole shutdown fits into what they leave', () => {
    const pod = podOf({ ...gke, timing: deriveTiming({ nodeShutdown: Duration.seconds(15) }) });
    expect(pod.nodeSelector).toEqual(gke.nodeSelector);
    const { env, lifecycle } = pod.containers[0];
    const ms = (name: string) => Number(env.find((one: Yaml) => one.name === name).value);
    const preStopMs = 1000 * Number(/sleep (\d+);/.exec(lifecycle.preStop.exec.command[2])?.[1]);
    expect(preStopMs).toBeGreaterThan(0);
    expect(ms('SOCKET_DRAIN_MS')).toBeGreaterThanOrEqual(5000);
    expect(preStopMs + ms('SOCKET_DRAIN_MS') + ms('SOCKET_SHUTDOWN_MS') + 2000).toBeLessThanOrEqual(15_000);
  });

  test('are nothing to pods that stay off them', () => {
    expect(problemsOf(() => objects({ affinity: affinity('required', ['on-demand']) }))).toEqual([]);
    expect(problemsOf(() => objects({ nodeSelector: { 'cloud.google.com/gke-spot': 'false' } }))).toEqual([]);
    const long = deriveTiming({ endpointDetach: Duration.seconds(40), drain: Duration.seconds(30) });
    expect(problemsOf(() => objects({ timing: long, affinity: affinity('required', ['spot']) }))).toEqual([]);
  });
});
