export type { GatewayClass } from './gateway-class';
export type { ParentGateway } from './gateway-objects';
export {
  type GatewayIngressSettings,
  GatewayWebSocketIngress,
  type GatewayWebSocketIngressProps,
  readGatewayIngress,
} from './gateway-websocket-ingress';
