import type * as kplus from 'cdk8s-plus-28';
import { checkImage, checkInteger, checkLabelName, checkMountPath, checkPort } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import { type Reader, reader } from '../input/settings';
import { DEFAULT_MAX_CONNECTIONS } from '../nginx';
import type * as k8s from '../synth/k8s';
import type { Timing } from '../timing/timing';
import { type AdapterProps, adapterEgress, readAdapter } from './adapter';
import { type Autoscaling, MOST_REPLICAS, readScale, type Scale } from './autoscaler';
import type { BackendFacts } from './backend';
import { readResources, type SettledResources } from './container';
import { checkPreStopHook, type PreStopHook } from './drain';
import { readIdentity } from './identity';
import { type Marks, readMarks } from './marks';
import { readTraffic, type Traffic } from './network-policy';
import { checkPodNames } from './pod-names';
import { checkPullSecrets } from './pod-spec';
import { checkProbes, type Probes } from './probes';
import { type ProxySidecarSettings, readProxySidecar } from './proxy-sidecar';
import { checkScheduling } from './scheduling';
import type { WebSocketServerProps } from './server-props';
import { SERVER_SHAPE } from './server-shape';
import { readVariables } from './server-variables';
import { checkBesideFlag, readStorage, type Storage, type StorageProps } from './storage';

/** {@link WebSocketServerProps} with every default filled in, every value checked, and what follows from them. */
export interface ServerSettings extends Omit<WebSocketServerProps, keyof Marks>, Marks, Scale, BackendFacts {
  readonly name: string;
  readonly timing: Timing;
  readonly replicas: number;
  readonly autoscaling: Autoscaling | undefined;
  readonly adapter: AdapterProps;
  readonly stableNames: boolean;
  /** The name of every pod there can be; `undefined` where pods have no names of their own. */
  readonly podNames: readonly string[] | undefined;
  readonly storage: Storage | undefined;
  readonly proxy: ProxySidecarSettings | undefined;
  /** The port that clients reach: the proxy's where there is one. */
  readonly servingPort: number;
  /** How many addresses the proxy believes in; `undefined` without one. */
  readonly addressesAppended: number | undefined;
  readonly metricsPort: number | undefined;
  /** Where nginx's exporter is asked; `undefined` without one. */
  readonly exporterPort: number | undefined;
  /** How many connections each pod takes at most; `undefined` without a proxy, which is what counts them. */
  readonly maxConnections: number | undefined;
  readonly probes: Probes;
  readonly resources: SettledResources;
  /** What the application finds in its environment. */
  readonly variables: readonly k8s.EnvVar[];
  readonly volumeMounts: readonly kplus.VolumeMount[];
  readonly containers: readonly (kplus.Container | k8s.Container)[];
  readonly initContainers: readonly (kplus.Container | k8s.Container)[];
  readonly user: number;
  /** With what the adapter and the identity need. */
  readonly traffic: Traffic;
  readonly preStopHook: PreStopHook;
  readonly serviceAccountName: string;
  readonly mountServiceAccountToken: boolean;
  readonly safeToEvict: boolean;
}

const DEFAULT_RESOURCES: SettledResources = {
  requests: { cpu: '250m', memory: '256Mi' },
  limits: { cpu: '500m', memory: '512Mi' },
  ephemeralStorage: '1Gi',
};

/** Reads the properties of a server and notes everything wrong with them. */
export const readServer: Reader<WebSocketServerProps, ServerSettings> = reader(SERVER_SHAPE, (problems, props) => {
  const { name, image, port, timing, user = 1000, preStopHook = 'exec' } = props;
  // The pods of a StatefulSet and their claims get a suffix, and the whole must stay a label.
  checkLabelName(problems, 'name', name, 52);
  checkImage(problems, 'image', image);
  checkPort(problems, 'port', port);
  const scale = readScale(problems, props, sharesOneVolume(props.storage) ? 1 : 3);
  const storage =
    props.storage === undefined ? undefined : readStorage(problems.at('storage'), props.storage, scale.maxReplicas);
  const stableNames = readStableNames(problems, props, storage);
  const adapter = readAdapter(problems.at('adapter'), props.adapter, scale.maxReplicas);
  const proxy =
    props.proxy === undefined
      ? undefined
      : readProxySidecar(problems.at('', { 'proxy.upstream.port': 'port' }).at('proxy'), {
          ...props.proxy,
          name: `${name}-nginx`,
          timing,
          upstreamPort: port,
        });
  checkMetricsPort(problems, props, proxy);
  const probes = readProbes(problems.at('probes'), props);
  const resources = readResources(problems.at('resources'), props.resources, DEFAULT_RESOURCES);
  const variables = readVariables(problems.at('env'), { ...props, timing }, adapter);
  const volumeMounts = readMounts(problems.at('volumeMounts'), props.volumeMounts ?? [], storage);
  checkInteger(problems, 'user', user, 1, 2_147_483_647);
  const traffic = readTraffic(problems.at('traffic'), props.traffic ?? {});
  const identity = readIdentity(problems, props);
  const { containers = [], initContainers = [] } = props;
  const marks = readMarks(problems, name, props);
  checkScheduling(problems, props, timing);
  const hasProxy = proxy !== undefined;
  const ports = new Map([[port, 'the application']]);
  if (proxy !== undefined) ports.set(proxy.port, 'the proxy');
  checkPodNames(problems, {
    name,
    stableNames,
    hasProxy,
    hasExporter: proxy?.exporterSettings !== undefined,
    ports,
    storage: storage?.name,
    volumeMounts,
    containers,
    initContainers,
  });
  checkFits(problems, scale, proxy);
  checkPullSecrets(problems, props.imagePullSecrets);
  checkPreStopHook(problems, preStopHook);
  if (preStopHook === 'sleep' && proxy === undefined) {
    problems.add(
      'preStopHook',
      '"sleep" raises no drain flag, and without a proxy nothing else does; use "exec", or put a proxy in front',
    );
  }
  return {
    ...props,
    ...marks,
    ...scale,
    timing,
    adapter,
    stableNames,
    podNames:
      stableNames && !scale.external
        ? Object.freeze(Array.from({ length: Math.min(scale.maxReplicas, MOST_REPLICAS) }, (_, i) => `${name}-${i}`))
        : undefined,
    storage,
    proxy,
    servingPort: proxy?.port ?? port,
    addressesAppended: proxy?.addressesAppended,
    metricsPort: props.metricsPort,
    exporterPort: proxy?.exporterSettings?.port,
    maxConnections: proxy === undefined ? undefined : (proxy.maxConnections ?? DEFAULT_MAX_CONNECTIONS),
    probes,
    resources,
    variables,
    volumeMounts,
    containers,
    initContainers,
    user,
    traffic: { ...traffic, egressTo: [...traffic.egressTo, ...adapterEgress(adapter), ...identity] },
    preStopHook,
    serviceAccountName: props.serviceAccount?.name ?? name,
    mountServiceAccountToken: props.mountServiceAccountToken ?? false,
    safeToEvict: props.safeToEvict ?? false,
  };
});

