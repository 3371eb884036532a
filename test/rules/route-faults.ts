import { type Fault, field } from './cloud-entrance-faults';

/** Of routes of the Gateway API behind controllers that read them in their own way. */
export const ROUTE_FAULTS: Readonly<
  Record<'traefik-route' | 'istio-route' | 'istio-gateway' | 'kong-route', readonly Fault[]>
> = {
  'traefik-route': [
    [
      'a cookie in words that only an Ingress has',
      'namespace: live }\nspec:\n  selector',
      'namespace: live, annotations: { traefik.ingress.kubernetes.io/service.sticky.cookie: "true" } }\nspec:\n  selector',
      'WS226 warning HTTPRoute/chat spec.rules[0].backendRefs[0]',
    ],
    [
      'a port that is not there',
      'name: chat, port: 80',
      'name: chat, port: 81',
      'WS230 error HTTPRoute/chat spec.rules[0].backendRefs[0]',
    ],
  ],
  'istio-route': [
    [
      'no consistent hash',
      'consistentHash: { httpCookie: { name: affinity, ttl: 12h } }',
      'simple: LEAST_REQUEST',
      'WS226 warning DestinationRule/chat spec.trafficPolicy.loadBalancer',
    ],
    [
      'answers cut before the ping',
      'request: 75s',
      'request: 15s',
      'WS130 warning HTTPRoute/chat spec.rules[0].timeouts.request',
    ],
    [
      'a try cut before the ping',
      'request: 75s',
      'request: 75s, backendRequest: 15s',
      'WS130 warning HTTPRoute/chat spec.rules[0].timeouts.backendRequest',
    ],
  ],
  'istio-gateway': [
    [
      'the rule is for another host',
      'host: chat\n  traffic',
      'host: other\n  traffic',
      'WS226 warning VirtualService/chat spec',
    ],
    [
      'answers cut before the ping',
      'timeout: 75s',
      'timeout: 15s',
      'WS130 warning VirtualService/chat spec.http[0].timeout',
    ],
    [
      'a Service that is not there',
      'destination: { host: chat,',
      'destination: { host: chatt,',
      'WS230 error VirtualService/chat spec.http[0].route[0].destination',
    ],
  ],
  'kong-route': [
    [
      'a try that is shorter than the ping, which Kong takes for silence',
      'backendRequest: 75s',
      'backendRequest: 20s',
      'WS116 error HTTPRoute/chat spec.rules[0].timeouts.backendRequest',
    ],
    [
      'what the Service says comes first',
      'annotations: { konghq',
      'annotations: { konghq.com/read-timeout: "20000", konghq',
      `WS116 error Service/chat ${field('konghq.com/read-timeout')}`,
    ],
    [
      'no hash',
      'hashOn: { cookie: route, cookiePath: / }',
      'slots: 100',
      'WS226 warning KongUpstreamPolicy/by-cookie spec.hashOn',
    ],
  ],
};
