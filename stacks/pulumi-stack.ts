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
  checkGlobalEdge,
  checkMonitoring,
  checkWorkspaceBackup,
  type EdgeNames,
  GkeCluster,
  GlobalEdge,
  type GlobalEdgeArgs,
  OutputResolver,
  readManifests,
  WebSocketMonitoring,
  type WebSocketMonitoringArgs,
  WorkspaceBackup,
  type WorkspaceBackupArgs,
} from '../lib/pulumi';
import { HoldfastApp } from '../lib/synth';
import type { StackConfig } from './pulumi-config';
import { checkEnvironment, WebSocketChart } from './websocket-chart';

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
  checkEnvironment(problems, environment);
  const edge = edgeArgs(config);
  const monitoring = monitoringArgs(config);
  const backup = backupArgs(config);
  const cloud = config.googleCloud;
  const watched = cloud && environment.cloud?.monitoring !== false;
  if (cloud) {
    if (environment.edge.ingressClass === 'gce-internal')
      problems.add(
        `${name}.edge.ingressClass`,
        '"gce-internal" has nothing on the global edge; set googleCloud to false',
      );
    checkGlobalEdge(problems.at(`${name}.edge`), edge);
    if (watched) checkMonitoring(problems.at(`${name}.monitoring`), monitoring);
    if (backup !== undefined) checkWorkspaceBackup(problems.at(`${name}.backup`), backup);
  }
  problems.throwIfAny();

  const chart = new WebSocketChart(new HoldfastApp({ resolvers: [new OutputResolver()] }), environment);
  const manifests = chart.apiObjects.map((object) => object.toJson() as Manifest);
  // With Google Cloud switched off, what the manifests name is somebody else's to make.
  if (cloud && config.gkeObjects) {
    const made: EdgeNames = {
      addresses: present(edge.address),
      sslPolicies: present(edge.sslPolicy?.name),
      securityPolicies: present(edge.securityPolicy?.name),
    };
    checkEdgeReferences(problems.at(name), manifests, made, config.existing);
  }
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

  const globalEdge = cloud ? new GlobalEdge(`${name}-edge`, edge) : undefined;
  const cluster =
    cloud && config.cluster?.make === true
      ? new GkeCluster(`${name}-cluster`, {
          name: config.cluster.name,
          region: config.cluster.location,
          project: config.project ?? '',
          ...(config.cluster.machineType === undefined ? {} : { machineType: config.cluster.machineType }),
        })
      : undefined;
  new ChartResources(name, chartArgs, {
    providers: { kubernetes: kubernetesProvider(config, cluster) },
    dependsOn: [...(globalEdge?.resources ?? []), ...(cluster === undefined ? [] : [cluster.nodes])],
  });
  if (cloud) {
    if (watched) new WebSocketMonitoring(`${name}-monitoring`, monitoring);
    if (backup !== undefined)
      new WorkspaceBackup(`${name}-backup`, cluster === undefined ? backup : { ...backup, cluster: cluster.id });
  }
  return outputs(config, globalEdge?.address);
}

function edgeArgs({ environment, existing, dns }: StackConfig): GlobalEdgeArgs {
  const { host, address, sslPolicy, securityPolicy } = environment.edge;
  const make = (name: string | undefined, there: readonly string[] | undefined) =>
    name === undefined || there?.includes(name) ? undefined : name;
  const madeAddress = make(address, existing.addresses);
  const madeTls = make(sslPolicy, existing.sslPolicies);
  const madeArmor = make(securityPolicy, existing.securityPolicies);
  return {
    host,
    ...(madeAddress === undefined ? {} : { address: madeAddress }),
    ...(dns === undefined ? {} : { dns }),
    ...(madeTls === undefined ? {} : { sslPolicy: { ...environment.cloud?.tls, name: madeTls } }),
    ...(madeArmor === undefined ? {} : { securityPolicy: { ...environment.cloud?.armor, name: madeArmor } }),
  };
}

function monitoringArgs({ environment, project, notifications, webhook }: StackConfig): WebSocketMonitoringArgs {
  const { namespace, server, edge, cloud } = environment;
  return {
    name: namespace,
    project: project ?? '',
    host: edge.host,
    namespace,
    logs:
      server.proxy === undefined
        ? { from: 'balancer', host: edge.host, path: socketIoPath(environment) }
        : { from: 'proxy', namespace, app: server.name, path: socketIoPath(environment) },
    uptime: {
      path: edge.healthCheck.path ?? '/health',
      // What the proxy itself answers.
      ...(server.proxy === undefined ? {} : { body: 'healthy' }),
      ...cloud?.uptime,
    },
    ...(cloud?.objective === undefined ? {} : { objective: cloud.objective }),
    notifications: { ...notifications, ...(webhook === undefined ? {} : { webhook: pulumi.secret(webhook) }) },
  };
}

function backupArgs({
  environment,
  cluster,
  project,
  backupLocation,
  region,
}: StackConfig): WorkspaceBackupArgs | undefined {
  const backup = environment.cloud?.backup;
  if (backup === undefined || cluster === undefined) return undefined;
  return {
    ...backup,
    name: `${environment.namespace}-backup`,
    cluster: `projects/${project}/locations/${cluster.location}/clusters/${cluster.name}`,
    location: backupLocation ?? region ?? cluster.location,
    namespaces: [environment.namespace],
  };
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

function socketIoPath({ server }: StackConfig['environment']): string {
  return server.proxy?.socketIo.path ?? '/socket.io/';
}

function present(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [name];
}
