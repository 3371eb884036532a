export {
  BackendConfig,
  type BackendConfigProps,
  type BackendConfigSettings,
  readBackendConfig,
} from './backend-config';
export {
  FrontendConfig,
  type FrontendConfigProps,
  type FrontendConfigSettings,
  readFrontendConfig,
} from './frontend-config';
export {
  type GkeEdgeNames,
  type GkeEdgeSettings,
  GkeWebSocketEdge,
  type GkeWebSocketEdgeProps,
  readGkeEdge,
} from './gke-websocket-edge';
export {
  type GkeIngressSettings,
  GkeWebSocketIngress,
  type GkeWebSocketIngressProps,
  readGkeIngress,
} from './gke-websocket-ingress';
export type { GkeIngressClass } from './ingress-class';
export { ManagedCertificate, type ManagedCertificateProps, readManagedCertificate } from './managed-certificate';
export { NegService, type NegServiceProps, type NegServiceSettings, readNegService } from './neg-service';
