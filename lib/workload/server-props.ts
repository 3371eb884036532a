import type * as kplus from 'cdk8s-plus-28';
import { checkEnvName, checkImage, checkInteger, checkLabelName, checkPort, checkUrlPath } from '../input/kubernetes';
import type { Problems } from '../input/problems';
import { DEFAULT_PROXY_PORT } from '../nginx';
import type * as k8s from '../synth/k8s';
import type { Timing } from '../timing/timing';
import { ADAPTER_VARIABLES, type AdapterProps, checkAdapter } from './adapter';
import { type AutoscalingProps, checkScale } from './autoscaler';
import { type ContainerResources, checkResources } from './container';
import type { PreStopHook } from './drain';
import { checkTraffic, type TrafficProps } from './network-policy';
import { checkProbePaths, type ProbePaths } from './probes';
import { checkProxy, type ProxyOptions } from './proxy-sidecar';
import { checkStorage, type StorageProps } from './storage';

export interface WebSocketServerProps {
  /**
   * Name of the workload, and the value of its `app` label, which selects the pods. It cannot be changed without deleting the workload.
   */
  readonly name: string;

  /** The application's image, by tag or digest. */
  readonly image: string;

  /** The port the application listens on. */
  readonly port: number;

  /** Every duration, from `deriveTiming`. */
  readonly timing: Timing;

  /**
   * Number of pods. Three, so that one can be replaced and one can fail.
   *
   * @default 3, or 1 where the pods would share a volume that only one node can mount
   */
  readonly replicas?: number;

  /** Lets the number of pods follow the load. Not together with {@link WebSocketServerProps.replicas}. @default - a fixed number */
  readonly autoscaling?: AutoscalingProps;

  /**
   * How a message finds clients that are connected to another pod. With more than one replica there is no default: without an adapter a message
   * reaches a part of its readers only, and nothing says so.
   *
   * @default - none, which one replica needs
   */
  readonly adapter?: AdapterProps;

  /**
   * Gives every pod a name that its successor takes over, `chat-0`, `chat-1` and so on, so that a gateway can keep a client on one of them. The
   * server becomes a StatefulSet, which replaces a pod only after it has gone: size it for one pod less.
   *
   * @default - only with storage for each pod
   */
  readonly stableNames?: boolean;

  /** What survives a pod. Changes what the workload is. @default - nothing; the server is a Deployment */
  readonly storage?: StorageProps;

  /** nginx in the pod, in front of the application. @default - clients reach the application directly */
  readonly proxy?: ProxyOptions;

  /**
   * Paths of the application's probes, as clients would ask for them: through the proxy where there is one.
   *
   * @default - behind a proxy, the path of its first route; else `/health` for liveness and startup, `/ready` for readiness
   */
  readonly probes?: Partial<ProbePaths>;

  /** @default - requests 250m CPU and 256Mi memory; limits 500m CPU and 512Mi memory */
  readonly resources?: ContainerResources;

  /** Environment of the application: plain strings, or values of cdk8s-plus from secrets, config maps and fields. @default - none */
  readonly env?: Readonly<Record<string, string | kplus.EnvValue>>;

  /** Whole secrets and config maps as environment. @default - none */
  readonly envFrom?: readonly kplus.EnvFrom[];

  /** Volumes of cdk8s-plus for the application's container. @default - `/tmp`, and the storage if there is one */
  readonly volumeMounts?: readonly kplus.VolumeMount[];

  /** Further containers in the pod. What they leave open of their security is filled in. @default - none */
  readonly containers?: readonly (kplus.Container | k8s.Container)[];

  /** Entry point of the application's container. @default - that of the image */
  readonly command?: readonly string[];

  /** Arguments of the entry point. @default - those of the image */
  readonly args?: readonly string[];

  /** User and group of the application's process, and of the files on its volumes. @default 1000 */
  readonly user?: number;

  /** What may reach the pods and what they may reach. @default - from Google's balancers and the namespace; to the namespace and DNS */
  readonly traffic?: TrafficProps;

  /** How the application's container holds its stop signal back. @default "exec" */
  readonly preStopHook?: PreStopHook;

  /** The service account, for workload identity for example. @default - one of its own without any rights */
  readonly serviceAccount?: kplus.IServiceAccount;

  /** Puts a token for the Kubernetes API into the pods. @default false */
  readonly mountServiceAccountToken?: boolean;

  /** Secrets with which the images are pulled. @default - none */
  readonly imagePullSecrets?: readonly kplus.ISecret[];

  /**
   * Lets the cluster autoscaler remove a node that runs one of these pods. Each removal moves all connections of the pod.
   *
   * @default false
   * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md
   */
  readonly safeToEvict?: boolean;
}

export const DEFAULT_RESOURCES: ContainerResources = {
  requests: { cpu: '250m', memory: '256Mi' },
  limits: { cpu: '500m', memory: '512Mi' },
};

