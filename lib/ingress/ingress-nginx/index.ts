export type { CorsProps } from './cors';
export {
  type AffinityCookie,
  NGINX_ANNOTATION_PREFIX,
  type NginxIngressSettings,
  NginxWebSocketIngress,
  type NginxWebSocketIngressProps,
  readNginxIngress,
} from './nginx-websocket-ingress';
