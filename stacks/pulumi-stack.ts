import * as path from 'node:path';
import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import type { Problems } from '../lib/input';
import { groupOf, type Manifest } from '../lib/manifest';
import {
  ChartResources,
  type ChartResourcesArgs,
  checkChartResources,
  checkEdgeReferences,
  GkeCluster,
  GlobalEdge,
  OutputResolver,
  readManifests,
  WebSocketMonitoring,
  WorkspaceBackup,
} from '../lib/pulumi';
import { HoldfastApp } from '../lib/synth';
import { checkCloud, cloudArgs, namesOf, socketIoPath } from './pulumi-cloud';
import type { StackConfig } from './pulumi-config';
import { readEnvironment, WebSocketChart } from './websocket-chart';

/** Kinds that only GKE knows. */
const GKE_GROUPS: readonly string[] = ['cloud.google.com', 'networking.gke.io'];

/** What `pulumi stack output` shows. */
export interface StackOutputs {
  readonly namespace: string;
  readonly address: pulumi.Output<string> | string;
  readonly urls: { readonly app: string; readonly health: string; readonly socketIo: string };
  /** Commands that show whether it works, from the outside inwards. */
  readonly verify: readonly string[];
}

/**
 * One environment on Google Cloud and on its cluster.
 *
 * @throws {InvalidInputError} with everything that is wrong, before the first resource is registered
 */
export function deployStack(problems: Problems, config: StackConfig, root: string): StackOutputs {
  const { environment } = config;
  const name = environment.name;
  const judged = readEnvironment(problems, environment);
  const cloud = config.googleCloud ? cloudArgs(config) : undefined;
  if (cloud !== undefined) checkCloud(problems.at(name), cloud, environment);
  problems.throwIfAny();

  const chart = new WebSocketChart(new HoldfastApp({ resolvers: [new OutputResolver()] }), judged);
  const manifests = chart.apiObjects.map((object) => object.toJson() as Manifest);
  // With Google Cloud switched off, what the manifests name is somebody else's to make.
  if (cloud !== undefined && config.gkeObjects)
    checkEdgeReferences(problems.at(name), manifests, namesOf(cloud.edge), config.existing);
  const previous = problems.gather(() =>
    config.previousManifests === undefined ? undefined : readManifests(path.resolve(root, config.previousManifests)),
  );
  const chartArgs: ChartResourcesArgs = {
    chart,
    ...(config.protectData ? {} : { protect: () => false }),
    ...(config.gkeObjects ? {} : { leaveOut: (manifest: Manifest) => GKE_GROUPS.includes(groupOf(manifest)) }),
    ...(previous === undefined ? {} : { previous }),
  };
  checkChartResources(problems, chartArgs);
  problems.throwIfAny();

  const edge = cloud === undefined ? undefined : new GlobalEdge(`${name}-edge`, cloud.edge);
  const cluster = cloud?.cluster === undefined ? undefined : new GkeCluster(`${name}-cluster`, cloud.cluster);
  new ChartResources(name, chartArgs, {
    providers: { kubernetes: kubernetesProvider(config, cluster) },
    dependsOn: [...(edge?.resources ?? []), ...(cluster === undefined ? [] : [cluster.nodes])],
  });
  if (cloud?.monitoring !== undefined) new WebSocketMonitoring(`${name}-monitoring`, cloud.monitoring);
  if (cloud?.backup !== undefined) {
    const target = cluster === undefined ? {} : { cluster: cluster.id };
    new WorkspaceBackup(`${name}-backup`, { ...cloud.backup, ...target });
  }
  return outputs(config, edge?.address);
}

/** The existing cluster of the current context unless told otherwise. */
function kubernetesProvider(config: StackConfig, cluster: GkeCluster | undefined): Provider {
  const kubeconfig =
    cluster?.kubeconfig ?? (config.kubeconfig === undefined ? undefined : pulumi.secret(config.kubeconfig));
  const identifier =
    !config.googleCloud || config.cluster === undefined
      ? config.kubeContext
      : `${config.cluster.location}/${config.cluster.name}`;
  return new Provider('kubernetes', {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(config.kubeContext === undefined || cluster !== undefined ? {} : { context: config.kubeContext }),
    // Otherwise a new kubeconfig for the same cluster can replace everything in it.
    ...(identifier === undefined ? {} : { clusterIdentifier: identifier }),
    // Otherwise a changed nginx.conf deletes the ConfigMap while pods mount it.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    enableServerSideApply: true,
    // A field that kubectl wrote with another value would otherwise be a conflict.
    ...(config.adoptExisting ? { upsertExistingObjects: true, enablePatchForce: true } : {}),
  });
}

function outputs(
  { environment, googleCloud, gkeObjects }: StackConfig,
  address: pulumi.Output<string> | undefined,
): StackOutputs {
  const { namespace, server, edge } = environment;
  const kubectl = `kubectl --namespace ${namespace}`;
  const app = `https://${edge.host}`;
  const health = `${app}${edge.healthCheck.path ?? '/health'}`;
  const socketIo = `${app}${socketIoPath(environment)}?EIO=4&transport=polling`;
  const workload = server.storage?.per === 'pod' ? 'statefulset' : 'deployment';
  return {
    namespace,
    address: address ?? 'not reserved by this stack',
    urls: { app, health, socketIo },
    verify: [
      ...(googleCloud && edge.address !== undefined
        ? [`gcloud compute addresses describe ${edge.address} --global --format='value(address,status)'`]
        : []),
      ...(gkeObjects ? [`${kubectl} get managedcertificate ${edge.names.certificate}`] : []),
      `${kubectl} describe ingress ${edge.names.ingress}`,
      `${kubectl} rollout status ${workload}/${server.name}`,
      `curl --fail --silent --show-error ${health}`,
      // Upgrades are of HTTP/1.1; a curl that speaks HTTP/2 is answered 400 by a healthy system.
      `curl --fail --silent --show-error --http1.1 '${socketIo}'`,
    ],
  };
}
