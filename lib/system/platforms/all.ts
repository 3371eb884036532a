import type { Manifest } from '../../manifest/manifest';
import type { EntranceKind } from '../../timing/limits';
import type { Controller } from '../entrance';
import { WORKLOAD_KINDS } from '../pod';
import { type BackendReference, HTTP_ROUTE, INGRESS, type RouteKind } from '../route';
import { AWS_ALB } from './aws-alb';
import { AWS_NLB } from './aws-nlb';
import { AZURE_APPGW } from './azure-appgw';
import { AZURE_LB } from './azure-lb';
import { CONTOUR } from './contour';
import { ENVOY_GATEWAY } from './envoy-gateway';
import { GCP_PASSTHROUGH } from './gcp-passthrough';
import { GATEWAY_PLATFORMS } from './gke-gateway';
import { GKE_INGRESS_PLATFORMS } from './gke-ingress';
import { HAPROXY } from './haproxy';
import { INGRESS_NGINX } from './ingress-nginx';
import { ISTIO } from './istio';
import { KONG } from './kong';
import { NGINX } from './nginx';
import { OPENSHIFT } from './openshift';
import type { Dialect, Owner, Platform } from './platform';
import { TRAEFIK } from './traefik';

/** Every kind of balancer; one that is missing does not compile. */
export const PLATFORMS: Readonly<Record<EntranceKind, Platform>> = Object.freeze({
  ...GKE_INGRESS_PLATFORMS,
  ...GATEWAY_PLATFORMS,
  'ingress-nginx': INGRESS_NGINX,
  haproxy: HAPROXY,
  'aws-alb': AWS_ALB,
  nginx: NGINX,
  traefik: TRAEFIK,
  istio: ISTIO,
  'envoy-gateway': ENVOY_GATEWAY,
  contour: CONTOUR,
  kong: KONG,
  openshift: OPENSHIFT,
  'azure-appgw': AZURE_APPGW,
  'aws-nlb': AWS_NLB,
  'azure-lb': AZURE_LB,
  'gcp-passthrough': GCP_PASSTHROUGH,
});

const LIST: readonly Platform[] = Object.values(PLATFORMS);

/** Those whose controller takes routes, in order: where two could take one, the first does. */
export const OWNERS: readonly Owner[] = Object.freeze(LIST.filter((one): one is Owner => one.owns !== undefined));

/** Each dialect once. */
export const DIALECTS: readonly Dialect[] = Object.freeze([...new Set(LIST.map(({ dialect }) => dialect))]);

/** Each kind of route once: Kubernetes' own, and those that only one controller reads. */
export const ROUTE_KINDS: readonly RouteKind[] = Object.freeze([
  ...new Set([INGRESS, HTTP_ROUTE, ...OWNERS.flatMap(({ owns }) => owns.routes)]),
]);

const ROUTE_KIND: ReadonlyMap<string, RouteKind> = new Map(ROUTE_KINDS.map((one) => [one.kind, one]));

/** The Services that a route sends requests to. */
export function backendsOf(route: Manifest): readonly BackendReference[] {
  return isRoute(route) ? (ROUTE_KIND.get(route.kind)?.backends(route) ?? []) : [];
}

/** Does an object send requests from outside to Services? */
export function isRoute(object: Manifest): boolean {
  const found = ROUTE_KIND.get(object.kind);
  return found !== undefined && (found.is?.(object) ?? true);
}

/** Controllers that are known by their annotations alone: whom they belong to. */
export const STRANGERS: readonly { readonly prefix: string; readonly reader: string }[] = [
  { prefix: 'nginx.org/', reader: 'the controller of NGINX Inc.' },
  { prefix: 'haproxy-ingress.github.io/', reader: 'the community’s HAProxy Ingress' },
];

/** The platform of a controller; `undefined` for one that is not known. */
export function platformOf(controller: Controller): Platform | undefined {
  return controller === 'other' ? undefined : PLATFORMS[controller];
}

/** Is it a proxy of Google, whichever way it is configured? */
export function isGoogle(controller: Controller): boolean {
  const { cloud, passesThrough = false } = platformOf(controller) ?? {};
  return cloud === 'google' && !passesThrough;
}

/** The kinds that are read to find entrances and servers: what leads to a workload, what it runs, and what balancers are told, which shows what they wait for. */
export const ENTRANCE_KINDS: readonly string[] = Object.freeze([
  ...new Set([
    ...ROUTE_KINDS.map(({ kind }) => kind),
    'Gateway',
    'GatewayClass',
    'Service',
    ...WORKLOAD_KINDS,
    'ConfigMap',
    ...DIALECTS.flatMap(({ kinds }) => kinds),
  ]),
]);

/** The kinds in which health checks of balancers stand. */
export const HEALTH_CHECK_KINDS: readonly string[] = Object.freeze([
  ...new Set(DIALECTS.flatMap(({ healthCheckKinds }) => healthCheckKinds)),
]);
