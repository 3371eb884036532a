import type { IngressRoute } from '../ingress-manifest';
import type { Tls } from '../tls';
import { GATEWAY_GROUP, type GatewayClass } from './gateway-class';

const VERSION = `${GATEWAY_GROUP}/v1`;

/** The names of the listeners, which the routes refer to. */
const HTTP = 'http';
const HTTPS = 'https';

export interface GatewayProps {
  readonly name: string;
  readonly gatewayClass: GatewayClass;
  readonly hosts: readonly string[];
  readonly tls: Tls | undefined;
  readonly address: string | undefined;
}

/** The load balancer: one listener for plain HTTP, and one for HTTPS where there is a certificate. */
export function gateway({ name, gatewayClass, hosts, tls, address }: GatewayProps) {
  // A listener takes one host or all of them, and then the routes say which.
  const host = hosts.length === 1 ? hosts[0] : undefined;
  return {
    apiVersion: VERSION,
    kind: 'Gateway',
    metadata: {
      name,
      ...(tls !== undefined && 'certificateMap' in tls
        ? { annotations: { 'networking.gke.io/certmap': tls.certificateMap } }
        : {}),
    },
    spec: {
      gatewayClassName: gatewayClass,
      ...(address === undefined ? {} : { addresses: [{ type: 'NamedAddress', value: address }] }),
      listeners: [
        listener(HTTP, 'HTTP', 80, host),
        ...(tls === undefined ? [] : [{ ...listener(HTTPS, 'HTTPS', 443, host), ...listenerTls(tls) }]),
      ],
    },
  };
}

function listener(name: string, protocol: string, port: number, hostname: string | undefined) {
  return {
    name,
    protocol,
    port,
    ...(hostname === undefined ? {} : { hostname }),
    allowedRoutes: { namespaces: { from: 'Same' } },
  };
}

function listenerTls(tls: Tls) {
  if ('secret' in tls) {
    return { tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: tls.secret.name }] } };
  }
  if ('certificates' in tls) {
    return {
      tls: { mode: 'Terminate', options: { 'networking.gke.io/pre-shared-certs': tls.certificates.join(',') } },
    };
  }
  // A certificate map stands on the Gateway, and the listener says nothing about certificates.
  return {};
}

/** The Gateway that a route belongs to, and which of its listeners. */
export interface ParentGateway {
  readonly name: string;
  /** @default - that of the route */
  readonly namespace?: string;
  /** Name of a listener. @default - every listener that takes the host */
  readonly sectionName?: string;
}

export interface RouteProps {
  readonly name: string;
  readonly gateway: ParentGateway;
  readonly hosts: readonly string[];
  readonly routes: readonly IngressRoute[];
}

/** The listener of a Gateway of ours. */
export function listenerOf(overTls: boolean): string {
  return overTls ? HTTPS : HTTP;
}

/**
 * Requests to the Service. No `timeouts`: GKE's controller refuses a route that has them, and the backend's policy says how long a connection lasts. No
 * `appProtocol` for WebSocket on the Service either: upgrades pass without it, and the controller does not know it.
 *
 * @see https://github.com/kubernetes-sigs/gateway-api/tree/main/conformance/reports
 */
export function serverRoute({ name, gateway, hosts, routes }: RouteProps) {
  const rules = routes.map(({ paths, service }) => ({
    matches: paths.map((value) => ({ path: { type: 'PathPrefix', value } })),
    backendRefs: [{ group: '', kind: 'Service', name: service.name, port: service.port, weight: 1 }],
  }));
  return route(name, gateway, hosts, rules);
}

/** Plain HTTP is answered with a permanent redirect to HTTPS. */
export function redirectRoute(name: string, gateway: string, hosts: readonly string[]) {
  const rule = {
    matches: [{ path: { type: 'PathPrefix', value: '/' } }],
    filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
  };
  return route(name, { name: gateway, sectionName: HTTP }, hosts, [rule]);
}

function route(name: string, gateway: ParentGateway, hosts: readonly string[], rules: readonly object[]) {
  return {
    apiVersion: VERSION,
    kind: 'HTTPRoute',
    metadata: { name },
    spec: {
      parentRefs: [{ group: GATEWAY_GROUP, kind: 'Gateway', ...gateway }],
      hostnames: [...hosts],
      rules,
    },
  };
}