/** Metrics tell whoever reads them how many people there are, and what their requests are like. */
function checkMetricsPort(
  problems: Problems,
  { metricsPort, port }: WebSocketServerProps,
  proxy: ProxySidecarSettings | undefined,
): void {
  if (metricsPort === undefined) return;
  checkPort(problems, 'metricsPort', metricsPort);
  const exporter = proxy?.exporterSettings;
  if (metricsPort === port || metricsPort === proxy?.port)
    problems.add(
      'metricsPort',
      `${metricsPort} is what clients reach, and the metrics would be public; give another port, such as 9090`,
    );
  else if (metricsPort === exporter?.port || metricsPort === exporter?.statusPort)
    problems.add('metricsPort', `${metricsPort} is nginx's own; give another port, such as 9090`);
}

/** An autoscaler that waits for more connections than the proxy takes never adds a pod, while clients are refused. */
function checkFits(problems: Problems, { autoscaling }: Scale, proxy: ProxySidecarSettings | undefined): void {
  const wanted = autoscaling?.connectionsPerPod;
  const most = proxy === undefined ? undefined : (proxy.maxConnections ?? DEFAULT_MAX_CONNECTIONS);
  if (wanted === undefined || most === undefined || !(wanted > most)) return;
  problems.add(
    'autoscaling.connectionsPerPod',
    `${wanted} is more than the ${most} that the proxy of each pod takes, so that clients are refused and no pod is added; give at most ${most}, or set ` +
      `proxy.maxConnections to at least ${wanted}`,
  );
}

/** A volume that one node mounts is one pod's. */
function sharesOneVolume(storage: StorageProps | undefined): boolean {
  return storage?.per === 'workload' && storage.accessMode !== 'ReadWriteMany';
}

/** Are the pods numbered? */
function readStableNames(problems: Problems, props: WebSocketServerProps, storage: Storage | undefined): boolean {
  const { stableNames = storage?.per === 'pod' } = props;
  if (storage !== undefined && stableNames !== (storage.per === 'pod')) {
    problems.add(
      'stableNames',
      stableNames
        ? 'is for pods that share nothing; pods with one claim between them are a Deployment: leave it out, or give every pod its own claim (storage.per: "pod")'
        : 'cannot be false where every pod has a claim of its own, which it finds by its name; leave it out',
    );
  }
  return stableNames;
}

function readProbes(problems: Problems, props: WebSocketServerProps): Probes {
  const route = props.proxy?.routes?.[0];
  const path = route?.upstreamPath ?? route?.path;
  const defaults =
    path === undefined
      ? { liveness: '/health', readiness: '/ready', startup: '/health' }
      : { liveness: path, readiness: path, startup: path };
  const probes = { ...defaults, ...props.probes };
  checkProbes(problems, probes);
  return probes;
}

function readMounts(
  problems: Problems,
  mounts: readonly kplus.VolumeMount[],
  storage: Storage | undefined,
): readonly kplus.VolumeMount[] {
  const taken = new Set(['/tmp', ...(storage === undefined ? [] : [storage.mountPath])]);
  for (const { path } of mounts) {
    checkMountPath(problems, '', path);
    if (taken.has(path)) problems.add('', `"${path}" is mounted already; choose another path`);
    checkBesideFlag(problems, '', path);
    taken.add(path);
  }
  return mounts;
}
