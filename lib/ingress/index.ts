export type { Affinity } from './affinity';
export type { Application, ServedApplication, ServiceApplication } from './applications';
export * from './aws-alb';
export * from './gateway-api';
export * from './gke';
export {
  HAPROXY_ANNOTATION_PREFIX,
  type HaproxyIngressSettings,
  HaproxyWebSocketIngress,
  type HaproxyWebSocketIngressProps,
  readHaproxyIngress,
} from './haproxy/haproxy-websocket-ingress';
export type { BackendHealthCheck } from './health-check';
export type { IngressRoute } from './ingress-manifest';
export * from './ingress-nginx';
export { ServerService, type ServerServiceProps } from './server-service';
export type { Tls } from './tls';
export type { WebSocketIngressProps, WebSocketIngressSettings } from './websocket-ingress';
