import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { readEnvironment, WebSocketChart } from '../lib/environments';
import type { Problems } from '../lib/input';
import { groupOf, identityOf, type Manifest } from '../lib/manifest';
import {
  ChartResources,
  type ChartResourcesArgs,
  ClusterProvider,
  checkAgainstLast,
  checkChartResources,
  checkEdgeReferences,
  type DeploymentRecord,
  GkeCluster,
  GlobalEdge,
  type LastDeployment,
  OutputResolver,
  type Rollout,
  readManifests,
  recordOf,
  WebSocketMonitoring,
  WorkspaceBackup,
} from '../lib/pulumi';
import { HoldfastApp } from '../lib/synth';
import type { Environment } from './environment';
import { checkCloud, cloudArgs, namesOf, socketIoPath } from './pulumi-cloud';
import type { StackConfig } from './pulumi-config';
import { readTarget } from './pulumi-target';

/** Kinds that only GKE knows. */
const GKE_GROUPS: readonly string[] = ['cloud.google.com', 'networking.gke.io', 'monitoring.googleapis.com'];

/** What `pulumi stack output` shows. */
export interface StackOutputs {
  readonly namespace: string;
  readonly address: pulumi.Output<string> | string;
  readonly urls: { readonly app: string; readonly health: string; readonly socketIo: string };
  /** Where clients connect. */
  readonly url: string;
  /** The record that must be in DNS. */
  readonly dns: pulumi.Output<string> | string;
  /** Which cluster this was deployed to. */
  readonly cluster: { readonly id: string; readonly context: string; readonly server: pulumi.Output<string> | string };
  /** How long the next rollout takes at most, and how long `pulumi up` waits for it. */
  readonly rollout: { readonly summary: string; readonly longestSeconds: number; readonly waitedSeconds: number };
  /** Commands that show whether it works, from the outside inwards. */
  readonly verify: readonly string[];
  /** Finds out why clients do not stay connected. */
  readonly doctor: string;
  /** What the next deployment compares itself with. */
  readonly deployed: DeploymentRecord;
}

/**
 * One environment on Google Cloud and on its cluster.
 *
 * @param last what is known of the deployment before this one
 * @throws {InvalidInputError} with everything that is wrong, before the first resource is registered
 */
export function deployStack(problems: Problems, config: StackConfig, root: string, last: LastDeployment): StackOutputs {
  const { environment } = config;
  const name = environment.name;
  const judged = readEnvironment(problems, environment);
  const cloud = config.googleCloud ? cloudArgs(config) : undefined;
  if (cloud !== undefined) checkCloud(problems.at(name), cloud, environment);
  problems.throwIfAny();

  const app = new HoldfastApp({ resolvers: [new OutputResolver()] });
  const chart = new WebSocketChart(app, judged);
  const manifests = app.manifests().get(name) ?? [];
  const leaveOut = (manifest: Manifest) => !config.gkeObjects && GKE_GROUPS.includes(groupOf(manifest));
  // With Google Cloud switched off, what the manifests name is somebody else's to make.
  if (cloud !== undefined && config.gkeObjects)
    checkEdgeReferences(problems.at(name), manifests, namesOf(cloud.edge), config.existing);
  const chartArgs: ChartResourcesArgs = {
    chart,
    ...(config.protectData ? {} : { protect: () => false }),
    leaveOut,
    ...previousOf(problems, config, root),
  };
  checkChartResources(problems, chartArgs);
  const deployedManifests = manifests.filter((manifest) => !leaveOut(manifest));
  const makes = cloud?.cluster !== undefined;
  const target = makes ? undefined : readTarget(problems, config);
  const record = recordOf(
    config.clusterId,
    target?.server,
    deployedManifests,
    cloud === undefined ? undefined : config.project,
  );
  const warnings = checkAgainstLast(problems, last, record, deployedManifests, {
    adoptExisting: config.adoptExisting,
    protect: config.protectData,
    replacing: config.replacing,
    key: (key) => `${pulumi.getProject()}:${key}`,
  });
  problems.throwIfAny();
  for (const warning of warnings) pulumi.log.warn(warning);

  const edge = cloud === undefined ? undefined : new GlobalEdge(`${name}-edge`, cloud.edge);
  const cluster = cloud?.cluster === undefined ? undefined : new GkeCluster(`${name}-cluster`, cloud.cluster);
  const resources = new ChartResources(
    name,
    { ...chartArgs, ...(cluster === undefined ? {} : { deletedWith: cluster.cluster }) },
    {
      providers: { kubernetes: kubernetesProvider(config, cluster) },
      dependsOn: [...(edge?.resources ?? []), ...(cluster === undefined ? [] : [cluster.nodes])],
    },
  );
  if (cloud?.monitoring !== undefined) {
    const { name: app, timing, maxConnections } = chart.server;
    const watched = { name: app, timing, ...(maxConnections === undefined ? {} : { maxConnections }) };
    new WebSocketMonitoring(`${name}-monitoring`, { ...cloud.monitoring, server: watched });
  }
  if (cloud?.backup !== undefined) {
    const target = cluster === undefined ? {} : { cluster: cluster.id };
    new WorkspaceBackup(`${name}-backup`, { ...cloud.backup, ...target });
  }
  const server = cluster?.cluster.endpoint.apply((endpoint) => `https://${endpoint}`) ?? target?.server ?? 'not known';
  return {
    ...outputs(config, edge?.address, resources.rollouts.get(identityOf(workloadOf(resources.manifests, environment)))),
    cluster: {
      id: config.clusterId,
      context: makes ? 'made by this stack' : (target?.context ?? config.kubeContext ?? 'not known'),
      server,
    },
    deployed: record,
  };
}

