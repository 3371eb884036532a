import { Cluster } from '@pulumi/gcp/container/cluster';
import { NodePool } from '@pulumi/gcp/container/nodePool';
import { IAMMember } from '@pulumi/gcp/projects/iammember';
import { Account } from '@pulumi/gcp/serviceaccount/account';
import * as pulumi from '@pulumi/pulumi';
import { checkGoogleName } from '../../input/google-name';
import { checkInteger } from '../../input/kubernetes';
import { Problems, shown } from '../../input/problems';

export interface GkeClusterArgs {
  readonly name: string;

  /** The project that the cluster is in. */
  readonly project: pulumi.Input<string>;

  /** A region, such as `europe-west1`: nodes in three zones, and a control plane that one zone can fail under. */
  readonly region: string;

  /** @default "e2-standard-4", four CPUs and 16 GiB: one pod, its proxy and what GKE itself runs, with room for a second pod during a rollout */
  readonly machineType?: string;

  /** Nodes in each of the three zones, at the least and at the most. @default - 1 to 3 */
  readonly nodesPerZone?: { readonly min: number; readonly max: number };

  /** @default "default" */
  readonly network?: pulumi.Input<string>;

  /** @default - that of the region */
  readonly subnetwork?: pulumi.Input<string>;

  /** Keeps `pulumi destroy` from taking the cluster and its nodes, and a change from replacing them. @default true */
  readonly deletionProtection?: boolean;
}

/** What the nodes may do: write logs and metrics, and pull images. */
const NODE_ROLES = ['roles/container.defaultNodeServiceAccount', 'roles/artifactregistry.reader'];

/** Notes everything wrong with the arguments of a cluster. */
export function checkGkeCluster(problems: Problems, args: GkeClusterArgs): void {
  checkGoogleName(problems, 'name', args.name);
  // The service account of the nodes is called after it, and takes 30 characters.
  if (args.name.length > 24) problems.add('name', `${shown(args.name)} is too long; use at most 24 characters`);
  if (!/^[a-z]+-[a-z]+\d+$/.test(args.region)) {
    problems.add('region', `${shown(args.region)} is not a region; give one such as "europe-west1", without a zone`);
  }
  const { min, max } = args.nodesPerZone ?? DEFAULT_NODES;
  checkInteger(problems, 'nodesPerZone.min', min, 0, 1000);
  checkInteger(problems, 'nodesPerZone.max', max, 1, 1000);
  if (max < min) problems.add('nodesPerZone.max', `${max} is less than min ${min}; set it to at least ${min}`);
}

/** Three nodes, so that each of three pods has its own; nine when they must grow. */
const DEFAULT_NODES = { min: 1, max: 3 } as const;

/**
 * A regional cluster with what this library builds on: network policies that are enforced, workload identity, the Gateway API, managed Prometheus, and the agent that backs volumes up.
 *
 * @example
 * const cluster = new GkeCluster('cluster', { name: 'chat', project: 'my-project', region: 'europe-west1' });
 * const provider = new ClusterProvider('kubernetes', { clusterId: 'chat', kubeconfig: cluster.kubeconfig });
 */
export class GkeCluster extends pulumi.ComponentResource {
  readonly cluster: Cluster;
  readonly nodes: NodePool;
  /** `projects/…/locations/…/clusters/…`, as a backup plan wants it. */
  readonly id: pulumi.Output<string>;
  /** For a Kubernetes provider; the caller's own credentials are used, by `gke-gcloud-auth-plugin`. */
  readonly kubeconfig: pulumi.Output<string>;

