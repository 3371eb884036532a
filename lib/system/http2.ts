import { annotationOf } from '../manifest/annotation';
import { mappingOf, textOf, valueAt } from '../manifest/field';
import { jsonMapping } from './backend-binding';
import type { Entrance } from './entrance';

/** Where GKE's Ingress is told what each port of a Service speaks. */
export const GKE_PROTOCOLS = ['cloud.google.com/app-protocols', 'service.alpha.kubernetes.io/app-protocols'] as const;

/** Where other balancers are told what to speak with the pods. */
export const ALB_VERSION = 'alb.ingress.kubernetes.io/backend-protocol-version';
export const NGINX_PROTOCOL = 'nginx.ingress.kubernetes.io/backend-protocol';
const KONG_PROTOCOL = 'konghq.com/protocol';

/** Names of HTTP/2 as `appProtocol` has them. */
export const H2C = /^(kubernetes\.io\/h2c|HTTP2|h2c|grpc)$/i;

/** As annotations and fields of routes have them. */
const HTTP2 = /^(HTTP2|GRPCS?|h2c?)$/i;

/** Is it written that HTTP/2 is spoken with the pods, as gRPC needs it and no WebSocket can use it? */
export function speaksHttp2({ route, service, port, reference }: Entrance): boolean {
  const { name, appProtocol } = port?.value ?? {};
  const backend = mappingOf(valueAt(route, reference.path));
  const said = [
    ...[route, service].flatMap((one) =>
      [ALB_VERSION, NGINX_PROTOCOL, KONG_PROTOCOL].map((key) => annotationOf(one, key)),
    ),
    ...GKE_PROTOCOLS.map((key) => jsonMapping(annotationOf(service, key) ?? '')?.[textOf(name) ?? '']),
    // Contour and Traefik are told where the route names the Service.
    backend.protocol,
    backend.scheme,
  ];
  return (
    H2C.test(textOf(appProtocol) ?? '') ||
    /^(grpc|http2)(-(?!web)|$)/.test(textOf(name) ?? '') ||
    said.some((text) => HTTP2.test(textOf(text) ?? ''))
  );
}
