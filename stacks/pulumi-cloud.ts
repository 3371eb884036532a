import * as pulumi from '@pulumi/pulumi';
import type { Problems } from '../lib/input';
import {
  checkGkeCluster,
  checkGlobalEdge,
  checkMonitoring,
  checkWorkspaceBackup,
  type EdgeNames,
  type GkeClusterArgs,
  type GlobalEdgeArgs,
  type WebSocketMonitoringArgs,
  type WorkspaceBackupArgs,
} from '../lib/pulumi';
import type { Environment } from './environment';
import type { StackConfig } from './pulumi-config';

/** What is made on Google Cloud, as the arguments of the components that make it. */
export interface CloudArgs {
  readonly edge: GlobalEdgeArgs;
  readonly monitoring: WebSocketMonitoringArgs | undefined;
  readonly backup: WorkspaceBackupArgs | undefined;
  /** Only where the stack makes its cluster. */
  readonly cluster: GkeClusterArgs | undefined;
}

/** An environment and a configuration, put together. */
export function cloudArgs(config: StackConfig): CloudArgs {
  return {
    edge: edgeArgs(config),
    monitoring: monitoringArgs(config),
    backup: backupArgs(config),
    cluster: clusterArgs(config),
  };
}

/** Notes everything that Google Cloud would refuse. */
export function checkCloud(problems: Problems, args: CloudArgs, environment: Environment): void {
  if (environment.edge.ingressClass === 'gce-internal')
    problems.add('edge.ingressClass', '"gce-internal" has nothing on the global edge; set googleCloud to false');
  checkGlobalEdge(problems.at('edge'), args.edge);
  if (args.monitoring !== undefined) checkMonitoring(problems.at('monitoring'), args.monitoring);
  if (args.backup !== undefined) checkWorkspaceBackup(problems.at('backup'), args.backup);
  if (args.cluster !== undefined) checkGkeCluster(problems.at('cluster'), args.cluster);
}

/** The names under which manifests may refer to an edge. */
export function namesOf(edge: GlobalEdgeArgs): EdgeNames {
  return {
    addresses: present(edge.address),
    sslPolicies: present(edge.sslPolicy?.name),
    securityPolicies: present(edge.securityPolicy?.name),
  };
}

/** Where clients find Socket.IO. */
export function socketIoPath({ server }: Environment): string {
  return server.proxy?.socketIo?.path ?? '/socket.io/';
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

function monitoringArgs(config: StackConfig): WebSocketMonitoringArgs | undefined {
  const { environment, project, notifications, webhook } = config;
  if (environment.cloud?.monitoring === false) return undefined;
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

function clusterArgs({ cluster, project }: StackConfig): GkeClusterArgs | undefined {
  if (cluster?.make !== true) return undefined;
  return {
    name: cluster.name,
    region: cluster.location,
    project: project ?? '',
    ...(cluster.machineType === undefined ? {} : { machineType: cluster.machineType }),
  };
}

function present(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [name];
}
