export {
  ALB_ANNOTATION_PREFIX,
  ALB_READINESS_GATE,
  AlbWebSocketIngress,
  type AlbWebSocketIngressProps,
  checkAlbIngress,
} from './alb-websocket-ingress';
export type { Attributes } from './attributes';
