import type { BackendHealthCheck, GkeIngressClass, Tls } from '../ingress';
import type { Affinity } from '../ingress/affinity';
import type { WebSocketMonitorsProps } from '../monitors';
import type { TimingProps } from '../timing';
import type { WebSocketServerProps } from '../workload';

/** Everything that one environment says about itself. The difference between two of these is the whole difference between two systems. */
export interface Environment {
  /** Also the name of the folder of manifests. */
  readonly name: string;

  /** The namespace that everything lives in. It is made for it, and admits restricted pods only. */
  readonly namespace: string;

  /** What is known about the application and its platform; every duration follows. */
  readonly timing: TimingProps;

  /** Where a connection is served. */
  readonly server: Omit<WebSocketServerProps, 'timing'>;

  /** Where a connection enters. */
  readonly edge: EdgeProps;

  /** What scrapes its metrics, judges them and shows them. `server.metricsPort` says where they are. @default - nothing */
  readonly monitors?: Omit<WebSocketMonitorsProps, 'server' | 'namespace'>;

  /** For a program of yours that makes what is around the cluster. Nothing here reads it. @default - nothing */
  readonly cloud?: object;
}

/** Google's balancer in front of the server. */
export interface EdgeProps {
  readonly host: string;
  /** Where the certificate comes from. @default - managed by Google for class `gce`, plain HTTP for `gce-internal` */
  readonly tls?: Tls;
  /** Path prefixes that go to the server. @default ["/"] */
  readonly paths?: readonly string[];
  /** @default "gce" */
  readonly ingressClass?: GkeIngressClass;
  /** What binds a client to its pod. @default "cookie" */
  readonly affinity?: Affinity;
  /** How the balancer checks the pods. @default - `/health` every 15 s */
  readonly healthCheck?: BackendHealthCheck;
  /** Which part of the requests is logged, 0 to 1. @default 1 */
  readonly logSampleRate?: number;
  /** @default - names that follow from that of the server */
  readonly names?: EdgeNames;
  /** Name of the reserved global address, which must exist. @default - an address that is not kept */
  readonly address?: string;
  /** Name of the SSL policy, which must exist. @default - Google's default policy */
  readonly sslPolicy?: string;
  /** Name of the Cloud Armor policy, which must exist. @default - whatever is attached */
  readonly securityPolicy?: string;
}

/** What the objects of an edge are called. */
export interface EdgeNames {
  /** @default - that of the server */
  readonly ingress?: string;
  /** @default - that of the server */
  readonly service?: string;
  /** @default - that of the Service, and `-config` */
  readonly backendConfig?: string;
  /** @default - that of the Ingress, and `-frontend` */
  readonly frontendConfig?: string;
  /** @default - that of the Ingress, and `-certificate` */
  readonly certificate?: string;
}
