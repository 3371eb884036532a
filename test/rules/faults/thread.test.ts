import type { FieldPath } from '../../../lib/manifest';
import { check } from '../../../lib/rules';
import { BASES, type BaseName, type Copy } from './bases';
import { casesOf, expectFound, type Fault, type Where } from './faults';

const foreign: Where = ({ own }) => !own;
/** A route of its own, which names a Service; a Service of type LoadBalancer names none, and no path. */
const routed: Where = (base, name) => foreign(base, name) && name !== 'NLB';
const BACKENDS: Readonly<
  Record<string, { readonly at: FieldPath; readonly name: FieldPath; readonly port: FieldPath }>
> = {
  HTTPRoute: { at: ['spec', 'rules', 0, 'backendRefs', 0], name: ['name'], port: ['port'] },
  VirtualService: { at: ['spec', 'http', 0, 'route', 0, 'destination'], name: ['host'], port: ['port', 'number'] },
  Ingress: {
    at: ['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service'],
    name: ['name'],
    port: ['port', 'number'],
  },
};
const setBackend = (copy: Copy, field: 'name' | 'port', value: unknown) => {
  const backend = BACKENDS[copy.route.kind];
  if (backend === undefined) throw new Error(`${copy.route.kind} names no Service`);
  copy.set(copy.route, [...backend.at, ...backend[field]], value);
};
const volume = (copy: Copy) => {
  const { volumes } = (copy.workload as unknown as { spec: { template: { spec: { volumes: { name: string }[] } } } })
    .spec.template.spec;
  return volumes.findIndex(({ name }) => name === 'nginx-config');
};

