/** nginx in front of Socket.IO, as text: the proxy in an application's pod, and the gateway in front of many. Needs no cdk8s at run time. */
export type { Server } from './check';
export { type GatewayAffinity, type GatewayConfProps, gatewayConf } from './gateway-conf';
export type { Route } from './location';
export { checkNginxConf, type NginxConfProps, nginxConf } from './nginx-conf';
export {
  DEFAULT_DRAIN_FLAG,
  DEFAULT_PROXY_PORT,
  HEALTH_PATH,
  type ProxyProps,
  type ProxySettings,
  READY_PATH,
} from './proxy-props';