  /** @throws {InvalidInputError} with everything that is wrong with `args` */
  constructor(name: string, args: GkeClusterArgs, options: pulumi.ComponentResourceOptions = {}) {
    const problems = new Problems();
    checkGkeCluster(problems, args);
    problems.throwIfAny();
    super('holdfast:gcp:GkeCluster', name, { ...args }, options);
    const protect = args.deletionProtection ?? true;

    const child = { parent: this };
    const account = new Account(
      `${name}-nodes`,
      { accountId: `${args.name}-nodes`, displayName: `Nodes of ${args.name}` },
      child,
    );
    const roles = NODE_ROLES.map(
      (role) =>
        new IAMMember(
          `${name}-nodes-${role.slice('roles/'.length)}`,
          { project: args.project, role, member: pulumi.interpolate`serviceAccount:${account.email}` },
          child,
        ),
    );
    this.cluster = new Cluster(
      name,
      {
        name: args.name,
        location: args.region,
        network: args.network ?? 'default',
        ...(args.subnetwork === undefined ? {} : { subnetwork: args.subnetwork }),
        // Network endpoint groups need addresses of the VPC on the pods.
        networkingMode: 'VPC_NATIVE',
        ipAllocationPolicy: {},
        // The only data plane of GKE that enforces NetworkPolicies by itself.
        datapathProvider: 'ADVANCED_DATAPATH',
        // Nodes are in a pool of their own: a change of the default pool replaces the cluster.
        removeDefaultNodePool: true,
        initialNodeCount: 1,
        releaseChannel: { channel: 'REGULAR' },
        gatewayApiConfig: { channel: 'CHANNEL_STANDARD' },
        workloadIdentityConfig: { workloadPool: pulumi.interpolate`${args.project}.svc.id.goog` },
        monitoringConfig: {
          enableComponents: ['SYSTEM_COMPONENTS'],
          managedPrometheus: { enabled: true },
        },
        loggingConfig: { enableComponents: ['SYSTEM_COMPONENTS', 'WORKLOADS'] },
        addonsConfig: {
          httpLoadBalancing: { disabled: false },
          gcePersistentDiskCsiDriverConfig: { enabled: true },
          gkeBackupAgentConfig: { enabled: true },
        },
        deletionProtection: protect,
      },
      { ...child, protect, ignoreChanges: ['initialNodeCount'] },
    );
    const { min, max } = args.nodesPerZone ?? DEFAULT_NODES;
    this.nodes = new NodePool(
      `${name}-nodes`,
      {
        cluster: this.cluster.id,
        location: args.region,
        autoscaling: { minNodeCount: min, maxNodeCount: max },
        management: { autoRepair: true, autoUpgrade: true },
        // A node is emptied only when its successor is there: one drain at a time.
        upgradeSettings: { strategy: 'SURGE', maxSurge: 1, maxUnavailable: 0 },
        nodeConfig: {
          machineType: args.machineType ?? 'e2-standard-4',
          serviceAccount: account.email,
          oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
          workloadMetadataConfig: { mode: 'GKE_METADATA' },
          shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        },
      },
      {
        ...child,
        dependsOn: roles,
        // A cluster without nodes serves nobody: what keeps the one keeps the other.
        protect,
        deletedWith: this.cluster,
        // The provider makes a name up, so that a pool that must be replaced is there before the old one is drained. A pool that has a name keeps it until then.
        ignoreChanges: ['name'],
        deleteBeforeReplace: false,
      },
    );
    this.id = this.cluster.id;
    this.kubeconfig = pulumi.secret(
      pulumi
        .all([this.cluster.endpoint, this.cluster.masterAuth])
        .apply(([endpoint, auth]) => kubeconfigOf(args.name, endpoint, auth.clusterCaCertificate ?? '')),
    );
    this.registerOutputs({ id: this.id, endpoint: this.cluster.endpoint, nodePool: this.nodes.name });
  }
}

/** JSON, which is YAML: nothing in it can be misread. */
function kubeconfigOf(name: string, endpoint: string, authority: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: `https://${endpoint}`, 'certificate-authority-data': authority } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1beta1',
            command: 'gke-gcloud-auth-plugin',
            installHint: 'gcloud components install gke-gcloud-auth-plugin',
            provideClusterInfo: true,
          },
        },
      },
    ],
  });
}
