import { App, Chart, Duration, Size, Testing } from 'cdk8s';
import { type ISecret, Secret } from 'cdk8s-plus-28';
import { WebSocketChart } from '../../lib/environments';
import { GkeWebSocketEdge } from '../../lib/ingress';
import { deriveTiming } from '../../lib/timing';
import { WebSocketGateway, type WebSocketGatewayProps } from '../../lib/workload';
import { production } from '../../stacks/production';
import { only, type Yaml } from '../ingress/support';
import { problemsOf } from '../problems';
import { podSpecsOf, restrictedViolations, schemaErrors } from '../schemas/validate';
import { build, type Given, timing } from './support/gateway';

const confOf = (given?: Given): string => only(build(given).manifests, 'ConfigMap').data['nginx.conf'];

test('is a Deployment of three nginx with a ConfigMap of their own, as documented', () => {
  const { manifests } = build();
  const deployment = only(manifests, 'Deployment', 'websocket-gateway');
  expect(deployment.spec).toMatchObject({
    replicas: 3,
    selector: { matchLabels: { app: 'websocket-gateway' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  });
  const pod = deployment.spec.template;
  expect(pod.metadata.labels).toEqual({ app: 'websocket-gateway' });
  expect(pod.spec.containers.map((c: Yaml) => c.name)).toEqual(['nginx']);
  expect(pod.spec.volumes[0].configMap.name).toBe('websocket-gateway-config');
  expect(only(manifests, 'ConfigMap').metadata.name).toBe('websocket-gateway-config');
});

test('takes the documented timeouts, routes and pool, and hashes the real client', () => {
  const conf = confOf();
  for (const line of [
    'location /socket.io/ {',
    'location /api/ {',
    'location = /health {',
    'proxy_connect_timeout 1500ms;',
    'proxy_send_timeout 300s;',
    `proxy_read_timeout ${timing.idleTimeoutSeconds}s;`,
    'client_body_timeout 60s;',
    'client_header_timeout 60s;',
    'keepalive 64;',
    'hash $client_address consistent;',
  ]) {
    expect(conf).toContain(line);
  }
});

describe.each([
  ['Node directly', 3001, {}],
  [
    'a server behind the nginx in its pod',
    8080,
    { proxy: { socketIo: { path: '/socket.io/' }, addressesAppended: 2 } },
  ],
] as const)('in front of %s', (_title, port, server) => {
  test.each([
    [
      'clientAddress',
      ['hash $client_address consistent', ...[0, 1, 2].map((i) => `server chat-backend-${i}:${port} max_fails=0`)],
    ],
    // A Service, to be tried five times: each new connection may get to another pod.
    ['none', Array(5).fill(`server websocket-gateway-upstream:${port} max_fails=0`)],
  ] as const)('affinity %s is told exactly this, and its timeouts are idle timeouts', (affinity, choice) => {
    const chat = deriveTiming({ pingTimeout: Duration.seconds(25) });
    const conf = only(
      build({ gateway: { affinity }, server: { ...server, timing: chat } }).manifests,
      'ConfigMap',
      'websocket-gateway-config',
    ).data['nginx.conf'] as string;
    const told = (pattern: RegExp) => [...conf.matchAll(pattern)].map((match) => match[1]);
    expect(told(/^ +((?:hash|ip_hash|sticky|server) [^;{]+);$/gm)).toEqual(choice);
    // Socket.IO waits for the heartbeat; the API has a limit of its own. Nothing knows of the day that a connection may live.
    expect(told(/^ +proxy_read_timeout (\S+);$/gm)).toEqual(['80s', '80s', '60s']);
    expect(conf).not.toContain('86400');
  });

  test('affinity cookie is refused', () => {
    expect(problemsOf(() => build({ gateway: { affinity: 'cookie' as never }, server }))).toEqual([
      'affinity: "cookie" is not one that the gateway can keep: it sets no cookies; give "clientAddress", or "none" where every client connects by WebSocket alone',
    ]);
  });
});

describe('with affinity', () => {
  test('knows every pod by a Service of its own, whose address stays when the pod is replaced', () => {
    const { manifests } = build();
    for (const pod of ['chat-backend-0', 'chat-backend-1', 'chat-backend-2']) {
      const service = only(manifests, 'Service', pod);
      expect(service.spec).toMatchObject({
        type: 'ClusterIP',
        selector: { app: 'chat-backend', 'statefulset.kubernetes.io/pod-name': pod },
        ports: [{ port: 3001, targetPort: 3001 }],
        // Bound by address, each gateway would use one pod only, and a pod that is not ready must refuse.
        sessionAffinity: 'None',
      });
      expect(service.spec.clusterIP).toBeUndefined();
      expect(confOf()).toContain(`server ${pod}:3001 `);
    }
    expect(only(manifests, 'StatefulSet').spec).toMatchObject({ replicas: 3, serviceName: 'chat-backend-headless' });
    expect(only(manifests, 'StatefulSet').spec).not.toHaveProperty('volumeClaimTemplates');
  });

  test('knows every pod that there can be, so that scaling changes no configuration', () => {
    const conf = confOf({ server: { autoscaling: { minReplicas: 2, maxReplicas: 5, cpuUtilization: 60 } } });
    expect(new Set(conf.match(/server chat-backend-\d:/g)).size).toBe(5);
    // All, half of them, and those that are always there.
    expect(conf.match(/(?<=upstream )\S+(?= \{)/g)).toEqual(['app', 'app_first_3', 'app_first_2']);
  });

  test('goes to the nginx in the pod where there is one', () => {
    const proxy = { socketIo: { path: '/socket.io/' }, addressesAppended: 2 };
    expect(
      only(build({ server: { proxy } }).manifests, 'ConfigMap', 'websocket-gateway-config').data['nginx.conf'],
    ).toContain('server chat-backend-0:8080 ');
  });
});

test('without affinity has one Service for all pods, whatever they are', () => {
  const given: Given = { gateway: { affinity: 'none' }, server: { stableNames: false } };
  const { manifests, tier } = build(given);
  expect(tier.upstreams.map((service) => service.name)).toEqual(['websocket-gateway-upstream']);
  expect(only(manifests, 'Service').spec).toMatchObject({ selector: { app: 'chat-backend' }, sessionAffinity: 'None' });
  expect(only(manifests, 'Deployment', 'chat-backend').spec.replicas).toBe(3);
  expect(confOf(given)).toContain('server websocket-gateway-upstream:3001 max_fails=0;');
  expect(confOf(given)).not.toContain('hash ');
});

test('is drained like any other server: serves on, raises its flag, and gets the whole shutdown', () => {
  const { spec } = only(build().manifests, 'Deployment').spec.template;
  const [nginx] = spec.containers;
  expect(nginx.lifecycle.preStop.exec.command[2]).toMatch(/^sleep 120; touch \/tmp\/drain && /);
  expect(spec.terminationGracePeriodSeconds).toBe(timing.terminationGracePeriodSeconds);
  expect(confOf()).toContain(`worker_shutdown_timeout ${timing.workerShutdownTimeoutSeconds}s;`);
  expect(nginx.readinessProbe.httpGet).toMatchObject({ path: '/ready', port: 8080 });
  expect(nginx.livenessProbe.httpGet).toMatchObject({ path: '/health', port: 8080 });
});

test('has a disruption budget, a spread, a network policy and an account of its own', () => {
  const { manifests } = build();
  const selector = { matchLabels: { app: 'websocket-gateway' } };
  expect(only(manifests, 'PodDisruptionBudget', 'websocket-gateway').spec).toMatchObject({
    maxUnavailable: 1,
    selector,
  });
  const { spec } = only(manifests, 'Deployment').spec.template;
  expect(spec.topologySpreadConstraints.map((c: Yaml) => [c.topologyKey, c.labelSelector])).toEqual([
    ['topology.kubernetes.io/zone', selector],
    ['kubernetes.io/hostname', selector],
  ]);
  expect(spec.serviceAccountName).toBe('websocket-gateway');
  expect(only(manifests, 'ServiceAccount', 'websocket-gateway').automountServiceAccountToken).toBe(false);
  const policy = only(manifests, 'NetworkPolicy', 'websocket-gateway').spec;
  expect(policy.ingress).toEqual([
    {
      from: [{ ipBlock: { cidr: '130.211.0.0/22' } }, { ipBlock: { cidr: '35.191.0.0/16' } }, { podSelector: {} }],
      ports: [{ protocol: 'TCP', port: 8080 }],
    },
  ]);
  expect(policy.egress).toHaveLength(2);
  // The backend lets nobody in but its namespace, where the gateway is.
  expect(only(manifests, 'NetworkPolicy', 'chat-backend').spec.ingress[0].from).toEqual([{ podSelector: {} }]);
  expect(build({ gateway: { replicas: 1 } }).tier.disruptionBudget).toBeUndefined();
});

test('takes an image of the caller’s own, and the secret to pull it with', () => {
  const image = 'registry.example.com/nginx-unprivileged:1.30.4';
  const gateway = {
    image,
    imagePullSecrets: [Secret.fromSecretName(new Chart(new App(), 'test'), 'Pull', 'registry')],
  };
  const { spec } = only(build({ gateway }).manifests, 'Deployment').spec.template;
  expect(spec.containers[0].image).toBe(image);
  expect(spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
});

test('refuses a pull secret that is given twice', () => {
  const chart = new Chart(new App(), 'test');
  const [one, other] = ['One', 'Other'].map((id) => Secret.fromSecretName(chart, id, 'registry'));
  expect(problemsOf(() => build({ gateway: { imagePullSecrets: [one, other] as ISecret[] } }))).toEqual([
    'imagePullSecrets[1]: "registry" is the same as imagePullSecrets[0]; give each Secret once',
  ]);
});

test('is scaled like any other server', () => {
  const autoscaling = { minReplicas: 3, maxReplicas: 12, cpuUtilization: 50 };
  const { manifests } = build({ gateway: { autoscaling } });
  expect(only(manifests, 'Deployment').spec).not.toHaveProperty('replicas');
  expect(only(manifests, 'HorizontalPodAutoscaler').spec).toMatchObject({
    scaleTargetRef: { kind: 'Deployment', name: 'websocket-gateway' },
    minReplicas: 3,
    maxReplicas: 12,
  });
});

test('replaces its pods when its configuration changes, and only then', () => {
  const hash = (gateway: Partial<WebSocketGatewayProps>) =>
    only(build({ gateway }).manifests, 'Deployment').spec.template.metadata.annotations['holdfast/config-hash'];
  expect(hash({})).toMatch(/^[0-9a-f]{16}$/);
  expect(hash({})).toBe(hash({ replicas: 5 }));
  expect(hash({})).not.toBe(hash({ apiPath: '/rest/' }));
  expect(hash({})).not.toBe(hash({ maxBodySize: Size.mebibytes(20) }));
});

test.each<[string, Given]>([
  ['with affinity', {}],
  ['without', { gateway: { affinity: 'none' } }],
  ['on port 80', { gateway: { port: 80 } }],
  ['scaled', { gateway: { autoscaling: { minReplicas: 1, maxReplicas: 3, cpuUtilization: 50 } } }],
])('validates, has restricted pods on a read-only root, and is the same every time: %s', (_title, given) => {
  const { manifests } = build(given);
  for (const manifest of manifests) {
    expect(schemaErrors(manifest, '1.28')).toEqual([]);
    expect(schemaErrors(manifest, '1.37')).toEqual([]);
    for (const pod of podSpecsOf(manifest) as Yaml[]) {
      expect(restrictedViolations(pod)).toEqual([]);
      for (const container of pod.spec.containers) expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
    }
  }
  expect(build(given).manifests).toEqual(manifests);
});

test('stands in front of the IDE of production on a host of its own, while the main host still reaches the IDE past it', () => {
  const chart = new WebSocketChart(new App(), production);
  const gateway = new WebSocketGateway(chart, 'Gateway', {
    name: 'websocket-gateway',
    server: chart.server,
    addressesAppended: 2,
    socketIoPath: '/theia/socket.io/',
  });
  new GkeWebSocketEdge(chart, 'GatewayEdge', {
    name: 'websocket-gateway',
    host: 'websocket.coditect.ai',
    server: gateway,
    affinity: 'none',
    tls: { managed: true },
  });
  const manifests = Testing.synth(chart) as Yaml[];
  expect(manifests.filter((m) => m.kind === 'Ingress').map((m) => m.spec.rules[0].host)).toEqual([
    'coditect.ai',
    'websocket.coditect.ai',
  ]);
  expect(only(manifests, 'ConfigMap', 'websocket-gateway-config').data['nginx.conf']).toContain(
    'server coditect-combined-0:8080 ',
  );
  for (const manifest of manifests) expect(schemaErrors(manifest, '1.37')).toEqual([]);
});
