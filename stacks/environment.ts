import type * as environments from '../lib/environments';
import type { ArmorProps, BackupProps, EdgeSslPolicy, ObjectiveProps, UptimeProps } from '../lib/pulumi';

/** An environment of this project: what {@link environments.Environment} says, and what `pulumi up` makes around its cluster. */
export interface Environment extends environments.Environment {
  readonly edge: Edge;

  /**
   * How `pulumi up` makes what is on Google Cloud. Project, region and DNS zone are in the stack's configuration.
   *
   * @default - no backup; the defaults of everything else
   */
  readonly cloud?: CloudProps;
}

/** An edge that leaves nothing to a default: names and checks are those that runbooks, alerts and dashboards of this project speak of. */
export interface Edge extends environments.EdgeProps {
  readonly affinity: NonNullable<environments.EdgeProps['affinity']>;
  readonly healthCheck: NonNullable<environments.EdgeProps['healthCheck']>;
  readonly logSampleRate: number;
  readonly names: Required<environments.EdgeNames>;
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
