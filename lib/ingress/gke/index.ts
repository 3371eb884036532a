export { BackendConfig, type BackendConfigProps, checkBackendConfig } from './backend-config';
export { checkFrontendConfig, FrontendConfig, type FrontendConfigProps } from './frontend-config';
export { GkeWebSocketEdge, type GkeWebSocketEdgeProps } from './gke-websocket-edge';
export { checkIngress, GkeWebSocketIngress, type GkeWebSocketIngressProps } from './gke-websocket-ingress';
export type { GkeIngressClass } from './ingress-class';
export { checkManagedCertificate, ManagedCertificate, type ManagedCertificateProps } from './managed-certificate';
export { checkNegService, NegService, type NegServiceProps } from './neg-service';
