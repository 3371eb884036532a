export {
  ALB_ANNOTATION_PREFIX,
  ALB_READINESS_GATE,
  type AlbIngressSettings,
  AlbWebSocketIngress,
  type AlbWebSocketIngressProps,
  readAlbIngress,
} from './alb-websocket-ingress';
export type { Attributes } from './attributes';