/** What breaks the thread from the route to the process. */
const FAULTS: readonly Fault[] = [
  {
    wrong: 'the target port is a number that nobody has',
    plant: (c) => c.set(c.of('Service'), ['spec', 'ports', 0, 'targetPort'], 9999),
    code: 'WS316',
    kind: 'Service',
    cause: /declares 9999/,
  },
  {
    wrong: 'the target port is a name that nobody has',
    plant: (c) => c.set(c.of('Service'), ['spec', 'ports', 0, 'targetPort'], 'wbe'),
    code: 'WS316',
    kind: 'Service',
    cause: /port named wbe/,
  },
  {
    wrong: 'the selector has a label with another value',
    plant: (c) => c.set(c.of('Service'), ['spec', 'selector', 'app'], 'chta'),
    code: 'WS317',
    kind: 'Service',
    cause: /chta/,
  },
  {
    wrong: 'the route names a port that the Service does not have',
    plant: (c) => setBackend(c, 'port', 8000),
    code: 'WS230',
    kind: 'route',
    cause: /port 8000/,
    on: (_base, name) => name !== 'NLB',
  },
  {
    wrong: 'the route names another Service',
    plant: (c) => setBackend(c, 'name', 'chat-web'),
    code: 'WS230',
    kind: 'route',
    cause: /Service chat-web/,
    on: (_base, name) => name !== 'NLB',
  },
  {
    wrong: 'nginx listens on another port',
    plant: (c) =>
      c.conf(/listen 8080 default_server;(\s*listen \[::\]:8080 default_server;)?/, 'listen 8081 default_server;'),
    code: 'WS250',
    kind: 'Service',
    cause: /declares 8080, and its nginx listens on 8081/,
  },
  {
    wrong: 'the container declares another port than nginx listens on',
    plant: (c) => c.inContainer('nginx', ['ports', 0, 'containerPort'], 8082),
    code: 'WS250',
    kind: 'Service',
    cause: /declares 8082, and its nginx listens on 8080/,
    on: foreign,
  },
  {
    wrong: 'nginx sends to a port that nobody has',
    plant: (c) => c.conf('server 127.0.0.1:3000', 'server 127.0.0.1:3001'),
    code: 'WS253',
    kind: 'ConfigMap',
    cause: /127\.0\.0\.1:3001: .*declares 3001/,
  },
  {
    wrong: 'an upstream has no server',
    plant: (c) => c.conf('server 127.0.0.1:3000;', ''),
    code: 'WS253',
    kind: 'ConfigMap',
    cause: /upstream app has no server/,
  },
  {
    wrong: 'an upstream names a Service that is not there',
    plant: (c) => c.conf('server 127.0.0.1:3000', 'server chat-backend:3000'),
    code: 'WS253',
    kind: 'ConfigMap',
    cause: /Service chat-backend/,
  },
  {
    wrong: 'an upstream names a port that its Service does not have',
    plant: (c) => c.conf('server 127.0.0.1:3000', `server ${c.service}:9000`),
    code: 'WS253',
    kind: 'ConfigMap',
    cause: /has no port 9000/,
  },
  {
    wrong: 'an upstream names a headless Service',
    plant: (c) => c.conf('server 127.0.0.1:3000', `server ${c.service.replace(/-service$/, '')}-headless:3000`),
    code: 'WS254',
    kind: 'ConfigMap',
    cause: /headless Service .*-headless, whose pods nginx looks up once/,
  },
  {
    wrong: 'proxy_pass cuts the path away',
    plant: (c) =>
      c.base.own
        ? c.conf('proxy_pass http://app/socket.io/;', 'proxy_pass http://app/;')
        : c.conf('proxy_pass http://app;', 'proxy_pass http://app/;'),
    code: 'WS252',
    kind: 'ConfigMap',
    cause: /on as \//,
  },
  {
    wrong: 'a location that is an expression has a path behind proxy_pass',
    plant: (c) =>
      c.conf(
        /location \/socket.io\/ \{\s*proxy_pass http:\/\/app;/,
        'location ~ ^/socket.io/ {\n          proxy_pass http://app/socket.io/;',
      ),
    code: 'WS252',
    kind: 'ConfigMap',
    cause: /nginx refuses/,
    on: routed,
  },
  {
    wrong: 'the location has another name than the path',
    plant: (c) => c.conf('location /socket.io/', 'location /socketio/'),
    code: 'WS251',
    kind: 'ConfigMap',
    cause: /location \/ takes \/socket\.io\/ .*404/,
    on: routed,
  },
  {
    wrong: 'the location passes to nobody',
    plant: (c) => c.conf('proxy_pass http://app;', 'return 404;'),
    code: 'WS251',
    kind: 'ConfigMap',
    cause: /passes it to nobody: it answers 404/,
    on: foreign,
  },
  {
    wrong: 'the volume names a ConfigMap that is not there',
    plant: (c) =>
      c.inPod(
        c.base.own
          ? ['volumes', volume(c), 'configMap', 'name']
          : ['volumes', volume(c), 'projected', 'sources', 0, 'configMap', 'name'],
        'nginx',
      ),
    code: 'WS256',
    kind: 'workload',
    cause: /ConfigMap nginx, which is not/,
  },
  {
    wrong: 'nginx mounts a volume that the pod does not have',
    plant: (c) => c.inContainer('nginx', ['volumeMounts', 0, 'name'], 'config'),
    code: 'WS256',
    kind: 'workload',
    cause: /mounts volume config/,
  },
  {
    wrong: 'nginx mounts a file that the ConfigMap does not have',
    plant: (c) => c.inContainer('nginx', ['volumeMounts', 0, 'subPath'], 'default.conf'),
    code: 'WS256',
    kind: 'workload',
    cause: /subPath default\.conf/,
  },
  {
    wrong: 'the volume takes a key that the ConfigMap does not have',
    plant: (c) =>
      c.inPod(
        c.base.own
          ? ['volumes', volume(c), 'configMap', 'items']
          : ['volumes', volume(c), 'projected', 'sources', 0, 'configMap', 'items'],
        [{ key: 'default.conf', path: 'nginx.conf' }],
      ),
    code: 'WS256',
    kind: 'workload',
    cause: /key default\.conf/,
  },
  {
    wrong: 'nginx mounts its configuration where it does not look',
    plant: (c) => c.inContainer('nginx', ['volumeMounts', 0, 'mountPath'], '/etc/nginx.conf'),
    code: 'WS256',
    kind: 'ConfigMap',
    cause: /\/etc\/nginx\.conf, which nginx does not read/,
  },
  {
    wrong: 'the configuration of nginx is not mounted',
    plant: (c) => {
      c.inContainer('nginx', ['volumeMounts'], []);
      c.inPod(['volumes'], []);
      c.inContainer('app', ['volumeMounts'], []);
    },
    code: 'WS256',
    kind: 'ConfigMap',
    cause: /no container mounts it/,
  },
  {
    wrong: 'liveness asks a port that nobody has',
    plant: (c) => c.inContainer('app', ['livenessProbe', 'httpGet', 'port'], 3333),
    code: 'WS323',
    kind: 'workload',
    cause: /livenessProbe of .* asks 3333/,
  },
  {
    wrong: 'readiness asks a port by a name that the container does not have',
    plant: (c) => c.inContainer('app', ['readinessProbe', 'httpGet', 'port'], 'web'),
    code: 'WS323',
    kind: 'workload',
    cause: /readinessProbe of .* port named web/,
  },
  {
    wrong: 'readiness of nginx asks a port that nobody has',
    plant: (c) => c.inContainer('nginx', ['readinessProbe', 'httpGet', 'port'], 8888),
    code: 'WS323',
    kind: 'workload',
    cause: /asks 8888/,
  },
  {
    wrong: 'the Service sends to pods that are not ready',
    plant: (c) => c.set(c.of('Service'), ['spec', 'publishNotReadyAddresses'], true),
    code: 'WS318',
    kind: 'Service',
    cause: /publishNotReadyAddresses/,
  },
];

test.each(Object.entries(BASES))('nothing is said of %s as it is', (_name, { manifests }) => {
  expect(check(manifests).findings.filter(({ level }) => level !== 'info')).toEqual([]);
});

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));

test('there are at least 130 cases', () => {
  expect(casesOf(FAULTS).length).toBeGreaterThanOrEqual(130);
});
