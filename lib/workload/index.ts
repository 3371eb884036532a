export type { AdapterProps, NamedSecretValue, NoAdapter, RedisAdapterProps } from './adapter';
export { Autoscaler, type AutoscalerProps, type AutoscalingProps } from './autoscaler';
export type { BackendFacts, WebSocketBackend } from './backend';
export type { ContainerResources, PlainContainer } from './container';
export { DisruptionBudget, type DisruptionBudgetProps } from './disruption-budget';
export type { PreStopHook } from './drain';
export {
  ExistingServer,
  type ExistingServerProps,
  type ExistingServerSettings,
  readExistingServer,
} from './existing-server';
export { type GatewaySettings, readGateway, type WebSocketGatewayProps } from './gateway-props';
export { GKE_METADATA_SERVER, type WorkloadIdentity } from './identity';
export type { MarksProps } from './marks';
export {
  type EgressPods,
  type EgressRange,
  type EgressTarget,
  GOOGLE_BALANCER_RANGES,
  ServerNetworkPolicy,
  type ServerNetworkPolicyProps,
  type TrafficProps,
} from './network-policy';
export { DEFAULT_PROXY_IMAGE } from './nginx-container';
export type { ExecProbe, HttpProbe, Probe, Probes, TcpProbe } from './probes';
export { type ProxyOptions, ProxySidecar, type ProxySidecarProps } from './proxy-sidecar';
export { RestrictedNamespace, type RestrictedNamespaceProps } from './restricted-namespace';
export type { KedaProps } from './scaled-object';
export type { SchedulingProps } from './scheduling';
export type { WebSocketServerProps } from './server-props';
export { readServer, type ServerSettings } from './server-settings';
export type { AccessMode, StorageProps } from './storage';
export { WebSocketGateway } from './websocket-gateway';
export { WebSocketServer } from './websocket-server';
