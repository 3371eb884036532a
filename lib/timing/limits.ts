import type { EntranceLimits, Knob, TimeoutMeaning } from './knob';
import { READ_LIMITS, type ReadKind } from './read-limits';

export type { EntranceLimits, Knob, NoTimeout, TimeoutMeaning } from './knob';
export type { ReadKind } from './read-limits';

/**
 * What each load balancer permits, and what each of its knobs *means*. The same field name answers different questions on
 * different balancers: `timeoutSec` is how long a connection may **live** on one and how long it may be **silent** on another.
 */

/** The limits of one kind of balancer that this library writes for. */
export interface BalancerLimits extends EntranceLimits {
  readonly timeout: Knob & { readonly meaning: TimeoutMeaning };
  /** How long the balancer keeps an idle connection to the backend open; the backend must keep it open for longer. */
  readonly backendKeepAliveSeconds: number;
}

const GOOGLE_TIMEOUT = 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution';
const GOOGLE_DRAIN = 'https://docs.cloud.google.com/load-balancing/docs/enabling-connection-draining';
const GOOGLE_AFFINITY = 'https://docs.cloud.google.com/load-balancing/docs/backend-service#session_affinity';
const BACKEND_CONFIG_AFFINITY = 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/backendconfig/validation.go';
const GATEWAY_POLICY = 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources';
const INGRESS_NGINX = 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/';
const NGINX_PROXY = 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout';
const HAPROXY_TUNNEL = 'https://docs.haproxy.org/3.2/configuration.html#4.2-timeout%20tunnel';
const ALB_ATTRIBUTES =
  'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html';
const ALB_TARGETS =
  'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html';

/** One day: Google's front ends are restarted for maintenance, and no connection outlives that. */
const DAY = 86_400;

/** The largest value of the `timeoutSec` field itself. */
const INT32_MAX = 2_147_483_647;

/**
 * Google's balancers keep an idle connection to a backend for 600 s and cannot be told otherwise. A backend that closes
 * sooner makes the balancer send a request into a closed connection: a 502 now and then.
 *
 * @see https://docs.cloud.google.com/load-balancing/docs/https/request-distribution
 */
export const GOOGLE_BACKEND_KEEP_ALIVE_SECONDS = 600;

/** The largest drain that Google's and Amazon's balancers accept, in seconds. */
export const LONGEST_BALANCER_DRAIN_SECONDS = 3600;

/** Where one of Google's two ways of configuration is written, and what it takes. */
interface GoogleApi {
  readonly timeout: string;
  readonly drain: Pick<Knob, 'field' | 'source'>;
  readonly affinityTtl: Pick<Knob, 'field' | 'maxSeconds' | 'source'>;
}

const BACKEND_CONFIG: GoogleApi = {
  timeout: 'BackendConfig spec.timeoutSec',
  drain: { field: 'BackendConfig spec.connectionDraining.drainingTimeoutSec', source: GOOGLE_DRAIN },
  affinityTtl: {
    field: 'BackendConfig spec.sessionAffinity.affinityCookieTtlSec',
    maxSeconds: DAY,
    source: BACKEND_CONFIG_AFFINITY,
  },
};

const BACKEND_POLICY: GoogleApi = {
  timeout: 'GCPBackendPolicy spec.default.timeoutSec',
  drain: { field: 'GCPBackendPolicy spec.default.connectionDraining.drainingTimeoutSec', source: GATEWAY_POLICY },
  affinityTtl: {
    field: 'GCPBackendPolicy spec.default.sessionAffinity.cookieTtlSec',
    maxSeconds: 1_209_600,
    source: GOOGLE_AFFINITY,
  },
};

/** Google's balancers differ in what their timeout means and in the age that their front ends reach. */
function google(
  api: GoogleApi,
  title: string,
  meaning: TimeoutMeaning,
  lifetimeCapSeconds = Number.POSITIVE_INFINITY,
): BalancerLimits {
  return Object.freeze({
    title,
    timeout: {
      field: api.timeout,
      meaning,
      minSeconds: 1,
      maxSeconds: meaning === 'lifetime' ? DAY : INT32_MAX,
      defaultSeconds: 30,
      source: GOOGLE_TIMEOUT,
    },
    lifetimeCapSeconds,
    drain: { ...api.drain, minSeconds: 0, maxSeconds: LONGEST_BALANCER_DRAIN_SECONDS, defaultSeconds: 0 },
    affinityTtl: { ...api.affinityTtl, minSeconds: 0, defaultSeconds: 0 },
    backendKeepAliveSeconds: GOOGLE_BACKEND_KEEP_ALIVE_SECONDS,
  });
}

/** The name of a kind of balancer that this library writes for, as its platform gives it. */
export type BalancerKind =
  | 'gce'
  | 'gce-internal'
  | 'gke-l7-gxlb'
  | 'gke-l7-global-external-managed'
  | 'gke-l7-regional-external-managed'
  | 'gke-l7-rilb'
  | 'nginx'
  | 'ingress-nginx'
  | 'haproxy'
  | 'aws-alb';

