import type { EntranceLimits, Knob } from './knob';

/** The kinds of balancer whose manifests are read and judged, and that no construct of this library writes for. */
export type ReadKind =
  | 'aws-nlb'
  | 'azure-lb'
  | 'gcp-passthrough'
  | 'traefik'
  | 'istio'
  | 'envoy-gateway'
  | 'contour'
  | 'kong'
  | 'openshift'
  | 'azure-appgw';

const NEVER = Number.POSITIVE_INFINITY;

/** Envoy's own, which every controller that says nothing else leaves in force. @see https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts */
const ENVOY = { streamIdleSeconds: 300, answerSeconds: 15, tcpIdleSeconds: 3600 } as const;
const ENVOY_TIMEOUTS = 'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts';

const CONTOUR_TIMEOUTS = 'https://projectcontour.io/docs/main/config/request-routing/#response-timeouts';
const ISTIO_RULES = 'https://istio.io/latest/docs/reference/config/networking/destination-rule/';
const OPENSHIFT_TEMPLATE =
  'https://github.com/openshift/router/blob/master/images/router/haproxy/conf/haproxy-config.template';
const AGIC = 'https://learn.microsoft.com/azure/application-gateway/ingress-controller-annotations';

/** Milliseconds of 31 bits, in seconds: what HAProxy and Kong can count. */
const INT32_MILLISECONDS = Math.floor(2_147_483_647 / 1000);

/** A duration without bounds of its own. */
function unbounded(field: string, defaultSeconds: number | undefined, source: string): Knob {
  return { field, minSeconds: 0, maxSeconds: NEVER, defaultSeconds, source };
}

/** For how long an Application Gateway drains where it is told to and not for how long. @see https://learn.microsoft.com/azure/application-gateway/ingress-controller-annotations */
export const APPGW_DRAIN_SECONDS = 30;

