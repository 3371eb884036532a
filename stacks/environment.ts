import type { BackendHealthCheck, GkeIngressClass } from '../lib/ingress';
import type { Affinity } from '../lib/ingress/affinity';
import type { ArmorProps, BackupProps, EdgeSslPolicy, ObjectiveProps, UptimeProps } from '../lib/pulumi';
import type { TimingProps } from '../lib/timing';
import type { WebSocketServerProps } from '../lib/workload';

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

  /**
   * How `pulumi up` makes what is on Google Cloud. Project, region and DNS zone are in the stack's configuration.
   *
   * @default - no backup; the defaults of everything else
   */
  readonly cloud?: CloudProps;
}

/** What this environment says about things that are not Kubernetes objects. */
export interface CloudProps {
  /** The TLS policy that `edge.sslPolicy` names. */
  readonly tls?: Omit<EdgeSslPolicy, 'name'>;
  /** The Cloud Armor policy that `edge.securityPolicy` names. */
  readonly armor?: ArmorProps;
  /** Alerts, an uptime check and an objective. @default true */
  readonly monitoring?: boolean;
  readonly uptime?: UptimeProps;
  readonly objective?: ObjectiveProps;
  /** Copies of the volumes. */
  readonly backup?: BackupProps;
}

/** Google's balancer in front of the server. */
export interface EdgeProps {
  readonly host: string;
  /** Path prefixes that go to the server. @default ["/"] */
  readonly paths?: readonly string[];
  /** @default "gce" */
  readonly ingressClass?: GkeIngressClass;
  readonly affinity: Affinity;
  readonly healthCheck: BackendHealthCheck;
  /** Which part of the requests is logged, 0 to 1. */
  readonly logSampleRate: number;
  readonly names: {
    readonly ingress: string;
    readonly service: string;
    readonly backendConfig: string;
    readonly frontendConfig: string;
    readonly certificate: string;
  };
  /** Name of the reserved global address, which must exist; `pulumi up` makes it. @default - an address that is not kept */
  readonly address?: string;
  /** Name of the SSL policy, which must exist; `pulumi up` makes it. @default - Google's default policy */
  readonly sslPolicy?: string;
  /** Name of the Cloud Armor policy, which must exist; `pulumi up` makes it. @default - whatever is attached */
  readonly securityPolicy?: string;
}
