export type { CorsProps } from './cors';
export {
  type AffinityCookie,
  checkNginxIngress,
  NGINX_ANNOTATION_PREFIX,
  NginxWebSocketIngress,
  type NginxWebSocketIngressProps,
} from './nginx-websocket-ingress';