/** What each of them permits, and what its knobs mean. What its makers do not say is not said here either. */
export const READ_LIMITS: Readonly<Record<ReadKind, EntranceLimits>> = Object.freeze({
  'aws-nlb': {
    title: 'AWS Network Load Balancer',
    timeout: {
      // In the annotation of a listener, service.beta.kubernetes.io/aws-load-balancer-listener-attributes.TCP-<port>. A listener that ends TLS has 350 s, and no such attribute.
      field: 'tcp.idle_timeout.seconds',
      meaning: 'idle',
      minSeconds: 60,
      maxSeconds: 6000,
      defaultSeconds: 350,
      source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html',
    },
    lifetimeCapSeconds: NEVER,
    drain: undefined,
    affinityTtl: undefined,
  },
  'azure-lb': {
    title: 'Azure Load Balancer',
    timeout: {
      // Whole minutes there: 4 to 100.
      field: 'service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout',
      meaning: 'idle',
      minSeconds: 240,
      maxSeconds: 6000,
      defaultSeconds: 240,
      source: 'https://learn.microsoft.com/azure/load-balancer/load-balancer-tcp-idle-timeout',
    },
    lifetimeCapSeconds: NEVER,
    drain: undefined,
    affinityTtl: undefined,
  },
  'gcp-passthrough': {
    title: 'passthrough Network Load Balancer',
    timeout: {
      // No proxy, and no field: the network tracks a silent connection for ten minutes.
      field: 'connection tracking of the network',
      meaning: 'idle',
      minSeconds: 600,
      maxSeconds: 600,
      defaultSeconds: 600,
      source: 'https://docs.cloud.google.com/compute/docs/troubleshooting/general-tips',
    },
    lifetimeCapSeconds: NEVER,
    drain: undefined,
    affinityTtl: undefined,
  },
  traefik: {
    title: 'Traefik',
    isName: true,
    // Go's server takes its deadlines off a connection that is handed over, and Traefik sets no others.
    timeout: 'none',
    answer: unbounded(
      'ServersTransport spec.forwardingTimeouts.responseHeaderTimeout',
      NEVER,
      'https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/serverstransport/',
    ),
    lifetimeCapSeconds: NEVER,
    drain: undefined,
    affinityTtl: unbounded(
      'IngressRoute spec.routes[].services[].sticky.cookie.maxAge',
      0,
      'https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/',
    ),
  },
  istio: {
    title: 'Istio',
    isName: true,
    timeout: {
      // Of routes of TCP and TLS. On those of HTTP Istio turns Envoy's timeout of a silent stream off.
      field: 'DestinationRule spec.trafficPolicy.connectionPool.tcp.idleTimeout',
      meaning: 'idle',
      minSeconds: 0,
      maxSeconds: NEVER,
      defaultSeconds: ENVOY.tcpIdleSeconds,
      source: ISTIO_RULES,
    },
    answer: unbounded(
      'VirtualService spec.http[].timeout',
      NEVER,
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute',
    ),
    lifetimeCapSeconds: NEVER,
    drain: undefined,
    affinityTtl: unbounded(
      'DestinationRule spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.ttl',
      undefined,
      ISTIO_RULES,
    ),
  },
  'envoy-gateway': {
    title: 'Envoy Gateway',
    isName: true,
    timeout: {
      field: 'spec.timeout.http.streamIdleTimeout',
      meaning: 'idle',
      minSeconds: 0,
      maxSeconds: NEVER,
      defaultSeconds: ENVOY.streamIdleSeconds,
      source: 'https://github.com/envoyproxy/gateway/issues/8454',
    },
    lifetime: unbounded(
      'ClientTrafficPolicy spec.connection.connectionLimit.maxConnectionDuration',
      NEVER,
      'https://gateway.envoyproxy.io/docs/api/extension_types/#connectionlimit',
    ),
    answer: unbounded('HTTPRoute spec.rules[].timeouts.request', ENVOY.answerSeconds, ENVOY_TIMEOUTS),
    lifetimeCapSeconds: NEVER,
    drain: undefined,
    affinityTtl: unbounded(
      'BackendTrafficPolicy spec.loadBalancer.consistentHash.cookie.ttl',
      undefined,
      'https://gateway.envoyproxy.io/docs/api/extension_types/#cookie',
    ),
  },
  contour: {
    title: 'Contour',
    isName: true,
    timeout: {
      field: 'HTTPProxy spec.routes[].timeoutPolicy.idle',
      meaning: 'idle',
      minSeconds: 0,
      maxSeconds: NEVER,
      defaultSeconds: ENVOY.streamIdleSeconds,
      source: CONTOUR_TIMEOUTS,
    },
    answer: unbounded('HTTPProxy spec.routes[].timeoutPolicy.response', ENVOY.answerSeconds, CONTOUR_TIMEOUTS),
    lifetimeCapSeconds: NEVER,
    drain: undefined,
    affinityTtl: undefined,
  },
  kong: {
    title: 'Kong Ingress Controller',
    timeout: {
      // Milliseconds there, 1 to 2^31 - 2. @see https://github.com/Kong/kubernetes-ingress-controller/blob/main/internal/dataplane/translator/subtranslator/ingress.go for the default
      field: 'konghq.com/read-timeout',
      meaning: 'idle',
      minSeconds: 0.001,
      maxSeconds: INT32_MILLISECONDS,
      defaultSeconds: 60,
      source: 'https://developer.konghq.com/gateway/entities/service/',
    },
    lifetimeCapSeconds: NEVER,
    drain: undefined,
    affinityTtl: undefined,
  },
  openshift: {
    title: 'OpenShift router',
    timeout: {
      field: 'haproxy.router.openshift.io/timeout-tunnel',
      meaning: 'idle',
      minSeconds: 1,
      maxSeconds: INT32_MILLISECONDS,
      defaultSeconds: 3600,
      source: OPENSHIFT_TEMPLATE,
    },
    answer: {
      field: 'haproxy.router.openshift.io/timeout',
      minSeconds: 1,
      maxSeconds: INT32_MILLISECONDS,
      defaultSeconds: 30,
      source: OPENSHIFT_TEMPLATE,
    },
    lifetimeCapSeconds: NEVER,
    drain: undefined,
    // A cookie of the session, as behind HAProxy's own controller.
    affinityTtl: undefined,
  },
  'azure-appgw': {
    title: 'Azure Application Gateway',
    timeout: 'undocumented',
    // The default is the controller's; the range is Azure's. @see https://learn.microsoft.com/dotnet/api/microsoft.azure.management.network.models.applicationgatewaybackendhttpsettings.requesttimeout
    answer: {
      field: 'appgw.ingress.kubernetes.io/request-timeout',
      minSeconds: 1,
      maxSeconds: 86_400,
      defaultSeconds: 30,
      source: AGIC,
    },
    lifetimeCapSeconds: NEVER,
    // @see https://learn.microsoft.com/powershell/module/az.network/new-azapplicationgatewayconnectiondraining for the range
    drain: {
      field: 'appgw.ingress.kubernetes.io/connection-draining-timeout',
      minSeconds: 1,
      maxSeconds: 3600,
      defaultSeconds: undefined,
      source: AGIC,
    },
    affinityTtl: undefined,
  },
});
