import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import * as holdfast from '../../lib';
import { InvalidInputError } from '../../lib/input';

/** biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript gives has no types */
type Wrong = any;

const timing = holdfast.deriveTiming();
const independent = { kind: 'none', podsAreIndependent: true };
const google = [...holdfast.GOOGLE_BALANCER_RANGES];

function chartFor(): Chart {
  return new Chart(new App(), 'test', { namespace: 'chat' });
}

function serverIn(chart: Chart, traffic: Wrong = {}) {
  return new holdfast.WebSocketServer(chart, 'Real', {
    name: 'chat',
    image: 'chat:1.0.0',
    port: 3000,
    timing,
    adapter: { kind: 'none', podsAreIndependent: true },
    traffic,
  });
}

/** Each makes something of right properties, of which a case exchanges some. */
const MAKERS: Readonly<Record<string, (wrong: Wrong) => unknown>> = {
  timing: (wrong) => holdfast.deriveTiming(wrong),
  app: (wrong) => new holdfast.HoldfastApp(wrong),
  namespace: (wrong) => new holdfast.RestrictedNamespace(chartFor(), 'X', merged({ name: 'chat' }, wrong)),
  server: (wrong) =>
    new holdfast.WebSocketServer(
      chartFor(),
      'X',
      merged({ name: 'chat', image: 'chat:1.0.0', port: 3000, timing, adapter: independent }, wrong),
    ),
  disk: (wrong) =>
    MAKERS.server?.({ storage: merged({ per: 'pod', mountPath: '/data', size: '20Gi' }, wrong), replicas: 2 }),
  proxy: (wrong) =>
    MAKERS.server?.({ proxy: merged({ socketIo: { path: '/socket.io/' }, addressesAppended: 2 }, wrong) }),
  autoscaling: (wrong) =>
    MAKERS.server?.({ autoscaling: merged({ minReplicas: 2, maxReplicas: 4, cpuUtilization: 60 }, wrong) }),
  traffic: (wrong) => MAKERS.server?.({ traffic: wrong }),
  gateway: (wrong) => {
    const chart = chartFor();
    const server = new holdfast.WebSocketServer(chart, 'Real', {
      name: 'chat',
      image: 'chat:1.0.0',
      port: 3000,
      timing,
      stableNames: true,
      adapter: { kind: 'none', podsAreIndependent: true },
    });
    return new holdfast.WebSocketGateway(chart, 'X', merged({ name: 'front', server, addressesAppended: 2 }, wrong));
  },
  gke: (wrong) => {
    const chart = chartFor();
    const props = { name: 'chat', host: 'chat.example.com', server: serverIn(chart), tls: { managed: true } };
    return new holdfast.GkeWebSocketEdge(chart, 'X', merged(props, wrong));
  },
  'gce-internal': (wrong) => {
    const chart = chartFor();
    const server = serverIn(chart, { ingressFrom: [...google, '10.129.0.0/23'] });
    const props = { name: 'chat', host: 'chat.example.com', server, ingressClass: 'gce-internal' };
    return new holdfast.GkeWebSocketEdge(chart, 'X', merged(props, wrong));
  },
  'gateway-api': (wrong) => {
    const chart = chartFor();
    const props = { name: 'chat', host: 'chat.example.com', server: serverIn(chart), tls: { certificates: ['chat'] } };
    return new holdfast.GatewayWebSocketIngress(chart, 'X', merged(props, wrong));
  },
  alb: (wrong) => {
    const chart = chartFor();
    const server = serverIn(chart, { ingressFrom: ['10.0.0.0/16'] });
    const props = { name: 'chat', host: 'chat.example.com', server, tls: { managed: true } };
    return new holdfast.AlbWebSocketIngress(chart, 'X', merged(props, wrong));
  },
  'ingress-nginx': (wrong) => {
    const chart = chartFor();
    const server = serverIn(chart, { ingressFromNamespaces: ['ingress-nginx'] });
    const secret = Secret.fromSecretName(chart, 'Tls', 'chat-tls');
    const props = { name: 'chat', host: 'chat.example.com', server, tls: { secret } };
    return new holdfast.NginxWebSocketIngress(chart, 'X', merged(props, wrong));
  },
  haproxy: (wrong) => {
    const chart = chartFor();
    const server = serverIn(chart, { ingressFromNamespaces: ['haproxy-controller'] });
    const secret = Secret.fromSecretName(chart, 'Tls', 'chat-tls');
    const props = { name: 'chat', host: 'chat.example.com', server, tls: { secret } };
    return new holdfast.HaproxyWebSocketIngress(chart, 'X', merged(props, wrong));
  },
  certificate: (wrong) =>
    new holdfast.ManagedCertificate(chartFor(), 'X', merged({ name: 'chat', domains: ['chat.example.com'] }, wrong)),
  'backend-config': (wrong) => new holdfast.BackendConfig(chartFor(), 'X', merged({ name: 'chat', timing }, wrong)),
  'frontend-config': (wrong) => new holdfast.FrontendConfig(chartFor(), 'X', merged({ name: 'chat' }, wrong)),
  'nginx.conf': (wrong) =>
    holdfast.nginxConf(merged({ timing, upstream: { port: 3000 }, socketIo: { path: '/socket.io/' } }, wrong)),
  'gateway.conf': (wrong) => holdfast.gatewayConf(merged({ timing, servers: [{ host: 'chat-0', port: 3001 }] }, wrong)),
};

