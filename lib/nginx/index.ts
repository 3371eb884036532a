/** nginx in front of Socket.IO, as text: the proxy in an application's pod, and the gateway in front of many. Needs no cdk8s at run time. */
export { drainCommand, freshStartCommand } from './drain';
export { type GatewayAffinity, type GatewayConfProps, gatewayConf, gatewayDiskKibibytes } from './gateway-conf';
export type { Route, WebSocketPath } from './location';
export { checkNginxConf, type NginxConfProps, nginxConf } from './nginx-conf';
export {
  DEFAULT_DRAIN_FLAG,
  DEFAULT_MAX_CONNECTIONS,
  DEFAULT_PROXY_PORT,
  type ExtraLocation,
  HEALTH_PATH,
  type ProxyProps,
  type ProxySettings,
  READY_PATH,
} from './proxy-props';
export type { Server } from './upstream';
