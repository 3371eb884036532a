/** Written by many, read by no controller: upgrades need no switch on Google's balancers. */
export const FAKE_IDLE_TIMEOUT = 'cloud.google.com/websocket-max-idle-timeout';

/** Of another vendor's nginx controller under another prefix; kubernetes/ingress-nginx does not know it. */
export const FAKE_WEBSOCKET_SERVICES = 'nginx.ingress.kubernetes.io/websocket-services';