/** What is no object is given as it is. */
function merged(right: object, wrong: unknown): Wrong {
  return typeof wrong === 'object' && wrong !== null && !Array.isArray(wrong) ? { ...right, ...wrong } : wrong;
}

/** What is made, with what in it wrong, the path that is named, and what has to be said: the value or "missing", and what is allowed. */
type Case = readonly [maker: string, wrong: unknown, at: string, says: RegExp];

const MISSING = /is missing; give /;
const UNUSABLE = /cannot be used here; give /;
const long = 'a'.repeat(63);

const CASES: readonly Case[] = [
  // Nothing at all, and something else.
  ...['namespace', 'server', 'gateway', 'gke', 'gateway-api', 'alb', 'ingress-nginx', 'haproxy', 'certificate'].flatMap(
    (maker): readonly Case[] => [
      [maker, undefined, '', /is missing; give an object with name/],
      [maker, null, '', /null cannot be used here; give an object with name/],
      [maker, 5, '', /5 cannot be used here; give an object with name/],
    ],
  ),
  ['backend-config', undefined, '', MISSING],
  ['backend-config', 'chat', '', /"chat" cannot be used here/],
  ['frontend-config', [], '', UNUSABLE],
  ['nginx.conf', undefined, '', /is missing; give an object with timing, upstream/],
  ['nginx.conf', 'x', '', UNUSABLE],
  ['gateway.conf', null, '', UNUSABLE],
  ['timing', null, '', /null is not a set of timing inputs/],
  ['timing', 25, '', /25 is not a set of timing inputs/],
  ['timing', { pingInterval: 25 }, 'pingInterval', /25 is not a Duration; write Duration.seconds/],
  ['timing', { pingInterval: null }, 'pingInterval', /null is not a Duration/],
  ['timing', { pingIntervall: Duration.seconds(25) }, 'pingIntervall', /is not a timing input/],
  ['timing', { drain: Duration.millis(1500) }, 'drain', /1.5 s ends in a field that takes whole seconds; give 2 s/],
  ['timing', { pingInterval: Duration.seconds(0) }, 'pingInterval', /0 s is out of range; give 1 s to/],

  // A server without what it needs.
  ['server', { name: undefined }, 'name', /is missing; give text, such as "chat"/],
  ['server', { image: undefined }, 'image', /is missing; give text, such as "chat-backend:1.4.2"/],
  ['server', { port: undefined }, 'port', MISSING],
  ['server', { timing: undefined }, 'timing', /is missing; give what deriveTiming/],
  ['server', { timing: { pingInterval: 25 } }, 'timing', /no usable|is no /],
  ['server', { timing: 'fast' }, 'timing', /"fast" is no timing/],
  ['server', { name: 5 }, 'name', /5 cannot be used here; give text/],
  ['server', { name: '' }, 'name', /"" is not a DNS label/],
  ['server', { name: 'A B' }, 'name', /"A B" is not a DNS label.*such as "a-b"/],
  ['server', { name: long }, 'name', /is not a DNS label; use at most 52/],
  ['server', { image: null }, 'image', UNUSABLE],
  ['server', { image: 'a:1:2' }, 'image', /"a:1:2" is not an image reference/],
  ['server', { image: 'a@sha256:zz' }, 'image', /"a@sha256:zz" is not an image reference.*64 hexadecimal digits/],
  ['server', { image: 'a:' }, 'image', /"a:" is not an image reference/],
  ['server', { image: 'chat' }, 'image', /"chat" names no fixed version/],
  ['server', { image: 'https://registry.example/chat:1' }, 'image', /is not an image reference/],
  ['server', { port: '3000' }, 'port', /"3000" cannot be used here; give a number/],
  ['server', { port: 0 }, 'port', /0 is not a port/],
  ['server', { port: Number.NaN }, 'port', /NaN is not a port/],
  ['server', { port: 65_536 }, 'port', /65536 is not a port/],
  ['server', { replicas: '3' }, 'replicas', UNUSABLE],
  ['server', { replicas: 0 }, 'replicas', /0 is out of range/],
  ['server', { replicas: null }, 'replicas', /null cannot be used here.*leave it out/],
  ['server', { replcias: 3 }, 'replcias', /did you mean "replicas"/],
  ['server', { volumes: [] }, 'volumes', /is not read by anything here; the fields are/],
  ['server', { adapter: 'redis' }, 'adapter', /"redis" cannot be used here; give an adapter/],
  ['server', { adapter: { kind: 'redis' }, replicas: 1 }, 'adapter.kind', /"redis" is unknown; give one of/],
  ['server', { adapter: { kind: 'redis-streams', url: 'redis://x' } }, 'adapter.url', /is not a Secret/],
  ['server', { adapter: { kind: 'redis-streams' } }, 'adapter.url', /is not a Secret/],
  [
    'server',
    { adapter: { kind: 'none', podsAreIndependent: 'yes' }, replicas: 1 },
    'adapter.podsAreIndependent',
    UNUSABLE,
  ],
  ['server', { stableNames: 'yes' }, 'stableNames', /"yes" cannot be used here; give true or false/],
  ['server', { storage: 'big' }, 'storage', /"big" cannot be used here; give an object/],
  ['server', { proxy: true }, 'proxy', /true cannot be used here; give an object/],
  ['server', { probes: '/health' }, 'probes', UNUSABLE],
  ['server', { probes: { liveness: 5 } }, 'probes.liveness', /5 is not a probe/],
  ['server', { probes: { ready: '/ready' } }, 'probes.ready', /is not read by anything here/],
  ['server', { probes: { liveness: '/socket.io/' } }, 'probes.liveness', /is the Socket.IO endpoint/],
  ['server', { resources: '1Gi' }, 'resources', UNUSABLE],
  ['server', { resources: { requests: { cpu: '1', memory: '1Gi' } } }, 'resources.limits', MISSING],
  ['server', { resources: sized('512m') }, 'resources.limits.memory', /"512m" is 0.512 bytes.*did you mean "512Mi"/],
  ['server', { resources: sized('512') }, 'resources.limits.memory', /"512" is 512 bytes.*did you mean "512Gi"/],
  ['server', { resources: sized(undefined) }, 'resources.limits.memory', MISSING],
  ['server', { resources: sized('1Gi', 1) }, 'resources.requests.cpu', /1 cannot be used here; give text/],
  ['server', { resources: sized('1Gi', '512Mi') }, 'resources.requests.cpu', /is 536870912 cores; give from 1m/],
  ['server', { resources: sized('1 GB') }, 'resources.limits.memory', /did you mean "1Gi"/],
  ['server', { env: { X: 5 } }, 'env.X', /5 cannot be used here; give text, such as "5"/],
  ['server', { env: { X: null } }, 'env.X', UNUSABLE],
  ['server', { env: ['X=5'] }, 'env', /cannot be used here; give an object/],
  ['server', { env: { 'A-B': 'x' } }, 'env', /"A-B" is not an environment variable name/],
  ['server', { envFrom: ['secret'] }, 'envFrom[0]', /"secret" cannot be used here; give an EnvFrom/],
  [
    'server',
    { command: 'node x' },
    'command',
    /"node x" cannot be used here; give a list, such as \["node","server.js"\]/,
  ],
  ['server', { command: ['node', 5] }, 'command[1]', /5 cannot be used here; give text/],
  ['server', { args: '--port 3000' }, 'args', UNUSABLE],
  ['server', { containers: {} }, 'containers', /cannot be used here; give a list/],
  ['server', { containers: ['exporter'] }, 'containers[0]', /give a Container of cdk8s-plus/],
  ['server', { containers: [{ name: 'exporter' }] }, 'containers[0].image', /is missing; give repository and tag/],
  ['server', { containers: [{ name: 'exporter', image: 'a b' }] }, 'containers[0].image', /is not an image reference/],
  ['server', { volumeMounts: [{ path: '/x' }] }, 'volumeMounts[0]', /give a VolumeMount of cdk8s-plus/],
  ['server', { volumeMounts: 'x' }, 'volumeMounts', UNUSABLE],
  ['server', { user: 'node' }, 'user', UNUSABLE],
  ['server', { user: 0 }, 'user', /0 is out of range/],
  ['server', { preStopHook: 'none' }, 'preStopHook', /"none" is unknown; give one of exec, sleep/],
  ['server', { serviceAccount: null }, 'serviceAccount', /null cannot be used here; give a ServiceAccount/],
  ['server', { serviceAccount: 'chat' }, 'serviceAccount', /"chat" cannot be used here; give a ServiceAccount/],
  ['server', { imagePullSecrets: ['registry'] }, 'imagePullSecrets[0]', /give a Secret of cdk8s-plus/],
  ['server', { mountServiceAccountToken: 'true' }, 'mountServiceAccountToken', UNUSABLE],
  ['server', { safeToEvict: 1 }, 'safeToEvict', /1 cannot be used here; give true or false/],
  ['server', { workloadIdentity: 'aws' }, 'workloadIdentity', /"aws" is unknown/],

  // Marks, nodes and what runs before.
  ['server', { labels: ['team'] }, 'labels', UNUSABLE],
  ['server', { labels: { team: 5 } }, 'labels.team', /5 cannot be used here; give text/],
  ['server', { labels: { 'a b': 'c' } }, 'labels', /"a b" is not a key; give at most 63/],
  ['server', { labels: { team: 'a b' } }, 'labels.team', /"a b" is not a label value/],
  ['server', { labels: { app: 'other' } }, 'labels.app', /takes the pods away from their selector, which wants "chat"/],
  ['server', { labels: { 'pod-template-hash': 'x' } }, 'labels', /is written by the workload's controller/],
  ['server', { selector: {} }, 'selector', /is empty, and would select every pod/],
  ['server', { selector: 'app=chat' }, 'selector', UNUSABLE],
  ['server', { selector: { 'A/B/c': 'x' } }, 'selector', /"A\/B\/c" is not a key/],
  [
    'server',
    { annotations: { 'holdfast/timing': '{}' } },
    'annotations',
    /is written by this library; change the timing/,
  ],
  ['server', { annotations: { a: 1 } }, 'annotations.a', UNUSABLE],
  [
    'server',
    { annotations: { a: 'x'.repeat(300_000) } },
    'annotations',
    /has 300001 bytes, of which an object takes 262144/,
  ],
  ['server', { podAnnotations: { 'holdfast/config-hash': '1' } }, 'podAnnotations', /for the nginx.conf; leave it out/],
  [
    'server',
    { podAnnotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' } },
    'podAnnotations',
    /set safeToEvict instead/,
  ],
  ['server', { nodeSelector: { pool: true } }, 'nodeSelector.pool', /true cannot be used here/],
  ['server', { nodeSelector: { pool: '-' } }, 'nodeSelector.pool', /"-" is not a label value/],
  ['server', { tolerations: { key: 'pool' } }, 'tolerations', UNUSABLE],
  ['server', { tolerations: [{ value: 'x' }] }, 'tolerations[0].key', /is missing; name the taint/],
  [
    'server',
    { tolerations: [{ key: 'a', operator: 'exists' }] },
    'tolerations[0].operator',
    /"exists" is unknown; give one of Equal, Exists/,
  ],
  ['server', { tolerations: [{ key: 'a', effect: 'Evict' }] }, 'tolerations[0].effect', /"Evict" is unknown/],
  [
    'server',
    { tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] },
    'tolerations[0].value',
    /is compared with nothing/,
  ],
  [
    'server',
    { tolerations: [{ key: 'a', tolerationSeconds: 5 }] },
    'tolerations[0].tolerationSeconds',
    /for effect "NoExecute" alone/,
  ],
  ['server', { tolerations: [{ keys: 'a', key: 'a' }] }, 'tolerations[0].keys', /did you mean "key"/],
  ['server', { affinity: 'cookie' }, 'affinity', /"cookie" cannot be used here; give an object with nodeAffinity/],
  ['server', { affinity: { nodeaffinity: {} } }, 'affinity.nodeaffinity', /did you mean "nodeAffinity"/],
  [
    'server',
    { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } },
    'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution',
    /has no term, which no node fulfils/,
  ],
  [
    'server',
    { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}] } } },
    'affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey',
    MISSING,
  ],
  [
    'server',
    {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 0, preference: { matchExpressions: [{ key: 'pool', operator: 'In', values: ['a'] }] } },
          ],
        },
      },
    },
    'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight',
    /0 is out of range; give a whole number from 1 to 100/,
  ],
  ['server', { priorityClassName: 'High' }, 'priorityClassName', /"High" is not a DNS name/],
  [
    'server',
    { initContainers: [{ name: 'migrate' }] },
    'initContainers[0].image',
    /is missing; give repository and tag/,
  ],
  [
    'server',
    { initContainers: [{ name: 'chat', image: 'a:1' }] },
    'initContainers[0].name',
    /is another container of this pod/,
  ],
  ['server', { initContainers: 'migrate' }, 'initContainers', UNUSABLE],

  // A disk.
  ['disk', { size: undefined }, 'storage.size', /is missing; give text, such as "20Gi"/],
  ['disk', { size: '20' }, 'storage.size', /"20" is 20 bytes.*did you mean "20Gi"/],
  ['disk', { size: 20 }, 'storage.size', /20 cannot be used here; give text/],
  ['disk', { size: '20GB' }, 'storage.size', /did you mean "20Gi"/],
  ['disk', { size: '-1Gi' }, 'storage.size', /is not a Kubernetes quantity/],
  ['disk', { mountPath: undefined }, 'storage.mountPath', MISSING],
  ['disk', { mountPath: '/tmp/' }, 'storage.mountPath', /"\/tmp\/" is not a folder to mount a volume at/],
  ['disk', { mountPath: '/tmp' }, 'storage.mountPath', /"\/tmp" is in use/],
  ['disk', { mountPath: 'data' }, 'storage.mountPath', /"data" is not a folder.*such as "\/data"/],
  ['disk', { mountPath: '/' }, 'storage.mountPath', /is not a folder to mount/],
  ['disk', { mountPath: '/a/../b' }, 'storage.mountPath', /is not a folder.*such as "\/a\/b"/],
  ['disk', { per: undefined }, 'storage.per', MISSING],
  ['disk', { per: 'user' }, 'storage.per', /"user" is unknown; give "pod" or "workload"/],
  ['disk', { accessMode: 'RWO' }, 'storage.accessMode', /"RWO" is unknown/],
  ['disk', { name: 'My Disk' }, 'storage.name', /"My Disk" is not a DNS label/],

  // A proxy.
  ['proxy', { addressesAppended: undefined }, 'proxy.addressesAppended', MISSING],
  ['proxy', { addressesAppended: '2' }, 'proxy.addressesAppended', UNUSABLE],
  ['proxy', { socketIo: '/socket.io/' }, 'proxy.socketIo', UNUSABLE],
  ['proxy', { socketIo: {} }, 'proxy.socketIo.path', MISSING],
  ['proxy', { routes: '/app/' }, 'proxy.routes', /cannot be used here; give a list/],
  ['proxy', { routes: [{ path: '/app' }] }, 'proxy.routes[0].path', /must end with "\/"/],
  ['proxy', { routes: [{ path: 5 }] }, 'proxy.routes[0].path', UNUSABLE],
  ['proxy', { maxBodySize: '10m' }, 'proxy.maxBodySize', /"10m" is not a Size/],
  [
    'proxy',
    { port: 3000 },
    'proxy.port',
    /3000 is the application's own port; give the proxy another one, such as 8080/,
  ],
  ['proxy', { workers: 'auto' }, 'proxy.workers', UNUSABLE],
  ['proxy', { image: 'nginx' }, 'proxy.image', /names no fixed version/],
  ['proxy', { debugHeader: true }, 'proxy.debugHeader', /did you mean "debugHeaders"/],
  ['nginx.conf', { upstream: undefined }, 'upstream', MISSING],
  ['nginx.conf', { upstream: { port: '3000' } }, 'upstream.port', UNUSABLE],
  ['nginx.conf', { timing: undefined }, 'timing', MISSING],
  ['gateway.conf', { servers: 'chat-0' }, 'servers', /cannot be used here; give a list/],
  ['gateway.conf', { servers: ['chat-0'] }, 'servers[0]', /cannot be used here; give an object with host, port/],
  ['gateway.conf', { socketIoPath: true }, 'socketIoPath', UNUSABLE],

  // Who comes and goes.
  ['autoscaling', { minReplicas: undefined }, 'autoscaling.minReplicas', MISSING],
  ['autoscaling', { maxReplicas: '4' }, 'autoscaling.maxReplicas', UNUSABLE],
  ['autoscaling', { maxReplicas: 1 }, 'autoscaling.maxReplicas', /1 is less than minReplicas 2/],
  ['autoscaling', { cpuUtilization: 200 }, 'autoscaling.cpuUtilization', /200 is out of range/],
  ['autoscaling', { connectionsPerPod: 100 }, 'autoscaling', /scales on one thing/],
  ['server', { autoscaling: true }, 'autoscaling', UNUSABLE],
  ['traffic', 'all', 'traffic', UNUSABLE],
  ['traffic', { ingressFrom: '10.0.0.0/8' }, 'traffic.ingressFrom', /cannot be used here; give a list/],
  ['traffic', { ingressFrom: [10] }, 'traffic.ingressFrom[0]', UNUSABLE],
  [
    'traffic',
    { ingressFrom: ['10.1.2.3/8'] },
    'traffic.ingressFrom[0]',
    /did you mean "10.0.0.0\/8", or "10.1.2.3\/32"/,
  ],
  ['traffic', { ingressFrom: ['10.0.0.0'] }, 'traffic.ingressFrom[0]', /did you mean "10.0.0.0\/32"/],
  ['traffic', { ingressFrom: ['10.0.0.0/33'] }, 'traffic.ingressFrom[0]', /is not a range of addresses/],
  ['traffic', { ingressFrom: ['fd00::1/8'] }, 'traffic.ingressFrom[0]', /did you mean "fd00::\/8"/],
  ['traffic', { ingressFromNamespaces: 'nginx' }, 'traffic.ingressFromNamespaces', UNUSABLE],
  ['traffic', { egressTo: {} }, 'traffic.egressTo', /cannot be used here; give a list/],
  ['traffic', { egressTo: ['10.0.0.0/8'] }, 'traffic.egressTo[0]', /cannot be used here; give a place/],
  ['traffic', { egressTo: [{ cidr: '10.0.0.0/8' }] }, 'traffic.egressTo[0].ports', MISSING],
  ['traffic', { egressTo: [{ cidr: '10.0.0.0/8', ports: 443 }] }, 'traffic.egressTo[0].ports', UNUSABLE],
  ['traffic', { egressTo: [{ namespace: 'A', ports: [1] }] }, 'traffic.egressTo[0].namespace', /is not a DNS label/],
  ['traffic', { egresTo: [] }, 'traffic.egresTo', /did you mean "egressTo"/],

  // The way in, on every platform.
  ...['gke', 'gateway-api', 'alb', 'ingress-nginx', 'haproxy'].flatMap((maker): readonly Case[] => [
    [maker, { name: undefined }, 'name', MISSING],
    [maker, { name: 'A B' }, 'name', /"A B" is not a DNS name/],
    [maker, { host: undefined }, 'host', /is missing; give text, such as "chat.example.com"/],
    [maker, { host: 'https://chat.example.com' }, 'host', /did you mean "chat.example.com"/],
    [maker, { host: '10.0.0.1' }, 'host', /"10.0.0.1" is not a host/],
    [maker, { host: 'chat.example.com:443' }, 'host', /is not a host/],
    [maker, { server: undefined }, 'server', /is missing; give a WebSocketServer/],
    [maker, { server: 'chat' }, 'server', /"chat" cannot be used here; give a WebSocketServer/],
    [maker, { server: {} }, 'server', UNUSABLE],
    [maker, { paths: '' }, 'paths', /"" cannot be used here; give a list, such as \["\/"\], or leave it out/],
    [maker, { paths: [] }, 'paths', /is empty/],
    [maker, { paths: ['chat'] }, 'paths[0]', /"chat" is not a usable URL path/],
    [maker, { paths: [5] }, 'paths[0]', UNUSABLE],
    [maker, { tls: 1 }, 'tls', /1 cannot be used here; give \{ secret \}/],
    [maker, { tls: {} }, 'tls', /names no source/],
    [
      maker,
      { tls: { managed: false } },
      maker === 'gke' || maker === 'alb' ? 'tls.managed' : 'tls',
      /false is nothing|cannot come/,
    ],
    [maker, { affinity: 'sticky' }, 'affinity', /"sticky" is unknown; give one of/],
    [maker, { servicePort: '80' }, 'servicePort', UNUSABLE],
    [maker, { hosts: ['a.example.com'] }, 'hosts', /did you mean "host"/],
  ]),
  ['gke', { healthCheck: '/health' }, 'healthCheck', UNUSABLE],
  ['gke', { healthCheck: { path: '/socket.io/' } }, 'healthCheck.path', /is the Socket.IO endpoint/],
  ['gke', { healthCheck: { timeoutSeconds: '5' } }, 'healthCheck.timeoutSeconds', UNUSABLE],
  ['gke', { healthCheck: { interval: 5 } }, 'healthCheck.interval', /is not read by anything here/],
  [
    'gke',
    { name: long },
    'name',
    /has 63 characters, and what belongs to it is called after it \("…-certificate"\); give at most 51/,
  ],
  [
    'gke',
    { host: `${'a'.repeat(60)}.example.com` },
    'host',
    /has 72 characters; a managed certificate takes at most 63/,
  ],
  ['gke', { host: '*.example.com' }, 'host', /"\*.example.com" is a wildcard, which no managed/],
  ['gke', { host: 'x.123' }, 'host', /"x.123" is not a host/],
  ['gke', { address: 'chat.address' }, 'address', /is not a name for a Google Cloud resource/],
  ['gke', { address: '1chat' }, 'address', /is not a name for a Google Cloud resource/],
  ['gke', { address: 5 }, 'address', UNUSABLE],
  ['gke', { sslPolicy: 'modern.v2' }, 'sslPolicy', /is not a name for a Google Cloud resource/],
  ['gke', { tls: undefined, sslPolicy: 'modern' }, 'sslPolicy', /is for TLS; give tls/],
  ['gke', { securityPolicy: 'armor.v2' }, 'securityPolicy', /is not a name for a Google Cloud resource/],
  ['gke', { logSampleRate: '0.5' }, 'logSampleRate', /"0.5" cannot be used here; give a number/],
  ['gke', { logSampleRate: 2 }, 'logSampleRate', /2 is out of range/],
  ['gke', { names: 'chat' }, 'names', UNUSABLE],
  ['gke', { names: { backendconfig: 'x' } }, 'names.backendconfig', /did you mean "backendConfig"/],
  ['gke', { ingressClass: 'nginx' }, 'ingressClass', /"nginx" is ignored by GKE's Ingress controller/],
  ['gce-internal', { securityPolicy: 'armor' }, 'securityPolicy', /cannot be attached on class "gce-internal"/],
  ['gateway-api', { gatewayClass: 'istio' }, 'gatewayClass', /"istio" is not a class of GKE/],
  ['gateway-api', { tls: { certificates: 'chat' } }, 'tls.certificates', /"chat" is not a list of names/],
  [
    'gateway-api',
    { tls: { certificates: ['Chat'] } },
    'tls.certificates[0]',
    /is not a name for a Google Cloud resource/,
  ],
  ['gateway-api', { address: '-' }, 'address', /is not a name for a Google Cloud resource/],
  ['gateway-api', { globalAccess: 'yes' }, 'globalAccess', UNUSABLE],
  ['alb', { tags: { 'aws:team': 'x' } }, 'tags.aws:team', /is a tag that AWS keeps to itself/],
  ['alb', { tags: { Team: 5 } }, 'tags.Team', /5 cannot stand in the list/],
  ['alb', { tags: 'Team=x' }, 'tags', UNUSABLE],
  ['alb', { scheme: 'public' }, 'scheme', /"public" is unknown/],
  ['alb', { tls: { certificates: ['chat'] } }, 'tls.certificates[0]', /is not the ARN of a certificate/],
  ['ingress-nginx', { paths: ['/~team/'] }, 'paths[0]', /holds "~", for which the controller refuses/],
  ['ingress-nginx', { cors: { origins: '*' } }, 'cors.origins', /"\*" cannot be used here; give a list/],
  ['ingress-nginx', { cors: {} }, 'cors.origins', MISSING],
  ['ingress-nginx', { cookie: 'chat' }, 'cookie', UNUSABLE],
  ['ingress-nginx', { cookie: { sameSite: 'lax' } }, 'cookie.sameSite', /"lax" is unknown/],
  ['ingress-nginx', { maxBodySize: '10m' }, 'maxBodySize', /"10m" cannot be used here; give a Size/],
  ['app', 'manifests', '', /"manifests" cannot be used here; give an object/],
  ['app', { outdir: 5 }, 'outdir', UNUSABLE],
  ['app', { outDir: 'k8s' }, 'outDir', /did you mean "outdir"/],
  ['app', { resolvers: 'lazy' }, 'resolvers', UNUSABLE],
  ['app', { resolvers: [{}] }, 'resolvers[0]', /give a resolver of cdk8s/],
  ['namespace', { name: 'A B' }, 'name', /"A B" is not a DNS label/],
  ['namespace', { labels: { team: 'a b' } }, 'labels.team', /is not a label value/],
  [
    'namespace',
    { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
    'labels.pod-security.kubernetes.io/enforce',
    /is written here/,
  ],
  ['certificate', { domains: 'chat.example.com' }, 'domains', /cannot be used here; give a list/],
  ['certificate', { domains: [] }, 'domains', /0 domains are out of range/],
  ['certificate', { domains: ['*.example.com'] }, 'domains[0]', /is a wildcard, .*take another certificate/],
  ['frontend-config', { redirectToHttps: 'yes' }, 'redirectToHttps', UNUSABLE],
  ['backend-config', { timing: undefined }, 'timing', MISSING],
  ['gateway', { server: 'chat' }, 'server', /"chat" cannot be used here; give a WebSocketServer/],
  ['gateway', { traffic: { egressTo: [] } }, 'traffic.egressTo', /is not read by anything here/],
  ['gateway', { replicas: '3' }, 'replicas', UNUSABLE],
];

function sized(memory: unknown, cpu: unknown = '250m') {
  return { requests: { cpu, memory: '1Mi' }, limits: { memory } };
}

const atAll = `${path.join(__dirname, '..', '..')}${path.sep}manifests`;

test('there are enough of them to mean something', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(150);
});

test.each(CASES)('%s with %j fails at %j, in one sentence', (maker, wrong, at, says) => {
  const before = fs.existsSync(atAll);
  let thrown: unknown;
  try {
    MAKERS[maker]?.(wrong);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(InvalidInputError);
  const { problems } = thrown as InvalidInputError;
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(says);
  if (at !== '') expect(problems[0]?.slice(0, at.length + 2)).toBe(`${at}: `);
  expect(fs.existsSync(atAll)).toBe(before);
});