/** Every kind of balancer this library writes for. */
export const BALANCERS: Readonly<Record<BalancerKind, BalancerLimits>> = Object.freeze({
  /** Ingress class `gce`. */
  gce: google(BACKEND_CONFIG, 'classic Application Load Balancer (Ingress class gce)', 'lifetime', DAY),
  /** Ingress class `gce-internal`. */
  'gce-internal': google(BACKEND_CONFIG, 'internal Application Load Balancer (Ingress class gce-internal)', 'idle'),
  /** GatewayClass `gke-l7-gxlb`: classic again. */
  'gke-l7-gxlb': google(
    BACKEND_POLICY,
    'classic Application Load Balancer (GatewayClass gke-l7-gxlb)',
    'lifetime',
    DAY,
  ),
  'gke-l7-global-external-managed': google(
    BACKEND_POLICY,
    'global external Application Load Balancer (GatewayClass gke-l7-global-external-managed)',
    'idle',
    DAY,
  ),
  'gke-l7-regional-external-managed': google(
    BACKEND_POLICY,
    'regional external Application Load Balancer (GatewayClass gke-l7-regional-external-managed)',
    'idle',
  ),
  'gke-l7-rilb': google(BACKEND_POLICY, 'internal Application Load Balancer (GatewayClass gke-l7-rilb)', 'idle'),
  nginx: {
    title: 'nginx',
    isName: true,
    timeout: {
      field: 'proxy_read_timeout',
      meaning: 'idle',
      minSeconds: 1,
      maxSeconds: Number.POSITIVE_INFINITY,
      defaultSeconds: 60,
      source: NGINX_PROXY,
    },
    lifetimeCapSeconds: Number.POSITIVE_INFINITY,
    drain: undefined,
    affinityTtl: undefined,
    backendKeepAliveSeconds: 60,
  },
  'ingress-nginx': {
    title: 'ingress-nginx',
    isName: true,
    timeout: {
      field: 'nginx.ingress.kubernetes.io/proxy-read-timeout',
      meaning: 'idle',
      minSeconds: 1,
      maxSeconds: Number.POSITIVE_INFINITY,
      defaultSeconds: 60,
      source: INGRESS_NGINX,
    },
    lifetimeCapSeconds: Number.POSITIVE_INFINITY,
    drain: undefined,
    affinityTtl: {
      field: 'nginx.ingress.kubernetes.io/session-cookie-max-age',
      minSeconds: 0,
      maxSeconds: Number.POSITIVE_INFINITY,
      defaultSeconds: undefined,
      source: INGRESS_NGINX,
    },
    backendKeepAliveSeconds: 60,
  },
  haproxy: {
    title: 'HAProxy Kubernetes Ingress Controller',
    timeout: {
      field: 'timeout tunnel',
      meaning: 'idle',
      minSeconds: 1,
      // HAProxy counts in milliseconds of 31 bits and does not start with more.
      maxSeconds: Math.floor(INT32_MAX / 1000),
      // The controller writes it; HAProxy itself would fall back to the timeouts of client and server.
      defaultSeconds: 3600,
      source: HAPROXY_TUNNEL,
    },
    lifetimeCapSeconds: Number.POSITIVE_INFINITY,
    drain: undefined,
    // A cookie of the session: browsers forget it when they are closed, and nothing else ends it.
    affinityTtl: undefined,
    backendKeepAliveSeconds: 60,
  },
  'aws-alb': {
    title: 'AWS Application Load Balancer',
    timeout: {
      field: 'idle_timeout.timeout_seconds',
      meaning: 'idle',
      minSeconds: 1,
      maxSeconds: 4000,
      defaultSeconds: 60,
      source: ALB_ATTRIBUTES,
    },
    lifetimeCapSeconds: Number.POSITIVE_INFINITY,
    drain: {
      field: 'deregistration_delay.timeout_seconds',
      minSeconds: 0,
      maxSeconds: 3600,
      defaultSeconds: 300,
      source: ALB_TARGETS,
    },
    affinityTtl: {
      field: 'stickiness.lb_cookie.duration_seconds',
      minSeconds: 1,
      maxSeconds: 604_800,
      defaultSeconds: DAY,
      source: ALB_TARGETS,
    },
    backendKeepAliveSeconds: 60,
  },
});

/** Every kind of balancer that is known: those that are written for, and those that are only read. */
export type EntranceKind = BalancerKind | ReadKind;

/** What is known of each kind of balancer; one that is missing does not compile. */
export const ENTRANCE_LIMITS: Readonly<Record<EntranceKind, EntranceLimits>> = Object.freeze({
  ...BALANCERS,
  ...READ_LIMITS,
});

/** The title as it stands in a sentence. */
export function balancerNamed(kind: EntranceKind): string {
  const { title, isName = false } = ENTRANCE_LIMITS[kind];
  return isName ? title : `the ${title}`;
}

/** The limits of `kind`. */
export function limitsOf(kind: BalancerKind): BalancerLimits;
export function limitsOf(kind: EntranceKind): EntranceLimits;
export function limitsOf(kind: EntranceKind): EntranceLimits {
  return ENTRANCE_LIMITS[kind];
}

/**
 * How long a balancer that counts lifetimes must let a connection live, in seconds. Below an hour clients spend their time
 * reconnecting: this is the "survives more than one hour" by which the incident that this library grew from was closed.
 */
export const SHORTEST_LIFETIME_SECONDS = 3600;
