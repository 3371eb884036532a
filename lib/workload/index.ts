export { Autoscaler, type AutoscalerProps, type AutoscalingProps } from './autoscaler';
export type { ContainerResources } from './container';
export { DisruptionBudget, type DisruptionBudgetProps } from './disruption-budget';
export type { PreStopHook } from './drain';
export {
  type EgressTarget,
  GOOGLE_BALANCER_RANGES,
  ServerNetworkPolicy,
  type ServerNetworkPolicyProps,
  type TrafficProps,
} from './network-policy';
export type { ProbePaths } from './probes';
export {
  DEFAULT_PROXY_IMAGE,
  type ProxyOptions,
  ProxySidecar,
  type ProxySidecarProps,
} from './proxy-sidecar';
export { RestrictedNamespace } from './restricted-namespace';
export { checkServer, type WebSocketServerProps } from './server-props';
export type { AccessMode, StorageProps } from './storage';
export { TIMING_ANNOTATION, WebSocketServer } from './websocket-server';
