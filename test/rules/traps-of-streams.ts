import { web } from '../system/support';
import { GKE, gke, NGINX, onGke, type Trap } from './trap-parts';

/** A route of Contour to the Service of `web`. */
const proxied = (...routes: readonly string[]) => `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: web }
spec:
  virtualhost: { fqdn: web.example.com }
  routes:
${routes.map((route) => `    - { ${route} }`).join('\n')}
`;

/** Streams of gRPC, and settings of a whole controller: as long as those of WebSockets, and no sign of any. */
export const OF_STREAMS: readonly Trap[] = [
  [
    'a gRPC service behind ingress-nginx with a timeout of an hour',
    'its streams stay open, and GRPC is what it speaks',
    web({ ingress: `${NGINX}/backend-protocol: GRPC, ${NGINX}/proxy-read-timeout: "3600"` }),
  ],
  [
    'a gRPC service behind GKE with a timeout of an hour',
    'gRPC needs HTTP/2',
    onGke({
      service: `${GKE.service}, cloud.google.com/app-protocols: '{"http":"HTTP2"}'`,
      more: gke('', 'timeoutSec: 3600'),
    }),
  ],
  [
    'a gRPC service behind Contour that may be silent for ten minutes',
    'no upgrade is asked of it',
    web({
      more: proxied('services: [{ name: web, port: 80, protocol: h2c }], timeoutPolicy: { idle: 600s, response: 1h }'),
    }).replace(/apiVersion: networking[\s\S]*?---\n/, ''),
  ],
  [
    'a gRPC service by the name of its port',
    'its streams stay open',
    web({ ingress: `${NGINX}/proxy-read-timeout: "3600"`, port: 'name: grpc, targetPort: http' }),
  ],
  [
    'Argo CD with an Ingress of its own for gRPC',
    'the other one is for browsers',
    web({
      image: 'quay.io/argoproj/argocd:v2.11.3',
      replicas: 1,
      more: `${web({ ingress: `${NGINX}/backend-protocol: GRPCS` })
        .split('---')[0]
        ?.replace('name: web, annotations', 'name: grpc, annotations')
        .replace('web.example.com', 'grpc.example.com')}`,
    }),
  ],
  [
    'a tunnel of an hour and a cookie for everybody behind HAProxy',
    'they are for whoever needs them',
    web({
      className: 'haproxy',
      image: 'registry.example.com/team/web:latest',
      replicas: 5,
      more: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: haproxy }\ndata: { timeout-tunnel: 1h, cookie-persistence: srv }\n',
    }),
  ],
];
