import { loadTexts } from '../../lib/manifest';
import { check, checkLoaded } from '../../lib/rules';
import { type Web, web } from '../system/support';

const NGINX = 'nginx.ingress.kubernetes.io';
const ALB = 'alb.ingress.kubernetes.io';
const livenessProbe = (of: string) => `livenessProbe: { httpGet: { path: /live, port: http }, ${of} }`;

/** Connections through ingress-nginx with Socket.IO's defaults, two pods, a hook that waits, and everything else as it should be. */
const SOCKETS: Web = {
  paths: ['/socket.io/'],
  ingress: `${NGINX}/affinity: cookie, ${NGINX}/proxy-read-timeout: "120"`,
  pod: 'terminationGracePeriodSeconds: 90',
  container: 'lifecycle: { preStop: { exec: { command: [sleep, "30"] } } }',
};
/** The same without a grace period of its own. */
const { pod: _pod, ...UNHURRIED } = SOCKETS;
const BUDGET = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
`;
const CLAIM = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: disk }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
const DISK = 'volumes: [{ name: disk, persistentVolumeClaim: { claimName: disk } }]';
const scaler = (min: string, more = '') => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  ${min}
  maxReplicas: 10
  behavior: { scaleDown: { policies: [{ type: Pods, value: 1, periodSeconds: 60 }] } }
  metrics: [{ type: Pods, pods: { metric: { name: ws_connections }, target: { type: AverageValue, averageValue: "100" } } }]
${more}`;
const gke = (annotations = '', spec = 'timeoutSec: 86400') => `
apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata: { name: web }
spec: { ${spec} }
${annotations}`;
const WITH_BUDGET = { ...SOCKETS, more: BUDGET };
/** GKE's Ingress in front of the same, with everything that it needs. */
const GKE: Web = {
  className: 'gce',
  paths: ['/'],
  service: `cloud.google.com/neg: '{"ingress": true}', cloud.google.com/backend-config: '{"default": "web"}'`,
};

/** The Ingress of `web` names its class in the field; GKE's controller wants the annotation. */
function onGke(of: Web): string {
  return web({ ...GKE, ...of, ingress: `kubernetes.io/ingress.class: gce, ${of.ingress ?? ''}` }).replace(
    '  ingressClassName: gce\n',
    '',
  );
}

type Trap = readonly [looks: string, right: string, text: string];

