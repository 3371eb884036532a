import type { ReadKind } from '../../lib/timing/limits';
import { CLOUD_FAULTS, type Fault, field } from './cloud-entrance-faults';
import { ROUTE_FAULTS } from './route-faults';

/** Some entrances have two shapes. */
export type Shape =
  | ReadKind
  | 'traefik-ingress'
  | 'traefik-route'
  | 'istio-tls'
  | 'istio-route'
  | 'istio-gateway'
  | 'contour-ingress'
  | 'kong-override'
  | 'kong-route';

const ROUTER = 'haproxy.router.openshift.io';
const APPGW = 'appgw.ingress.kubernetes.io';

export const FAULTS: Readonly<Record<Shape, readonly Fault[]>> = {
  ...ROUTE_FAULTS,
  ...CLOUD_FAULTS,
  traefik: [
    [
      'no sticky cookie',
      'sticky: { cookie: { httpOnly: true, maxAge: 43200 } }',
      'weight: 1',
      'WS226 warning IngressRoute/chat spec.routes[0].services[0].sticky.cookie',
    ],
    [
      'a cookie of ten minutes',
      'maxAge: 43200',
      'maxAge: 600',
      'WS126 warning IngressRoute/chat spec.routes[0].services[0].sticky.cookie.maxAge',
    ],
    [
      'answers cut before the ping',
      '75s',
      '20s',
      'WS130 warning ServersTransport/patient spec.forwardingTimeouts.responseHeaderTimeout',
    ],
    [
      'a Service that is not there',
      'name: chat\n          port',
      'name: chatt\n          port',
      'WS230 error IngressRoute/chat spec.routes[0].services[0]',
    ],
  ],
  'traefik-ingress': [
    [
      'no sticky cookie',
      'service.sticky.cookie: "true"',
      'service.passhostheader: "true"',
      `WS226 warning Service/chat ${field('traefik.ingress.kubernetes.io/service.sticky.cookie')}`,
    ],
    [
      'affinity in another controller’s words',
      'namespace: live }\nspec:\n  ingressClassName',
      'namespace: live, annotations: { nginx.ingress.kubernetes.io/affinity: cookie } }\nspec:\n  ingressClassName',
      `WS206 error Ingress/chat ${field('nginx.ingress.kubernetes.io/affinity')}`,
    ],
  ],
  istio: [
    [
      'no consistent hash',
      'consistentHash: { httpCookie: { name: affinity, ttl: 12h } }',
      'simple: LEAST_REQUEST',
      'WS226 warning DestinationRule/chat spec.trafficPolicy.loadBalancer',
    ],
    ['the rule is for another host', 'host: chat\n', 'host: other\n', 'WS226 warning VirtualService/chat spec'],
    [
      'answers cut before the ping',
      'timeout: 75s',
      'timeout: 15s',
      'WS130 warning VirtualService/chat spec.http[0].timeout',
    ],
    [
      'a cookie of a minute',
      'ttl: 12h',
      'ttl: 60s',
      'WS126 warning DestinationRule/chat spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.ttl',
    ],
    [
      'a port that is not there',
      'port: { number: 80 } } }]',
      'port: { number: 81 } } }]',
      'WS230 error VirtualService/chat spec.http[0].route[0].destination',
    ],
    [
      'a subset that is not there',
      'port: { number: 80 } } }]',
      'port: { number: 80 }, subset: v2 } }]',
      'WS230 error VirtualService/chat spec.http[0].route[0].destination.subset',
    ],
  ],
  'istio-tls': [
    [
      'idle below the ping',
      'idleTimeout: 10m',
      'idleTimeout: 20s',
      'WS116 error DestinationRule/chat spec.trafficPolicy.connectionPool.tcp.idleTimeout',
    ],
  ],
  'envoy-gateway': [
    [
      'a try cut before the ping',
      'request: 75s',
      'backendRequest: 10s',
      'WS130 warning HTTPRoute/chat spec.rules[0].timeouts.backendRequest',
    ],
    [
      'idle below the ping',
      'streamIdleTimeout: 1h',
      'streamIdleTimeout: 20s',
      'WS116 error BackendTrafficPolicy/chat spec.timeout.http.streamIdleTimeout',
    ],
    [
      'a stream that lives for ten minutes',
      'maxConnectionDuration: 24h',
      'maxStreamDuration: 10m',
      'WS113 error ClientTrafficPolicy/edge spec.connection.connectionLimit.maxStreamDuration',
    ],
    [
      'a connection that lives for ten minutes',
      'maxConnectionDuration: 24h',
      'maxConnectionDuration: 10m',
      'WS113 error ClientTrafficPolicy/edge spec.connection.connectionLimit.maxConnectionDuration',
    ],
    [
      'round robin',
      'type: ConsistentHash, consistentHash: { type: Cookie, cookie: { name: affinity, ttl: 12h } }',
      'type: RoundRobin',
      'WS226 warning BackendTrafficPolicy/chat spec.loadBalancer.type',
    ],
    [
      'nothing said of answers, so 15 s',
      '      timeouts: { request: 75s }\n',
      '',
      'WS130 warning HTTPRoute/chat spec.rules[0].timeouts.request',
    ],
    [
      'answers cut before the ping',
      'request: 75s',
      'request: 10s',
      'WS130 warning HTTPRoute/chat spec.rules[0].timeouts.request',
    ],
    [
      'a cookie of a minute',
      'ttl: 12h',
      'ttl: 60s',
      'WS126 warning BackendTrafficPolicy/chat spec.loadBalancer.consistentHash.cookie.ttl',
    ],
  ],
  contour: [
    ['idle below the ping', 'idle: 75s', 'idle: 20s', 'WS116 error HTTPProxy/chat spec.routes[0].timeoutPolicy.idle'],
    [
      'nothing said of answers, so 15 s',
      'response: 75s, ',
      '',
      'WS130 warning HTTPProxy/chat spec.routes[0].timeoutPolicy.response',
    ],
    [
      'upgrades not switched on',
      '      enableWebsockets: true\n',
      '',
      'WS248 error HTTPProxy/chat spec.routes[0].enableWebsockets',
    ],
    [
      'round robin',
      'strategy: Cookie',
      'strategy: RoundRobin',
      'WS226 warning HTTPProxy/chat spec.routes[0].loadBalancerPolicy.strategy',
    ],
  ],
  'contour-ingress': [
    [
      'another path than the one of the route',
      'websocket-routes: /socket.io/',
      'websocket-routes: /ws',
      `WS248 error Ingress/chat ${field('projectcontour.io/websocket-routes')}`,
    ],
    [
      'answers cut before the ping',
      'response-timeout: 75s',
      'response-timeout: 10s',
      `WS130 warning Ingress/chat ${field('projectcontour.io/response-timeout')}`,
    ],
  ],
  kong: [
    [
      'idle below the ping: seconds where milliseconds are meant',
      '"75000"',
      '"75"',
      `WS116 error Service/chat ${field('konghq.com/read-timeout')}`,
    ],
    [
      'no hash',
      'hashOn: { cookie: route, cookiePath: / }',
      'slots: 100',
      'WS226 warning KongUpstreamPolicy/by-cookie spec.hashOn',
    ],
    [
      'no policy',
      '    konghq.com/upstream-policy: by-cookie\n',
      '',
      `WS226 warning Service/chat ${field('konghq.com/upstream-policy')}`,
    ],
  ],
  'kong-override': [
    [
      'idle below the ping',
      'read_timeout: 75000',
      'read_timeout: 20000',
      'WS116 error KongIngress/older proxy.read_timeout',
    ],
    [
      'no hash',
      'hash_on: cookie',
      'hash_on: none',
      `WS226 warning Service/chat ${field('konghq.com/upstream-policy')}`,
    ],
  ],
  openshift: [
    [
      'idle below the ping',
      'timeout-tunnel: 1h',
      'timeout-tunnel: 20s',
      `WS116 error Route/chat ${field(`${ROUTER}/timeout-tunnel`)}`,
    ],
    [
      'cookies turned off',
      'timeout-tunnel: 1h',
      `timeout-tunnel: 1h\n    ${ROUTER}/disable_cookies: "true"`,
      `WS226 warning Route/chat ${field(`${ROUTER}/disable_cookies`)}`,
    ],
    [
      'answers cut before the ping',
      'timeout: 75s',
      'timeout: 10s',
      `WS130 warning Route/chat ${field(`${ROUTER}/timeout`)}`,
    ],
    [
      'TLS passed on, and a tunnel that ends below the ping',
      `${ROUTER}/timeout: 75s\n    ${ROUTER}/timeout-tunnel: 1h`,
      `${ROUTER}/timeout: 20s`,
      `WS116 error Route/chat ${field(`${ROUTER}/timeout`)}`,
    ],
    [
      'TLS passed on, with another way to choose',
      `timeout-tunnel: 1h`,
      `timeout-tunnel: 1h\n    ${ROUTER}/balance: leastconn`,
      `WS226 warning Route/chat ${field(`${ROUTER}/balance`)}`,
    ],
  ],
  'azure-appgw': [
    [
      'answers cut before the ping',
      'request-timeout: "75"',
      'request-timeout: "20"',
      `WS130 warning Ingress/chat ${field(`${APPGW}/request-timeout`)}`,
    ],
    [
      'no affinity',
      'cookie-based-affinity: "true"',
      'cookie-based-affinity: "false"',
      `WS226 warning Ingress/chat ${field(`${APPGW}/cookie-based-affinity`)}`,
    ],
    [
      'no draining',
      'connection-draining: "true"',
      'connection-draining: "false"',
      `WS111 warning Ingress/chat ${field(`${APPGW}/connection-draining-timeout`)}`,
    ],
    [
      'a drain that the gateway refuses',
      '"180"',
      '"7200"',
      `WS112 error Ingress/chat ${field(`${APPGW}/connection-draining-timeout`)}`,
    ],
    [
      'Socket.IO asked for health',
      'health-probe-path: /health',
      'health-probe-path: /socket.io/',
      `WS220 error Ingress/chat ${field(`${APPGW}/health-probe-path`)}`,
    ],
  ],
};