/** Environment variables that are written from the timing, so that the application and the infrastructure cannot disagree. */
export function timingEnvironment(timing: Timing): Readonly<Record<string, string>> {
  const milliseconds = (seconds: number) => String(Math.round(seconds * 1000));
  return {
    SOCKET_HEARTBEAT_INTERVAL_MS: milliseconds(timing.pingIntervalSeconds),
    SOCKET_HEARTBEAT_GRACE_MS: milliseconds(timing.pingTimeoutSeconds),
    SOCKET_PRESENCE_TTL_MS: milliseconds(timing.presenceTtlSeconds),
    SOCKET_REPLAY_TTL_MS: milliseconds(timing.replayTtlSeconds),
    SOCKET_DRAIN_MS: milliseconds(timing.drainSeconds),
    HTTP_KEEP_ALIVE_MS: milliseconds(timing.keepAliveSeconds),
  };
}

/** How many pods there are at the least. */
export function replicasOf(props: WebSocketServerProps): number {
  const sharesOneNode = props.storage?.per === 'workload' && props.storage.accessMode !== 'ReadWriteMany';
  return props.autoscaling?.minReplicas ?? props.replicas ?? (sharesOneNode ? 1 : 3);
}

/** How many pods there are at the most, apart from those that a rollout adds. */
export function maxReplicasOf(props: WebSocketServerProps): number {
  return Math.max(replicasOf(props), props.autoscaling?.maxReplicas ?? 1);
}

/** Are the pods numbered? */
export function hasStableNames(props: WebSocketServerProps): boolean {
  return props.stableNames ?? props.storage?.per === 'pod';
}

/** The paths the kubelet asks of the application, with every default filled in. */
export function probePathsOf(props: WebSocketServerProps): ProbePaths {
  const route = props.proxy?.routes?.[0]?.path;
  const defaults = route === undefined ? { liveness: '/health', readiness: '/ready', startup: '/health' } : undefined;
  return { ...(defaults ?? { liveness: route, readiness: route, startup: route }), ...props.probes } as ProbePaths;
}

/** The port that clients reach: the proxy's where there is one. */
export function servingPortOf(props: WebSocketServerProps): number {
  return props.proxy === undefined ? props.port : (props.proxy.port ?? DEFAULT_PROXY_PORT);
}

/** Notes everything wrong with the properties of a server. */
export function checkServer(problems: Problems, props: WebSocketServerProps): void {
  // The pods of a StatefulSet and their claims get a suffix, and the whole must stay a label.
  checkLabelName(problems, 'name', props.name, 52);
  checkImage(problems, 'image', props.image);
  checkPort(problems, 'port', props.port);
  checkScale(problems, props);
  if (props.storage !== undefined) {
    checkStorage(problems.at('storage'), props.storage, maxReplicasOf(props));
    if (props.stableNames !== undefined && props.stableNames !== (props.storage.per === 'pod')) {
      problems.add(
        'stableNames',
        props.stableNames
          ? 'is for pods that share nothing; pods with one claim between them are a Deployment: leave it out, or give every pod its own claim (storage.per: "pod")'
          : 'cannot be false where every pod has a claim of its own, which it finds by its name; leave it out',
      );
    }
  }
  checkAdapter(problems.at('adapter'), props.adapter, maxReplicasOf(props));
  if (props.proxy !== undefined) checkProxy(problems.at('proxy'), props.proxy, props.timing, props.port);
  checkProbePaths(problems.at('probes'), probePathsOf(props));
  checkResources(problems.at('resources'), props.resources ?? DEFAULT_RESOURCES);
  checkEnvironment(problems.at('env'), props);
  checkMounts(problems.at('volumeMounts'), props);
  checkInteger(problems, 'user', props.user ?? 1000, 1, 2_147_483_647);
  checkTraffic(problems.at('traffic'), props.traffic ?? {});
  if (props.preStopHook === 'sleep' && props.proxy === undefined) {
    problems.add(
      'preStopHook',
      '"sleep" raises no drain flag, and without a proxy nothing else does; use "exec", or put a proxy in front',
    );
  }
}

function checkEnvironment(problems: Problems, props: WebSocketServerProps): void {
  const derived = timingEnvironment(props.timing);
  for (const name of Object.keys(props.env ?? {})) {
    checkEnvName(problems, '', name);
    if (name in derived)
      problems.add(name, 'is written from the timing; change the timing instead, so that the balancer follows');
    if (props.adapter !== undefined && props.adapter.kind !== 'none' && ADAPTER_VARIABLES.includes(name))
      problems.add(name, 'is written from the adapter; change the adapter instead');
  }
}

function checkMounts(problems: Problems, props: WebSocketServerProps): void {
  const taken = new Set(['/tmp', ...(props.storage === undefined ? [] : [props.storage.mountPath])]);
  for (const mount of props.volumeMounts ?? []) {
    checkUrlPath(problems, '', mount.path);
    if (taken.has(mount.path)) problems.add('', `"${mount.path}" is mounted already; choose another path`);
    taken.add(mount.path);
  }
}
