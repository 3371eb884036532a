import type { Manifest } from '../../../lib/manifest';
import { check } from '../../../lib/rules';
import { BASES, type BaseName, Copy } from './bases';
import { ALB, NGINX } from './planting';

const path = (field: string, value: string) => (c: Copy) =>
  c.set(c.route, ['spec', 'rules', 0, 'http', 'paths', 0, field], value);

type Right = readonly [looks: string, right: string, base: BaseName, change: (copy: Copy) => void];

/** What looks like one of the faults, and is right: nobody is told more than that it is worth knowing. */
const RIGHT: readonly Right[] = [
  [
    'a target port that nobody declares',
    'the container is told it',
    'ingress-nginx',
    (c) => {
      c.set(c.of('Service'), ['spec', 'ports', 0, 'targetPort'], 3500);
      c.inContainer('app', ['args'], ['--listen=:3500']);
    },
  ],
  [
    'a target port where nobody declares any',
    'a port need not be declared',
    'ALB',
    (c) => {
      c.set(c.of('Service'), ['spec', 'ports', 0, 'targetPort'], 8080);
      c.inContainer('app', ['ports'], undefined);
    },
  ],
  [
    'an nginx that takes in a folder of its image',
    'what stands there is not known',
    'ingress-nginx',
    (c) =>
      c.conf(
        'server {\n    listen 8080 default_server;',
        'include /etc/nginx/conf.d/*.conf;\n  server {\n    listen 8080 default_server;',
      ),
  ],
  [
    'an nginx of another image without a mounted file',
    'its configuration is built in',
    'ingress-nginx',
    (c) => {
      c.inContainer('nginx', ['image'], 'registry.example.com/shop/proxy:1.0.0');
      c.inContainer('nginx', ['volumeMounts'], undefined);
    },
  ],
  [
    'a proxy_pass to a variable',
    'it is looked up at run time',
    'ingress-nginx',
    (c) => c.conf('proxy_pass http://app;', 'proxy_pass http://$backend;'),
  ],
  [
    'an upstream at an address of the world',
    'it is outside of these objects',
    'ingress-nginx',
    (c) => c.conf('server 127.0.0.1:3000', 'server chat.example.org:443'),
  ],
  [
    'an upstream at a headless Service that is looked up again',
    'nginx is told to',
    'ingress-nginx',
    (c) => c.conf('server 127.0.0.1:3000;', 'zone app 64k; server chat-headless:3000 resolve;'),
  ],
  [
    'an upstream at the other name of the Service',
    'it leads to a port of the pods',
    'ingress-nginx',
    (c) => c.conf('server 127.0.0.1:3000', 'server chat-headless.shop.svc.cluster.local:3000 resolve'),
  ],
  [
    'a proxy_pass with the path that the server has',
    'the path arrives',
    'ingress-nginx',
    (c) => c.conf('proxy_pass http://app;', 'proxy_pass http://app/socket.io/;'),
  ],
  [
    'a ConfigMap that is not there, and optional',
    'the pod starts without it',
    'ingress-nginx',
    (c) => c.inPod(['volumes', 1], { name: 'more', configMap: { name: 'more', optional: true } }),
  ],
  [
    'a hook that asks nginx to quit',
    'it quits when it has finished',
    'ingress-nginx',
    (c) => c.inContainer('nginx', ['lifecycle', 'preStop', 'exec', 'command'], ['sh', '-c', 'sleep 30; nginx -s quit']),
  ],
  [
    'a hook that looks for a process by pkill -0',
    'it sends no signal',
    'ingress-nginx',
    (c) => c.inContainer('app', ['lifecycle', 'preStop', 'exec', 'command'], ['sh', '-c', 'sleep 30; pkill -0 node']),
  ],
  [
    'a scheme from a map',
    'it falls back on what the balancer said',
    'foreign GKE',
    (c) => c.conf('$http_x_forwarded_proto', '$client_scheme'),
  ],
  [
    'an address of the client from the real-IP module',
    '$remote_addr is the client',
    'foreign GKE',
    (c) => {
      c.conf('upstream app {', 'real_ip_header X-Forwarded-For; upstream app {');
      c.conf('$proxy_add_x_forwarded_for', '$remote_addr');
    },
  ],
  [
    'an internal Ingress with a FrontendConfig that redirects nothing',
    'internal balancers take it',
    'foreign GKE',
    (c) => {
      c.annotate(c.route, 'kubernetes.io/ingress.class', 'gce-internal');
      c.set(c.of('FrontendConfig'), ['spec', 'redirectToHttps'], undefined);
      c.set(c.of('BackendConfig'), ['spec', 'securityPolicy'], undefined);
    },
  ],
  [
    'plain HTTP forbidden with a shared certificate',
    'the certificate is one of the project',
    'foreign GKE',
    (c) => {
      c.annotate(c.route, 'kubernetes.io/ingress.allow-http', 'false');
      c.annotate(c.route, 'networking.gke.io/managed-certificates', undefined);
      c.annotate(c.route, 'ingress.gcp.kubernetes.io/pre-shared-cert', 'chat');
    },
  ],
  [
    'a raw path with a wildcard at its end',
    'it matches all that is below',
    'foreign GKE',
    (c) => {
      path('path', '/socket.io/*')(c);
      path('pathType', 'ImplementationSpecific')(c);
    },
  ],
  ['an exact path of Socket.IO', 'its clients ask just that', 'foreign GKE', path('pathType', 'Exact')],
  [
    'an annotation of Google that is not known here',
    'it may be for somebody else',
    'foreign GKE',
    (c) => c.annotate(c.of('Service'), 'cloud.google.com/team', 'chat'),
  ],
  [
    'a network policy with a range of ports',
    'the port is among them',
    'foreign GKE',
    (c) => c.set(c.of('NetworkPolicy'), ['spec', 'ingress', 0, 'ports'], [{ port: 8000, endPort: 9000 }]),
  ],
  [
    'a network policy that opens the port by its name',
    'it is the same port',
    'foreign GKE',
    (c) => c.set(c.of('NetworkPolicy'), ['spec', 'ingress', 0, 'ports'], [{ port: 'http' }]),
  ],
  [
    'a health check by gRPC',
    'it has no path',
    'Gateway',
    (c) => c.set(c.of('HealthCheckPolicy'), ['spec', 'default', 'config'], { type: 'GRPC' }),
  ],
  [
    'targets in HTTP/1',
    'that is what they speak',
    'ALB',
    (c) => c.annotate(c.route, `${ALB}/backend-protocol-version`, 'HTTP1'),
  ],
  [
    'stickiness by the cookie of the application',
    'it is a cookie',
    'ALB',
    (c) =>
      c.annotate(
        c.route,
        `${ALB}/target-group-attributes`,
        'stickiness.enabled=true,stickiness.type=app_cookie,stickiness.app_cookie.cookie_name=sid,deregistration_delay.timeout_seconds=120',
      ),
  ],
  [
    'a regex with a path for the cookie',
    'browsers match it',
    'ingress-nginx',
    (c) => {
      c.annotate(c.route, `${NGINX}/use-regex`, 'true');
      c.annotate(c.route, `${NGINX}/session-cookie-path`, '/');
    },
  ],
  [
    'a cookie that expires by the older word alone',
    'all browsers read it',
    'ingress-nginx',
    (c) => {
      c.annotate(c.route, `${NGINX}/session-cookie-max-age`, undefined);
      c.annotate(c.route, `${NGINX}/session-cookie-expires`, '43200');
    },
  ],
  [
    'an older word for the lifetime of a cookie, beside the newer one',
    'browsers follow max-age',
    'ingress-nginx',
    (c) => c.annotate(c.route, `${NGINX}/session-cookie-expires`, '600'),
  ],
  [
    'an autoscaler of a workload that is not there',
    'it belongs to another release',
    'ingress-nginx',
    (c) => {
      const other = structuredClone(c.of('HorizontalPodAutoscaler')) as Manifest;
      Object.assign(other.metadata, { name: 'orders' });
      c.manifests.push(other);
      c.set(other, ['spec', 'scaleTargetRef', 'name'], 'orders');
    },
  ],
  [
    'a Gateway of another namespace, with a wildcard',
    'it takes routes of all, and the host is one of them',
    'Gateway',
    (c) => {
      c.set(c.of('Gateway'), ['metadata', 'namespace'], 'edge');
      c.set(c.of('Gateway'), ['spec', 'listeners', 0, 'hostname'], '*.example.com');
      c.set(c.of('Gateway'), ['spec', 'listeners', 0, 'allowedRoutes'], { namespaces: { from: 'All' } });
      c.set(c.of('HTTPRoute'), ['spec', 'parentRefs', 0, 'namespace'], 'edge');
      c.set(c.of('HTTPRoute'), ['spec', 'parentRefs', 0, 'sectionName'], 'https');
    },
  ],
  [
    'an expression for a path that is switched on',
    'ingress-nginx reads it as one',
    'ingress-nginx',
    (c) => {
      path('path', '/socket\\.io/(.*)')(c);
      c.annotate(c.route, `${NGINX}/use-regex`, 'true');
      c.annotate(c.route, `${NGINX}/session-cookie-path`, '/');
    },
  ],
  [
    'a rewrite that keeps the path',
    'the path arrives',
    'ingress-nginx',
    (c) => {
      path('path', '/chat(/socket\\.io/.*)')(c);
      c.annotate(c.route, `${NGINX}/rewrite-target`, '$1');
    },
  ],
  [
    'a persistent affinity',
    'it is a mode',
    'ingress-nginx',
    (c) => c.annotate(c.route, `${NGINX}/affinity-mode`, 'persistent'),
  ],
  [
    'two scale-down policies of which the smaller counts',
    'pods go slowly',
    'ingress-nginx',
    (c) =>
      c.set(c.of('HorizontalPodAutoscaler'), ['spec', 'behavior', 'scaleDown'], {
        selectPolicy: 'Min',
        policies: [
          { type: 'Percent', value: 100, periodSeconds: 60 },
          { type: 'Pods', value: 1, periodSeconds: 60 },
        ],
      }),
  ],
  [
    'an autoscaler that keeps one',
    'it is worth knowing',
    'ingress-nginx',
    (c) => {
      c.set(c.of('HorizontalPodAutoscaler'), ['spec', 'minReplicas'], 1);
    },
  ],
];

test.each(RIGHT)('%s is right: %s (%s)', (_looks, _right, base, change) => {
  const copy = new Copy(BASES[base]);
  change(copy);
  const told = check(copy.manifests).findings.filter(({ level }) => level !== 'info');
  expect(told.map(({ code, object, actual }) => `${code} ${object}: ${actual}`)).toEqual([]);
});
