import { type FieldPath, type Manifest, valueAt } from '../../lib/manifest';
import { check, RULES } from '../../lib/rules';
import { environments, mutated, SYSTEMS } from './production';

type System = keyof typeof SYSTEMS;

/** One field of production exchanged: the rule that must find it, the system, the object, the field and its new value. */
type Mutation = readonly [code: string, system: System, kind: string, path: FieldPath, value: unknown];

const NAMES: Readonly<Record<string, string>> = {
  StatefulSet: 'coditect-combined',
  Service: 'coditect-combined-service',
  BackendConfig: 'coditect-backend-config',
  ConfigMap: 'coditect-combined-nginx',
  NetworkPolicy: 'coditect-combined',
  PodDisruptionBudget: 'coditect-combined',
};

const CONTAINER = ['spec', 'template', 'spec', 'containers', 0] as const;
const annotation = (name: string): FieldPath => ['metadata', 'annotations', name];
const env = (name: string): FieldPath => {
  const workload = SYSTEMS.gke.find(({ kind }) => kind === 'StatefulSet') as Manifest;
  const list = valueAt(workload, [...CONTAINER, 'env']) as { name: string }[];
  return [...CONTAINER, 'env', list.findIndex((entry) => entry.name === name), 'value'];
};
const nginx = (from: string | RegExp, to: string): string => {
  const text = String(
    valueAt(
      SYSTEMS.gke.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === NAMES.ConfigMap),
      ['data', 'nginx.conf'],
    ),
  );
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${String(from)} is not in the configuration`);
  return changed;
};
const CONF = ['data', 'nginx.conf'];
const BALANCER = 'alb.ingress.kubernetes.io/load-balancer-attributes';
const NGINX = 'nginx.ingress.kubernetes.io/';
const EXPRESSION = ['spec', 'groups', 0, 'rules', 0, 'expr'];
const PATHS = ['spec', 'rules', 0, 'http', 'paths', 0];

const MUTATIONS: readonly Mutation[] = [
  ['WS001', 'gke', 'BackendConfig', annotation('holdfast/ignore-WS216'), ''],
  ['WS101', 'gke', 'StatefulSet', annotation('holdfast/timing'), '{}'],
  ['WS102', 'gke', 'StatefulSet', env('SOCKET_HEARTBEAT_INTERVAL_MS'), '25000'],
  ['WS103', 'gke', 'StatefulSet', env('SOCKET_HEARTBEAT_INTERVAL_MS'), '30'],
  ['WS104', 'gke', 'StatefulSet', env('SOCKET_PRESENCE_TTL_MS'), '51000'],
  ['WS105', 'gke', 'StatefulSet', ['spec', 'template', 'spec', 'terminationGracePeriodSeconds'], 100],
  ['WS106', 'gke', 'StatefulSet', [...CONTAINER, 'lifecycle', 'preStop', 'exec', 'command'], ['sleep', '5']],
  ['WS108', 'gke', 'ConfigMap', CONF, nginx('worker_shutdown_timeout 60s', 'worker_shutdown_timeout 10s')],
  [
    'WS109',
    'gke-nginx-beside',
    'ConfigMap',
    CONF,
    nginx('worker_shutdown_timeout 60s', 'worker_shutdown_timeout 100s'),
  ],
  ['WS110', 'gke', 'BackendConfig', ['spec', 'connectionDraining', 'drainingTimeoutSec'], 30],
  ['WS112', 'gke', 'BackendConfig', ['spec', 'connectionDraining', 'drainingTimeoutSec'], 7200],
  ['WS113', 'gke', 'BackendConfig', ['spec', 'timeoutSec'], 80],
  ['WS116', 'gke-gateway', 'GCPBackendPolicy', ['spec', 'default', 'timeoutSec'], 80],
  ['WS117', 'ingress-nginx', 'Ingress', annotation(`${NGINX}proxy-read-timeout`), '80'],
  ['WS118', 'aws-alb', 'Ingress', annotation(BALANCER), 'idle_timeout.timeout_seconds=80'],
  ['WS119', 'gke', 'ConfigMap', CONF, nginx(/proxy_read_timeout 120s/, 'proxy_read_timeout 80s')],
  ['WS201', 'gke', 'BackendConfig', ['spec', 'timeoutSec'], undefined],
  ['WS204', 'gke-without-class', 'Ingress', ['spec', 'ingressClassName'], 'gce'],
  ['WS205', 'gke', 'Ingress', ['spec', 'ingressClassName'], 'gce'],
  ['WS206', 'gke', 'Ingress', annotation(`${NGINX}proxy-read-timeout`), '3600'],
  ['WS207', 'gke', 'Service', annotation('cloud.google.com/backend-config'), undefined],
  ['WS208', 'gke', 'Ingress', annotation('cloud.google.com/backend-config'), '{"default":"coditect-backend-config"}'],
  ['WS209', 'gke', 'Service', annotation('cloud.google.com/backend-config'), 'coditect-backend-config'],
  [
    'WS210',
    'gke',
    'Service',
    annotation('cloud.google.com/backend-config'),
    '{"ports":{"8080":"coditect-backend-config"}}',
  ],
  ['WS211', 'gke', 'Service', annotation('cloud.google.com/backend-config'), '{"default":"coditect-backend"}'],
  ['WS212', 'gke', 'Service', annotation('cloud.google.com/neg'), undefined],
  ['WS213', 'gke', 'Service', annotation('cloud.google.com/app-protocols'), '{"http":"HTTP2"}'],
  ['WS214', 'gke', 'Service', annotation('cloud.google.com/app-protocols'), '{"80":"HTTP"}'],
  ['WS215', 'gke', 'BackendConfig', ['spec', 'sessionAffinity', 'affinityType'], 'HTTP_COOKIE'],
  ['WS216', 'gke', 'BackendConfig', ['spec', 'sessionAffinity', 'affinityCookieTtlSec'], 10_800],
  ['WS217', 'gke', 'BackendConfig', ['spec', 'sessionAffinity', 'affinityCookieTtlSec'], 604_800],
  ['WS218', 'gke', 'BackendConfig', ['spec', 'healthCheck', 'type'], 'TCP'],
  ['WS219', 'gke', 'BackendConfig', ['spec', 'healthCheck', 'timeoutSec'], 30],
  ['WS220', 'gke', 'BackendConfig', ['spec', 'healthCheck', 'requestPath'], '/socket.io/?EIO=4&transport=polling'],
  ['WS223', 'gke', 'BackendConfig', ['spec', 'logging', 'sampleRate'], 100],
  ['WS224', 'gke-and-more', 'BackendConfig', ['spec', 'cdn', 'enabled'], true],
  ['WS225', 'gke', 'BackendConfig', ['spec', 'cdn', 'enabled'], true],
  ['WS229', 'gke', 'Ingress', [...PATHS, 'pathType'], 'ImplementationSpecific'],
  ['WS230', 'gke', 'Ingress', [...PATHS, 'backend', 'service', 'port', 'number'], 8080],
  ['WS231', 'gke', 'Ingress', annotation('networking.gke.io/v1beta1.FrontendConfig'), 'frontend'],
  ['WS232', 'gke', 'Ingress', annotation('kubernetes.io/ingress.regional-static-ip-name'), 'regional'],
  ['WS233', 'aws-alb', 'Ingress', annotation(BALANCER), 'idle_timeout.timeout_seconds=120,'],
  ['WS234', 'aws-alb', 'Ingress', annotation('alb.ingress.kubernetes.io/target-type'), 'instance'],
  ['WS235', 'aws-alb', 'Ingress', annotation(BALANCER), 'idle_timeout.timeout_seconds=86400'],
  ['WS236', 'ingress-nginx', 'Ingress', annotation(`${NGINX}proxy-read-timeout`), '120s'],
  ['WS237', 'ingress-nginx', 'Ingress', annotation(`${NGINX}affinity`), 'ip'],
  ['WS238', 'gke-and-more', 'Ingress', ['spec', 'rules', 1, 'host'], 'coditect.ai'],
  ['WS239', 'gke-gateway', 'HTTPRoute', ['spec', 'rules', 0, 'timeouts'], { request: '3600s' }],
  ['WS240', 'gke-gateway', 'GCPBackendPolicy', ['spec', 'targetRef', 'name'], 'coditect-combined-headless'],
  ['WS241', 'gke', 'ConfigMap', CONF, nginx('proxy_set_header Upgrade $upgrade_to;', '')],
  ['WS248', 'contour', 'HTTPProxy', ['spec', 'routes', 0, 'enableWebsockets'], false],
  ['WS250', 'gke', 'ConfigMap', CONF, nginx(/8080 default_server/g, '8081 default_server')],
  ['WS251', 'gke', 'Ingress', [...PATHS, 'path'], '/socket.io/'],
  ['WS252', 'gke', 'ConfigMap', CONF, nginx('proxy_pass http://app/socket.io/;', 'proxy_pass http://app/;')],
  ['WS253', 'gke', 'ConfigMap', CONF, nginx('server 127.0.0.1:3000', 'server 127.0.0.1:3001')],
  ['WS255', 'ingress-nginx', 'Ingress', annotation(`${NGINX}rewrite-target`), '/'],
  ['WS256', 'gke', 'StatefulSet', ['spec', 'template', 'spec', 'volumes', 1, 'configMap', 'name'], 'nginx'],
  ['WS258', 'gke', 'ConfigMap', CONF, nginx(/proxy_cache off/g, 'proxy_cache pages')],
  ['WS259', 'gke', 'Ingress', annotation('networking.gke.io/managed-certificates'), undefined],
  ['WS260', 'gke', 'BackendConfig', ['spec', 'healthCheck', 'checkIntervalSec'], 301],
  ['WS261', 'gke', 'FrontendConfig', ['spec', 'redirectToHttps', 'responseCodeName'], '301'],
  ['WS262', 'gke-internal', 'BackendConfig', ['spec', 'securityPolicy'], { name: 'armor' }],
  ['WS263', 'gke', 'BackendConfig', ['spec', 'healthCheck', 'requestPath'], '/nothing'],
  ['WS264', 'gke-gateway', 'HealthCheckPolicy', ['spec', 'targetRef', 'kind'], 'HTTPRoute'],
  [
    'WS265',
    'aws-alb',
    'Ingress',
    annotation('alb.ingress.kubernetes.io/target-group-attributes'),
    'stickiness.enabled=true,stickiness.type=source_ip,stickiness.lb_cookie.duration_seconds=86400,deregistration_delay.timeout_seconds=80',
  ],
  ['WS266', 'ingress-nginx', 'Ingress', annotation(`${NGINX}service-upstream`), 'true'],
  ['WS267', 'gke', 'StatefulSet', ['spec', 'template', 'spec', 'terminationGracePeriodSeconds'], '120'],
  ['WS268', 'gke-gateway', 'HTTPRoute', ['spec', 'parentRefs', 0, 'sectionName'], 'web'],
  ['WS269', 'gke-gateway', 'GCPTrafficDistributionPolicy', ['spec', 'default', 'localityLbAlgorithm'], 'ROUND_ROBIN'],
  ['WS323', 'gke', 'StatefulSet', [...CONTAINER, 'livenessProbe', 'httpGet', 'port'], 'web'],
  ['WS301', 'gke-and-more', 'Deployment', ['spec', 'replicas'], 3],
  [
    'WS303',
    'gke',
    'StatefulSet',
    [...CONTAINER, 'lifecycle', 'preStop', 'exec', 'command'],
    ['sh', '-c', 'sleep 30; kill -TERM 1'],
  ],
  ['WS304', 'gke', 'StatefulSet', [...CONTAINER, 'livenessProbe', 'httpGet', 'path'], '/socket.io/'],
  ['WS305', 'gke', 'StatefulSet', [...CONTAINER, 'livenessProbe', 'httpGet', 'path'], '/health/database'],
  ['WS309', 'gke', 'PodDisruptionBudget', ['spec', 'maxUnavailable'], 0],
  ['WS313', 'gke', 'StatefulSet', ['spec', 'serviceName'], 'coditect-combined-service'],
  ['WS314', 'gke-and-more', 'Deployment', ['spec', 'strategy', 'rollingUpdate'], { maxSurge: 1 }],
  ['WS316', 'gke', 'Service', ['spec', 'ports', 0, 'targetPort'], 'web'],
  ['WS317', 'gke', 'Service', ['spec', 'selector', 'app'], 'coditect'],
  ['WS318', 'gke', 'Service', ['spec', 'publishNotReadyAddresses'], true],
  ['WS319', 'gke', 'NetworkPolicy', ['spec', 'ingress', 0, 'from', 1, 'ipBlock', 'cidr'], '35.191.0.0/24'],
  ['WS321', 'gke-and-more', 'AppDefinition', ['spec', 'sessionTimeout'], 0],
  ['WS402', 'gke-and-more', 'PrometheusRule', EXPRESSION, 'sum by (reason) (rate(socket.disconnect_total[5m]))'],
  ['WS403', 'gke-and-more', 'PrometheusRule', EXPRESSION, 'rate(socket_disconnect_total[5m]) by (reason)'],
  ['WS404', 'gke-and-more', 'AlertPolicy', ['apiVersion'], 'monitoring.googleapis.com/v1alpha1'],
  [
    'WS405',
    'gke-and-more',
    'CronJob',
    [...'spec.jobTemplate.spec.template.spec.containers'.split('.'), 0, 'command'],
    ['curl', '-I', "'https://coditect.ai/theia/socket.io/?EIO=4&transport=websocket'"],
  ],
];

test.each([...environments()])('%s is clean under every rule', (_name, manifests) => {
  expect(check(manifests).findings).toEqual([]);
});

test.each(Object.entries(SYSTEMS))('production on %s is clean', (_name, manifests) => {
  expect(check(manifests).findings).toEqual([]);
});

test.each(MUTATIONS)(
  'fails with exactly %s on %s when one field of %s is changed',
  (code, system, kind, path, value) => {
    const manifests = SYSTEMS[system];
    const object = manifests.find(
      (one) => one.kind === kind && one.metadata.name === (NAMES[kind] ?? one.metadata.name),
    ) as Manifest;
    const changed = mutated(manifests, { kind, name: object.metadata.name, path }, value);
    const found = check(changed).findings;
    expect([...new Set(found.map((finding) => finding.code))]).toEqual([code]);
  },
);

test('every error-level rule has a mutation', () => {
  const covered = new Set(MUTATIONS.map(([code]) => code));
  expect(RULES.filter(({ level, code }) => level === 'error' && !covered.has(code)).map(({ code }) => code)).toEqual(
    [],
  );
});