/** What looks wrong, and why it is right. Written by people who know what they do, it gets neither an error nor a warning. */
const TRAPS: readonly Trap[] = [
  // Nothing shows that connections stay open.
  ['a plain service without preStop', 'requests end in milliseconds', web()],
  [
    'a plain service without a grace period',
    'thirty seconds are enough for requests',
    web({ container: 'lifecycle: { preStop: { exec: { command: [sleep, "5"] } } }' }),
  ],
  ['a plain service on latest', 'that is for other linters', web({ image: 'registry.example.com/team/web:latest' })],
  ['a plain service with several pods and no affinity', 'requests have no memory', web({ replicas: 5 })],
  ['a plain service with several pods and no budget', 'requests are repeated', web({ replicas: 5 })],
  [
    'a plain service that scales on CPU',
    'CPU is what requests need',
    web({
      more: scaler('minReplicas: 2').replace(
        /metrics: .*/,
        'metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }]',
      ),
    }),
  ],
  [
    'a plain service that scales down at once',
    'nothing is connected',
    web({ more: scaler('minReplicas: 2').replace(/ {2}behavior: .*\n/, '') }),
  ],
  ['a plain service with a quarter of its pods away in a rollout', 'requests go to the others', web({ replicas: 8 })],
  [
    'a plain service with maxUnavailable 50%',
    'requests go to the others',
    web({ replicas: 4 }).replace('replicas: 4', 'replicas: 4\n  strategy: { rollingUpdate: { maxUnavailable: 50% } }'),
  ],
  [
    'a plain service with a timeout of two minutes',
    'reports take that long',
    web({ ingress: `${NGINX}/proxy-read-timeout: "120"` }),
  ],
  [
    'a registry with a timeout of an hour',
    'layers are uploaded',
    web({ ingress: `${NGINX}/proxy-read-timeout: "3600", ${NGINX}/proxy-body-size: "0"` }),
  ],
  [
    'a file service that does not buffer uploads, with a timeout of an hour',
    'uploads take their time',
    web({ ingress: `${NGINX}/proxy-read-timeout: "3600", ${NGINX}/proxy-request-buffering: "off"` }),
  ],
  [
    'a plain service with a timeout of ten seconds',
    'slow requests shall fail',
    web({ ingress: `${NGINX}/proxy-read-timeout: "10"` }),
  ],
  [
    'a plain service whose liveness is faster than its readiness',
    'no connection is lost with it',
    web({ container: livenessProbe('periodSeconds: 1') }),
  ],
  [
    'a plain service that asks a database for its liveness',
    'no connection is lost with it',
    web({ container: livenessProbe('failureThreshold: 1').replace('/live', '/health/database') }),
  ],
  [
    'a plain service without a readiness probe',
    'that is for other linters',
    web().replace(/\n {10}readinessProbe: .*/, ''),
  ],
  ['a plain service without replicas', 'one is enough for it', web().replace('  replicas: 2\n', '')],
  [
    'a plain service with replicas next to an autoscaler',
    'that is for other linters',
    web({ more: scaler('minReplicas: 2') }),
  ],
  [
    'a plain service that is reached while it is not ready',
    'it is asked for that',
    web().replace('  selector: { app: web }\n', '  publishNotReadyAddresses: true\n  selector: { app: web }\n'),
  ],
  [
    'a plain service with ClientIP',
    'a cache of its own',
    web().replace('  selector: { app: web }\n', '  sessionAffinity: ClientIP\n  selector: { app: web }\n'),
  ],
  [
    'a gRPC service behind ingress-nginx',
    'GRPC is what it speaks',
    web({ ingress: `${NGINX}/backend-protocol: GRPC`, port: 'name: grpc, targetPort: 9000' }),
  ],
  [
    'a gRPC service with HTTP2 behind GKE',
    'gRPC needs HTTP/2',
    onGke({
      service: `${GKE.service}, cloud.google.com/app-protocols: '{"grpc":"HTTP2"}'`,
      port: 'name: grpc, targetPort: 9000',
      more: gke().replace('86400', '30'),
    }),
  ],
  [
    'a plain service behind GKE without a BackendConfig',
    'thirty seconds are enough for requests',
    onGke({ service: `cloud.google.com/neg: '{"ingress": true}'` }),
  ],
  [
    'a plain service behind GKE without the annotation of endpoint groups',
    'a VPC-native cluster adds it',
    onGke({ service: '' }),
  ],
  [
    'a plain service behind GKE without a drain',
    'requests end in milliseconds',
    onGke({ more: gke('', 'timeoutSec: 30') }),
  ],
  [
    'a plain service behind GKE with the CDN',
    'pages may be cached',
    onGke({ more: gke('', 'timeoutSec: 30, cdn: { enabled: true }') }),
  ],
  [
    'a plain service behind GKE without a health check',
    'it is copied from the probe',
    onGke({ more: gke('', 'timeoutSec: 30') }),
  ],
  [
    'a plain Ingress with annotations of two controllers',
    'the chart is for both',
    web({ ingress: `${ALB}/scheme: internal, ${NGINX}/ssl-redirect: "true"` }),
  ],
  [
    'a plain service behind an ALB with its default of a minute',
    'requests end sooner',
    web({ className: 'alb', ingress: `${ALB}/target-type: ip` }),
  ],
  ['a plain service behind an ALB that chooses nodes', 'any pod will do', web({ className: 'alb' })],
  [
    'a dashboard of a broker with one pod away',
    'the dashboard speaks plain HTTP',
    web({ image: 'emqx/emqx:5.7', port: 'name: dashboard, targetPort: 18083' }),
  ],
  ['metrics of NATS', 'they are plain HTTP', web({ image: 'nats:2.10', port: 'name: monitor, targetPort: 8222' })],
  [
    'the management of RabbitMQ',
    'it is plain HTTP',
    web({ image: 'rabbitmq:3.13-management', port: 'name: management, targetPort: 15672' }),
  ],
  ['a path /wsdl', 'it is a document', web({ paths: ['/wsdl'] })],
  ['a port named news', 'it does not begin with ws', web({ port: 'name: news, targetPort: http' })],
  [
    'a workload that says it speaks plain HTTP, under /ws',
    'it knows best',
    web({ paths: ['/ws'], workload: 'holdfast/websocket: "false"' }),
  ],
  [
    'a client of a WebSocket server',
    'it connects to it, and is none',
    web({ container: 'env: [{ name: WEBSOCKET_URL, value: "wss://chat.example.com/ws" }]' }),
  ],

  // Connections stay open, and all is well.
  ['Socket.IO behind ingress-nginx', 'everything is written', web(WITH_BUDGET)],
  [
    'a probe whose timeout is its period',
    'the kubelet never runs two at once',
    web({
      ...WITH_BUDGET,
      container: `${SOCKETS.container}\n          livenessProbe: { httpGet: { path: /live, port: http }, timeoutSeconds: 10, periodSeconds: 10 }`,
    }),
  ],
  [
    'a probe whose timeout is longer than its period',
    'the next one waits',
    web({
      ...WITH_BUDGET,
      container: `${SOCKETS.container}\n          livenessProbe: { httpGet: { path: /live, port: http }, timeoutSeconds: 20, periodSeconds: 10 }`,
    }),
  ],
  [
    'liveness that gives up when readiness does',
    'at the same time nobody is first',
    web({
      ...WITH_BUDGET,
      container: `${SOCKETS.container}\n          livenessProbe: { httpGet: { path: /live, port: http } }`,
    }),
  ],
  [
    'one pod without preStop',
    'it is away for longer than any hook waits',
    web({ ...SOCKETS, replicas: 1, container: '' }),
  ],
  [
    'one pod without a grace period',
    'all its clients go in any case',
    web({ ...UNHURRIED, replicas: 1, container: '' }),
  ],
  [
    'a preStop script of the image',
    'nobody can tell how long it takes',
    web({ ...WITH_BUDGET, container: 'lifecycle: { preStop: { exec: { command: [/opt/app/bin/drain.sh] } } }' }),
  ],
  [
    'a preStop that waits until nobody is left',
    'a loop takes as long as it takes',
    web({
      ...WITH_BUDGET,
      container: 'lifecycle: { preStop: { exec: { command: [sh, -c, "while pgrep -f ws; do sleep 1; done"] } } }',
    }),
  ],
  [
    'a preStop that sleeps for a variable',
    'its value is elsewhere',
    web({
      ...WITH_BUDGET,
      container: 'lifecycle: { preStop: { exec: { command: [sh, -c, "sleep $DRAIN_SECONDS"] } } }',
    }),
  ],
  [
    'a preStop that asks the application',
    'it answers when it has drained',
    web({ ...WITH_BUDGET, container: 'lifecycle: { preStop: { httpGet: { path: /drain, port: http } } }' }),
  ],
  [
    'a sidecar without preStop and without ports',
    'nobody connects to it',
    web({ ...WITH_BUDGET, container: `${SOCKETS.container}\n        - { name: logs, image: "fluent-bit:3.0.0" }` }),
  ],
  [
    'several pods without affinity, WebSockets only',
    'a WebSocket is one request',
    web({ ...WITH_BUDGET, paths: ['/ws'], ingress: `${NGINX}/proxy-read-timeout: "120"` }),
  ],
  [
    'Grafana with three pods and no affinity',
    'Live needs none',
    web({ ...WITH_BUDGET, paths: ['/'], ingress: '', image: 'grafana/grafana:11.1.0' }),
  ],
  [
    'a minute behind ingress-nginx with pings of half a minute',
    'whatever is sent begins the timer anew',
    web({ ...WITH_BUDGET, paths: ['/'], ingress: '', image: 'thingsboard/tb-node:3.7' }),
  ],
  [
    '55 s pings behind a minute of ingress-nginx',
    'Home Assistant pings before it ends',
    web({ ...WITH_BUDGET, paths: ['/'], ingress: '', image: 'homeassistant/home-assistant:2024.6', replicas: 1 }),
  ],
  [
    'NATS with an interval of its own',
    'its file says 20 s',
    web({
      ...WITH_BUDGET,
      paths: ['/'],
      ingress: '',
      image: 'nats:2.10',
      pod: `${SOCKETS.pod}\n      volumes: [{ name: conf, configMap: { name: conf } }]`,
      container: `${SOCKETS.container}\n          volumeMounts: [{ name: conf, mountPath: /etc/nats }]`,
      more: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: conf }\ndata: { nats.conf: "ping_interval: 20s" }\n---${BUDGET}`,
    }),
  ],
  [
    'another door for the rest, with a timeout of five seconds',
    'connections have a door of their own',
    `${web({ ...WITH_BUDGET, paths: ['/ws'] })}---\n${web({ ingress: `${NGINX}/proxy-read-timeout: "5"` })
      .split('---')[0]
      ?.replace('name: web, annotations', 'name: rest, annotations')}`,
  ],
  [
    'replicas left to an autoscaler that says minReplicas 3, maxUnavailable 25%',
    'a quarter of three is none',
    web({ ...SOCKETS, more: `${scaler('minReplicas: 3')}---${BUDGET}` }).replace('  replicas: 2\n', ''),
  ],
  [
    'an autoscaler without minReplicas',
    'one is what it keeps, and one has nothing to spare',
    web({ ...SOCKETS, more: `${scaler('')}---${BUDGET}` }).replace('  replicas: 2\n', ''),
  ],
  [
    'one pod that is stopped before its successor starts',
    'its disk goes from hand to hand',
    web({ ...SOCKETS, replicas: 1, pod: `${SOCKETS.pod}\n      ${DISK}`, more: CLAIM }).replace(
      'replicas: 1',
      'replicas: 1\n  strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }',
    ),
  ],
  [
    'a disk of one node in a Deployment that nobody reaches',
    'a worker that waits is no outage',
    `${CLAIM}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: worker }\nspec:\n  template:\n    metadata: { labels: { app: worker } }\n    spec:\n      ${DISK}\n      containers: [{ name: worker, image: "worker:1.0.0" }]\n`,
  ],
  [
    'a disk of one node with Recreate',
    'the old pod is gone first',
    web({ ...SOCKETS, replicas: 1, pod: `${SOCKETS.pod}\n      ${DISK}`, more: CLAIM }).replace(
      'replicas: 1',
      'replicas: 1\n  strategy: { type: Recreate }',
    ),
  ],
  [
    'a StatefulSet whose Service has an address',
    'nobody asks for its pods by name',
    web({ ...WITH_BUDGET, kind: 'StatefulSet' }).replace('  replicas: 2\n', '  serviceName: web\n  replicas: 2\n'),
  ],
  [
    'a StatefulSet whose Service is elsewhere',
    'another chart has it',
    web({ ...WITH_BUDGET, kind: 'StatefulSet' }).replace('  replicas: 2\n', '  serviceName: peers\n  replicas: 2\n'),
  ],
  [
    'a selector with a label that is given at run time',
    'the operator marks the leader',
    web(WITH_BUDGET).replace('  selector: { app: web }\n', '  selector: { app: web, role: leader }\n'),
  ],
  [
    'a Service for pods that an operator makes',
    'they are not among the manifests',
    `${web(WITH_BUDGET).replace('  selector: { app: web }\n', '  selector: { app: broker }\n')}---\napiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nmetadata: { name: broker }\nspec: {}\n`,
  ],
  [
    'a Service without a selector',
    'its endpoints are written by hand',
    web(WITH_BUDGET).replace('  selector: { app: web }\n', ''),
  ],
  [
    'GKE without the annotation of endpoint groups, with connections',
    'a VPC-native cluster adds it',
    onGke({
      ...SOCKETS,
      paths: ['/ws'],
      ingress: '',
      service: `cloud.google.com/backend-config: '{"default": "web"}'`,
      container: 'lifecycle: { preStop: { exec: { command: [sleep, "120"] } } }',
      pod: 'terminationGracePeriodSeconds: 210',
      more: `${gke('', 'timeoutSec: 86400, connectionDraining: { drainingTimeoutSec: 200 }, healthCheck: { requestPath: /ready }, logging: { enable: true, sampleRate: 0.1 }')}---${BUDGET}`,
    }),
  ],
  [
    'an ALB with its default of a minute and Socket.IO',
    '45 s of silence and ten to spare',
    web({
      ...WITH_BUDGET,
      className: 'alb',
      ingress: `${ALB}/target-type: ip, ${ALB}/target-group-attributes: "stickiness.enabled=true,stickiness.type=lb_cookie"`,
    }),
  ],
];

/** What makes each of the bases something that rules speak of: without it, a trap would prove nothing. */
test.each([
  ['no hook', { ...WITH_BUDGET, container: '' }, 'WS107'],
  ['no affinity', { ...WITH_BUDGET, ingress: `${NGINX}/proxy-read-timeout: "120"` }, 'WS226'],
  ['no budget', SOCKETS, 'WS308'],
  [
    'a timeout below the ping',
    { ...WITH_BUDGET, ingress: `${NGINX}/affinity: cookie, ${NGINX}/proxy-read-timeout: "20"` },
    'WS117',
  ],
  [
    'a hook that is too short',
    { ...WITH_BUDGET, container: 'lifecycle: { preStop: { exec: { command: [sh, -c, "sleep 2; touch /tmp/x"] } } }' },
    'WS107',
  ],
] as const)('of the same system, %s is found', (_what, of, code) => {
  expect(check(web(of)).findings.map((finding) => finding.code)).toContain(code);
});

test('there are at least sixty', () => {
  expect(TRAPS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(TRAPS.map(([looks]) => looks)).size).toBe(TRAPS.length);
});

test.each(TRAPS)('%s is right: %s', (_looks, _right, text) => {
  const loaded = loadTexts(new Map([['trap.yaml', text]]));
  expect(loaded.problems).toEqual([]);
  expect(loaded.bundle.objects.length).toBeGreaterThan(1);
  const graver = checkLoaded(loaded).findings.filter(({ level }) => level !== 'info');
  expect(graver.map(({ code, actual }) => `${code} ${actual}`)).toEqual([]);
});

describe('charts that have nothing to do with each other, in one run', () => {
  const one = web().replaceAll('web', 'one');
  const other = web().replaceAll('web', 'other');

  test('a route to a Service of a third chart is no route to nowhere', () => {
    const route = (one.split('---')[0] as string).replace('service: { name: one', 'service: { name: third');
    const loaded = loadTexts(
      new Map([
        ['one/ingress.yaml', route],
        ['other/all.yaml', other],
      ]),
    );
    expect(checkLoaded(loaded).findings).toEqual([]);
  });

  test('and one to a name that its own chart does not have is', () => {
    const wrong = one.replace('service: { name: one', 'service: { name: onne');
    const loaded = loadTexts(
      new Map([
        ['one/all.yaml', wrong],
        ['other/all.yaml', other],
      ]),
    );
    expect(checkLoaded(loaded).findings.map(({ code }) => code)).toEqual(['WS230']);
  });

  test('nothing is missing where something could not be read', () => {
    const wrong = one.replace('service: { name: one', 'service: { name: onne');
    const loaded = loadTexts(
      new Map([
        ['one/all.yaml', wrong],
        ['one/broken.yaml', 'a: ['],
      ]),
    );
    expect(checkLoaded(loaded).findings).toEqual([]);
  });
});

test('a proxy with liveness that is faster keeps it, whatever --fix writes', () => {
  const text = web({
    ...WITH_BUDGET,
    container: `${SOCKETS.container}\n          livenessProbe: { httpGet: { path: /live, port: http }, periodSeconds: 1 }`,
  });
  const found = check(text).findings.filter(({ code }) => code === 'WS123');
  expect(found).toMatchObject([{ edits: [], suggestions: [{ value: 30 }] }]);
});
