/**
 * Google Cloud and Kubernetes in one Pulumi program: what an Ingress only names, a cdk8s chart as resources, and what watches both. Needs `@pulumi/pulumi`, `@pulumi/kubernetes` and, for
 * what is on Google Cloud, `@pulumi/gcp`.
 */
export type { Rollout } from './chart/await';
export { ChartResources, type ChartResourcesArgs, checkChartResources } from './chart/chart-resources';
export { holdsData } from './chart/data-holders';
export { type Fingerprints, fingerprintsOf, fixedFieldsOf } from './chart/fixed-fields';
export { KubernetesObject } from './chart/kubernetes-object';
export { readManifests } from './chart/manifest-folder-reader';
export { type ManifestInputs, OutputResolver } from './chart/output-resolver';
export { checkReplacements, type Replacement, replacementsBetween } from './chart/replacement';
export { checkGkeCluster, GkeCluster, type GkeClusterArgs } from './cluster/gke-cluster';
export {
  type BackupProps,
  checkBackup,
  checkWorkspaceBackup,
  WorkspaceBackup,
  type WorkspaceBackupArgs,
} from './cluster/workspace-backup';
export {
  ConfigReader,
  type ConfigSource,
  count,
  flag,
  object,
  type Parse,
  type Read,
  type Shape,
  text,
  texts,
} from './config/config-reader';
export { reportingInput, stackConfiguration } from './config/program';
export { type ArmorProps, PRECONFIGURED, type PreconfiguredRules, type RateLimit } from './edge/armor';
export { checkEdgeReferences, type EdgeNames } from './edge/edge-names';
export { GlobalEdge } from './edge/global-edge';
export {
  checkGlobalEdge,
  type EdgeCertificate,
  type EdgeDns,
  type EdgeSslPolicy,
  type GlobalEdgeArgs,
} from './edge/global-edge-args';
export type { WatchedServer } from './monitoring/indicator-condition';
export type { RequestLogs } from './monitoring/log-filter';
export {
  checkMonitoring,
  type NotificationProps,
  type ObjectiveProps,
  type UptimeProps,
  type WebSocketMonitoringArgs,
} from './monitoring/monitoring-args';
export { WebSocketMonitoring } from './monitoring/websocket-monitoring';
export { ClusterProvider, type ClusterProviderArgs } from './target/cluster-provider';
export {
  checkAgainstLast,
  type DeploymentRecord,
  type Intentions,
  type LastDeployment,
  lastDeployment,
  recordOf,
} from './target/deployment-record';
export { type KubeconfigFile, kubeconfigFiles, type Target, targetOf } from './target/kubeconfig';
