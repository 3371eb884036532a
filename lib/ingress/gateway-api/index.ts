export type { GatewayClass } from './gateway-class';
export {
  checkGatewayIngress,
  GatewayWebSocketIngress,
  type GatewayWebSocketIngressProps,
} from './gateway-websocket-ingress';
