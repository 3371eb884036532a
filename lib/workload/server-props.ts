import type * as kplus from 'cdk8s-plus-28';
import type * as k8s from '../synth/k8s';
import type { Timing } from '../timing/timing';
import type { AdapterProps } from './adapter';
import type { AutoscalingProps } from './autoscaler';
import type { ContainerResources } from './container';
import type { PreStopHook } from './drain';
import type { WorkloadIdentity } from './identity';
import type { MarksProps } from './marks';
import type { TrafficProps } from './network-policy';
import type { Probes } from './probes';
import type { ProxyOptions } from './proxy-sidecar';
import type { SchedulingProps } from './scheduling';
import type { StorageProps } from './storage';

export interface WebSocketServerProps extends MarksProps, SchedulingProps {
  /**
   * Name of the workload, and the value of its `app` label, which selects the pods unless {@link MarksProps.selector} says otherwise. It cannot be changed without deleting the workload.
   */
  readonly name: string;

  /** The application's image, by tag or digest. */
  readonly image: string;

  /** The port the application listens on. */
  readonly port: number;

  /**
   * A port on which the application serves its metrics and nothing else, as `METRICS_PORT` tells it. Neither clients nor the proxy reach it; `WebSocketMonitors` opens it to the scrapers.
   *
   * @default - none; there is nothing to scrape
   */
  readonly metricsPort?: number | undefined;

  /** Every duration, from `deriveTiming`. */
  readonly timing: Timing;

  /**
   * Number of pods. Three, so that one can be replaced and one can fail. With `external` somebody else decides: an autoscaler of their own, a person, another controller; nothing here writes the
   * number, and everything is as it has to be for many pods.
   *
   * @default 3, or 1 where the pods would share a volume that only one node can mount
   */
  readonly replicas?: number | 'external';

  /**
   * Lets the number of pods follow the load. Not together with {@link WebSocketServerProps.replicas}. The workload then says nothing of its number, for which Kubernetes takes
   * one until the autoscaler looks: `docs/deploy.md` has the command for the first deployment, and the one for a workload that had a number.
   *
   * @default - a fixed number
   */
  readonly autoscaling?: AutoscalingProps | undefined;

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
  readonly storage?: StorageProps | undefined;

  /** nginx in the pod, in front of the application. @default - clients reach the application directly */
  readonly proxy?: ProxyOptions | undefined;

  /**
   * The application's probes. The kubelet asks the application itself, on its own port: past the proxy where there is one, which has probes of its own.
   *
   * @default - behind a proxy with routes, what the application gets for the path of the first; else `/health` for liveness and startup, `/ready` for readiness
   */
  readonly probes?: Partial<Probes>;

  /** @default - requests 250m CPU and 256Mi memory; limits 500m CPU and 512Mi memory */
  readonly resources?: ContainerResources;

  /** Environment of the application: plain strings, or values of cdk8s-plus from secrets, config maps and fields. @default - none */
  readonly env?: Readonly<Record<string, string | kplus.EnvValue>>;

  /** Whole secrets and config maps as environment. @default - none */
  readonly envFrom?: readonly kplus.EnvFrom[];

  /** Volumes of cdk8s-plus for the application's container. @default - `/tmp`, and the storage if there is one */
  readonly volumeMounts?: readonly kplus.VolumeMount[];

  /**
   * Further containers in the pod. What they leave open of their security is filled in, and one without a preStop hook waits until the application has drained
   * and gone, with `sleep` of its image or of the kubelet as {@link WebSocketServerProps.preStopHook} says.
   *
   * @default - none
   */
  readonly containers?: readonly (kplus.Container | k8s.Container)[];

  /**
   * Containers that run before the application, and before nginx, in this order: each ends before the next begins. One with `restartPolicy: 'Always'` is a sidecar that
   * outlives the application. What they leave open of their security is filled in.
   *
   * @default - none
   */
  readonly initContainers?: readonly (kplus.Container | k8s.Container)[];

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

  /** The service account. {@link WebSocketServerProps.workloadIdentity} says what it is for. @default - one of its own without any rights */
  readonly serviceAccount?: kplus.IServiceAccount;

  /**
   * Whom the pods are to the cloud around them: `gke` opens the way to GKE's metadata server, where the service account becomes one of Google Cloud; with `none` it stays closed.
   *
   * @default "none"; to be said where there is a serviceAccount
   */
  readonly workloadIdentity?: WorkloadIdentity;

  /**
   * Puts a token for the Kubernetes API into the pods. Where that API is only its owner knows: `traffic.egressTo` has to open it.
   *
   * @default false
   */
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