function previousOf(problems: Problems, config: StackConfig, root: string): { previous?: readonly Manifest[] } {
  const folder = config.previousManifests;
  const previous = problems.gather(() =>
    folder === undefined ? undefined : readManifests(path.resolve(root, folder)),
  );
  // What may be replaced need not be compared.
  return previous === undefined
    ? {}
    : { previous: previous.filter((manifest) => !config.replacing.includes(identityOf(manifest))) };
}

/** The cluster of the configured context, or the one that this stack makes. */
function kubernetesProvider(config: StackConfig, cluster: GkeCluster | undefined): ClusterProvider {
  const kubeconfig = cluster?.kubeconfig ?? config.kubeconfig;
  return new ClusterProvider(
    'kubernetes',
    {
      clusterId: config.clusterId,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(config.kubeContext === undefined || cluster !== undefined ? {} : { context: config.kubeContext }),
      adoptExisting: config.adoptExisting,
    },
    // Another provider is another cluster: everything would be made there and deleted here, and what is taken over would be deleted after all.
    { protect: config.protectData || config.adoptExisting },
  );
}

function workloadOf(manifests: readonly Manifest[], { server }: Environment): Manifest {
  return manifests.find(
    ({ kind, metadata }) => (kind === 'StatefulSet' || kind === 'Deployment') && metadata.name === server.name,
  ) as Manifest;
}

function outputs(
  config: StackConfig,
  address: pulumi.Output<string> | undefined,
  rollout: Rollout | undefined,
): Omit<StackOutputs, 'cluster' | 'deployed'> {
  const { environment, googleCloud, gkeObjects } = config;
  const { namespace, server, edge } = environment;
  const context = contextOf(config);
  const kubectl = `kubectl${context === undefined ? '' : ` --context ${word(context)}`} --namespace ${namespace}`;
  const app = `https://${edge.host}`;
  const health = `${app}${edge.healthCheck.path ?? '/health'}`;
  const path = socketIoPath(environment);
  const socketIo = `${app}${path}?EIO=4&transport=polling`;
  const workload = server.storage?.per === 'pod' ? 'statefulset' : 'deployment';
  return {
    namespace,
    address: address ?? 'not reserved by this stack',
    url: app,
    urls: { app, health, socketIo },
    dns:
      config.dns !== undefined
        ? `${edge.host} is kept by this stack, in the zone ${config.dns.zone}`
        : address === undefined
          ? `make an A record of ${edge.host} to the address of the Ingress`
          : pulumi.interpolate`make an A record of ${edge.host} to ${address}`,
    rollout: {
      summary: rollout === undefined ? 'no pods' : inWords(rollout),
      longestSeconds: rollout?.longestSeconds ?? 0,
      waitedSeconds: rollout?.waitedSeconds ?? 0,
    },
    verify: [
      ...(config.cluster?.make === true ? [getCredentials(config)] : []),
      ...(googleCloud && edge.address !== undefined
        ? [
            `gcloud compute addresses describe ${edge.address} --project=${word(config.project ?? '')} --global --format='value(address,status)'`,
          ]
        : []),
      ...(gkeObjects ? [`${kubectl} get managedcertificate ${edge.names.certificate}`] : []),
      `${kubectl} describe ingress ${edge.names.ingress}`,
      `${kubectl} rollout status ${workload}/${server.name}`,
      // Elsewhere nobody serves what the Ingress says, and the host is another system's.
      ...(gkeObjects
        ? [
            `curl --fail --silent --show-error ${health}`,
            // Upgrades are of HTTP/1.1; a curl that speaks HTTP/2 is answered 400 by a healthy system.
            `curl --fail --silent --show-error --http1.1 '${socketIo}'`,
          ]
        : []),
    ],
    doctor: [
      'npx holdfast doctor',
      ...(gkeObjects ? [`${app}${path}`] : []),
      // Of the current context it would look at whatever that is today.
      ...(context === undefined ? [] : [`--namespace ${namespace}`, `--context ${word(context)}`]),
      ...(gkeObjects ? [] : ['--no-edge']),
    ].join(' '),
  };
}

/** Which context of kubectl is the cluster of the stack. Unknown where only the text of a kubeconfig is. */
function contextOf({ kubeContext, cluster, project }: StackConfig): string | undefined {
  // As gcloud calls it.
  return cluster?.make === true ? `gke_${project}_${cluster.location}_${cluster.name}` : kubeContext;
}

/** As one word of a command, whatever is in it: what is shown is pasted into a shell. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function getCredentials({ cluster, project }: StackConfig): string {
  return `gcloud container clusters get-credentials ${word(cluster?.name ?? '')} --region=${word(cluster?.location ?? '')} --project=${word(project ?? '')}`;
}

function inWords({ pods, drainSeconds, startSeconds, longestSeconds, waitedSeconds }: Rollout): string {
  const minutes = (seconds: number) => `${Math.ceil(seconds / 60)} min`;
  return (
    `up to ${minutes(longestSeconds)}: ${pods === 1 ? '1 pod' : `${pods} pods, one after the other`}, each with up to ${drainSeconds} s to drain ` +
    `and ${startSeconds} s to arrive; pulumi up waits ${minutes(waitedSeconds)}`
  );
}
