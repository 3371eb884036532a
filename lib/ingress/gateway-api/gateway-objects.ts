import type { Tls } from '../tls';
import { GATEWAY_GROUP, type GatewayClass } from './gateway-class';

const VERSION = `${GATEWAY_GROUP}/v1`;

/** The names of the listeners, which the routes refer to. */
const HTTP = 'http';
const HTTPS = 'https';

export interface GatewayProps {
  readonly name: string;
  readonly gatewayClass: GatewayClass;
  readonly host: string;
  readonly tls: Tls | undefined;
  readonly address: string | undefined;
}

/** The load balancer: one listener for plain HTTP, and one for HTTPS where there is a certificate. */
export function gateway({ name, gatewayClass, host, tls, address }: GatewayProps) {
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

function listener(name: string, protocol: string, port: number, hostname: string) {
  return { name, protocol, port, hostname, allowedRoutes: { namespaces: { from: 'Same' } } };
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

export interface RouteProps {
  readonly name: string;
  readonly gateway: string;
  readonly host: string;
  readonly paths: readonly string[];
  readonly service: { readonly name: string; readonly port: number };
  readonly overTls: boolean;
}

/**
 * Requests to the Service. No `timeouts`: GKE's controller refuses a route that has them, and the backend's policy says how long a connection lasts. No
 * `appProtocol` for WebSocket on the Service either: upgrades pass without it, and the controller does not know it.
 *
 * @see https://github.com/kubernetes-sigs/gateway-api/tree/main/conformance/reports
 */
export function serverRoute({ name, gateway, host, paths, service, overTls }: RouteProps) {
  return route(name, gateway, overTls ? HTTPS : HTTP, host, {
    matches: paths.map((value) => ({ path: { type: 'PathPrefix', value } })),
    backendRefs: [{ group: '', kind: 'Service', name: service.name, port: service.port, weight: 1 }],
  });
}

/** Plain HTTP is answered with a permanent redirect to HTTPS. */
export function redirectRoute(name: string, gateway: string, host: string) {
  return route(name, gateway, HTTP, host, {
    matches: [{ path: { type: 'PathPrefix', value: '/' } }],
    filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
  });
}

function route(name: string, gateway: string, sectionName: string, host: string, rule: object) {
  return {
    apiVersion: VERSION,
    kind: 'HTTPRoute',
    metadata: { name },
    spec: {
      parentRefs: [{ group: GATEWAY_GROUP, kind: 'Gateway', name: gateway, sectionName }],
      hostnames: [host],
      rules: [rule],
    },
  };
}
