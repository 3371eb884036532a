import { App, Chart, Duration, JsonPatch, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { InvalidInputError } from '../../lib/input';
import type { Manifest } from '../../lib/manifest';
import { configHashOf } from '../../lib/manifest/config-hash';
import { deriveTiming } from '../../lib/timing';
import { readTimingAnnotation, TIMING_ANNOTATION } from '../../lib/timing/read-timing';
import { type Probe, WebSocketServer, type WebSocketServerProps } from '../../lib/workload';
import { podSpecsOf, restrictedViolations, schemaErrors } from '../schemas/validate';

const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(25) });
const chat: WebSocketServerProps = {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing,
  adapter: { kind: 'none', podsAreIndependent: true },
};
const proxy = {
  socketIo: { path: '/ide/socket.io/' },
  routes: [{ path: '/ide/', upstreamPath: '/' }],
  addressesAppended: 2,
};
const disk = { per: 'pod', mountPath: '/data', size: '20Gi' } as const;

/** biome-ignore lint/suspicious/noExplicitAny: manifests are read like the YAML they become */
type Yaml = any;

function objects(props: WebSocketServerProps): readonly Manifest[] {
  const chart = new Chart(new App(), 'test');
  new WebSocketServer(chart, 'Server', props);
  return Testing.synth(chart) as Manifest[];
}

function only(kind: string, props: WebSocketServerProps): Yaml {
  const found = objects(props).filter((manifest) => manifest.kind === kind);
  expect(found).toHaveLength(1);
  return found[0];
}

function problems(props: Partial<WebSocketServerProps>): readonly string[] {
  try {
    objects({ ...chat, ...props });
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

const VARIANTS: readonly (readonly [string, WebSocketServerProps])[] = [
  ['a Deployment', chat],
  ['a Deployment with a proxy', { ...chat, proxy }],
  ['a proxy on port 80', { ...chat, proxy: { ...proxy, port: 80 } }],
  ['a StatefulSet', { ...chat, storage: disk }],
  ['a StatefulSet with a proxy', { ...chat, storage: disk, proxy }],
  ['one replica with a claim', { ...chat, storage: { ...disk, per: 'workload' } }],
  ['a shared claim', { ...chat, storage: { ...disk, per: 'workload', accessMode: 'ReadWriteMany' } }],
  ['scaled on connections', { ...chat, autoscaling: { minReplicas: 2, maxReplicas: 9, connectionsPerPod: 500 } }],
  ['scaled on CPU', { ...chat, autoscaling: { minReplicas: 1, maxReplicas: 9, cpuUtilization: 70 } }],
];

describe.each(VARIANTS)('%s', (_name, props) => {
  test('validates against Kubernetes 1.28 and the newest', () => {
    for (const manifest of objects(props)) {
      expect(schemaErrors(manifest, '1.28')).toEqual([]);
      expect(schemaErrors(manifest, '1.37')).toEqual([]);
    }
  });

  test('has pods that the profile "restricted" admits, on a read-only root, without a token', () => {
    const templates = objects(props).flatMap((manifest) => podSpecsOf(manifest)) as Yaml[];
    expect(templates).toHaveLength(1);
    const template = templates[0];
    expect(restrictedViolations(template)).toEqual([]);
    expect(template.spec.automountServiceAccountToken).toBe(false);
    for (const container of [...(template.spec.initContainers ?? []), ...template.spec.containers]) {
      expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
    }
  });

  test('selects exactly its own pods, by one stable label', () => {
    const manifests = objects(props) as Yaml[];
    const labels = (podSpecsOf(manifests.find((m) => /Set|Deployment/.test(m.kind)))[0] as Yaml).metadata.labels;
    expect(labels).toEqual({ app: 'chat' });
    for (const manifest of manifests) {
      const selector =
        manifest.spec?.selector?.matchLabels ?? manifest.spec?.podSelector?.matchLabels ?? manifest.spec?.selector;
      if (selector !== undefined) expect(selector).toEqual(labels);
    }
  });
});

describe('the workload', () => {
  test('without storage is a Deployment that adds a pod before it takes one away', () => {
    const { spec } = only('Deployment', chat);
    expect(spec).toMatchObject({
      replicas: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      minReadySeconds: 30,
    });
  });

  test('with a claim for each pod is a StatefulSet with its headless Service, claims that stay, and a stable identity', () => {
    const { spec } = only('StatefulSet', { ...chat, storage: { ...disk, storageClass: 'standard-rwo' } });
    expect(spec).toMatchObject({
      replicas: 3,
      serviceName: 'chat-headless',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      volumeClaimTemplates: [
        {
          metadata: { name: 'workspace' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'standard-rwo',
            resources: { requests: { storage: '20Gi' } },
          },
        },
      ],
    });
    expect(spec.template.spec.containers[0].volumeMounts).toContainEqual({ name: 'workspace', mountPath: '/data' });
    expect(only('Service', { ...chat, storage: disk })).toMatchObject({
      metadata: { name: 'chat-headless' },
      spec: { clusterIP: 'None' },
    });
  });

  test('with one claim for the workload is a Deployment of one pod that goes before its successor comes', () => {
    const props: WebSocketServerProps = { ...chat, storage: { ...disk, per: 'workload' } };
    expect(only('Deployment', props).spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(only('Deployment', props).spec.strategy).not.toHaveProperty('rollingUpdate');
    expect(only('PersistentVolumeClaim', props).metadata.name).toBe('chat-workspace');
    expect(only('Deployment', props).spec.template.spec.volumes).toContainEqual({
      name: 'workspace',
      persistentVolumeClaim: { claimName: 'chat-workspace' },
    });
  });

  test('carries the timing for whoever examines it later', () => {
    expect(readTimingAnnotation(only('Deployment', chat).metadata.annotations[TIMING_ANNOTATION]).timing).toEqual(
      timing,
    );
  });

  test('keeps the cluster autoscaler away unless told otherwise', () => {
    const annotation = (props: WebSocketServerProps) =>
      only('Deployment', props).spec.template.metadata.annotations['cluster-autoscaler.kubernetes.io/safe-to-evict'];
    expect(annotation(chat)).toBe('false');
    expect(annotation({ ...chat, safeToEvict: true })).toBe('true');
  });

  test('spreads over zones and nodes without keeping a pod from its volume', () => {
    const spread = only('Deployment', chat).spec.template.spec.topologySpreadConstraints;
    expect(spread.map((c: Yaml) => [c.topologyKey, c.maxSkew, c.whenUnsatisfiable])).toEqual([
      ['topology.kubernetes.io/zone', 1, 'ScheduleAnyway'],
      ['kubernetes.io/hostname', 1, 'ScheduleAnyway'],
    ]);
  });
});

describe('the application', () => {
  const application = (props: WebSocketServerProps) => only('Deployment', props).spec.template.spec.containers[0];

  test('gets its heartbeat and the rest of its timing from where the balancer gets it', () => {
    expect(application(chat).env).toEqual([
      { name: 'NODE_ENV', value: 'production' },
      { name: 'PORT', value: '3001' },
      { name: 'SOCKET_HEARTBEAT_INTERVAL_MS', value: '25000' },
      { name: 'SOCKET_HEARTBEAT_GRACE_MS', value: '25000' },
      { name: 'SOCKET_PRESENCE_TTL_MS', value: '51000' },
      { name: 'SOCKET_REPLAY_TTL_MS', value: '300000' },
      { name: 'SOCKET_DRAIN_MS', value: '50000' },
      { name: 'SOCKET_SHUTDOWN_MS', value: '10000' },
      { name: 'HTTP_KEEP_ALIVE_MS', value: '620000' },
    ]);
  });

  test('has the documented requests and limits unless told otherwise', () => {
    expect(application(chat).resources).toEqual({
      requests: { cpu: '250m', memory: '256Mi', 'ephemeral-storage': '1Gi' },
      limits: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '1Gi' },
    });
  });

  test('may fill a bounded part of the disk of its node, and no more', () => {
    const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' }, ephemeralStorage: '3Gi' };
    const { spec } = only('Deployment', { ...chat, resources }).spec.template;
    expect(spec.containers[0].resources.limits).toEqual({ memory: '1Gi', 'ephemeral-storage': '3Gi' });
    expect(spec.volumes).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '3Gi' } }]);
    const proxied = only('Deployment', { ...chat, proxy }).spec.template.spec;
    expect(proxied.initContainers[0].resources.limits).toEqual({ memory: '256Mi', 'ephemeral-storage': '256Mi' });
    expect(proxied.volumes).toContainEqual({ name: 'nginx-tmp', emptyDir: { sizeLimit: '16Mi' } });
  });

  test('is probed on three paths of its own, on the schedule of the timing', () => {
    expect(application(chat)).toMatchObject({
      livenessProbe: {
        httpGet: { path: '/health', port: 3001 },
        initialDelaySeconds: 30,
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 3,
      },
      readinessProbe: {
        httpGet: { path: '/ready', port: 3001 },
        initialDelaySeconds: 10,
        periodSeconds: 5,
        timeoutSeconds: 3,
        failureThreshold: 2,
      },
      startupProbe: { httpGet: { path: '/health', port: 3001 }, periodSeconds: 5, failureThreshold: 12 },
    });
  });

  test('holds its stop signal back until the balancer has stopped sending, raises the flag, and is never killed by its own hook', () => {
    expect(application(chat).lifecycle.preStop.exec.command).toEqual(['/bin/sh', '-c', 'sleep 120; touch /tmp/drain']);
    expect(only('Deployment', chat).spec.template.spec.terminationGracePeriodSeconds).toBe(210);
    expect(JSON.stringify(objects(chat))).not.toMatch(/kill /);
  });

  test('forgets the drain of its life before, before anybody asks whether it is ready', () => {
    expect(application(chat).lifecycle.postStart.exec.command).toEqual(['/bin/sh', '-c', 'rm -rf /tmp/drain']);
    // Behind a proxy the flag is the proxy's.
    expect(application({ ...chat, proxy }).lifecycle).not.toHaveProperty('postStart');
  });

  test.each<[string, Probe, Yaml]>([
    ['a path', '/live', { httpGet: { path: '/live', port: 3001, scheme: 'HTTP' } }],
    [
      'a path on another port',
      { path: '/live', port: 9000 },
      { httpGet: { path: '/live', port: 9000, scheme: 'HTTP' } },
    ],
    ['a connection', { tcp: 3001 }, { tcpSocket: { port: 3001 } }],
    ['a command', { command: ['/bin/check'] }, { exec: { command: ['/bin/check'] } }],
    ['nothing', 'off', undefined],
  ])('is probed by %s', (_title, probe, expected) => {
    const { livenessProbe, readinessProbe } = application({ ...chat, probes: { liveness: probe } });
    if (expected === undefined) expect(livenessProbe).toBeUndefined();
    else expect(livenessProbe).toEqual({ ...expected, ...chat.timing.livenessProbe });
    expect(readinessProbe.httpGet.path).toBe('/ready');
  });

  test('without a shell lets the kubelet wait, which only newer versions of Kubernetes know', () => {
    const manifest = only('Deployment', { ...chat, proxy, preStopHook: 'sleep' });
    expect(manifest.spec.template.spec.containers[0].lifecycle.preStop).toEqual({ sleep: { seconds: 120 } });
    expect(schemaErrors(manifest, '1.37')).toEqual([]);
    expect(schemaErrors(manifest, '1.28')).not.toEqual([]);
  });
});

describe('the proxy', () => {
  const pod = only('Deployment', { ...chat, proxy }).spec.template.spec;
  const nginx = pod.initContainers[0];

  test('is a native sidecar: started before the application, stopped after it', () => {
    expect(nginx).toMatchObject({ name: 'nginx', restartPolicy: 'Always' });
    expect(pod.containers.map((c: Yaml) => c.name)).toEqual(['chat']);
  });

  test('raises the drain flag after the balancer has stopped sending; the application only waits', () => {
    expect(nginx.lifecycle.preStop.exec.command).toEqual([
      '/bin/sh',
      '-c',
      `sleep 120; touch /tmp/drain && echo 'keepalive_timeout 0;' >/tmp/drain.conf && kill -HUP "$(cat /tmp/nginx.pid)"`,
    ]);
    expect(pod.containers[0].lifecycle.preStop.exec.command).toEqual(['sleep', '120']);
  });

  test('forgets the drain of its life before as it starts, and becomes the first process, which hears the stop signal', () => {
    expect(nginx.command).toEqual([
      '/bin/sh',
      '-c',
      "rm -rf /tmp/drain /tmp/drain.conf && exec nginx -c /etc/nginx/holdfast/nginx.conf -g 'daemon off;'",
    ]);
  });

  test('reads the configuration that it was made for, also when that of its successor is there already', () => {
    expect(nginx.volumeMounts).toContainEqual({
      name: 'nginx-config',
      mountPath: '/etc/nginx/holdfast/nginx.conf',
      subPath: 'nginx.conf',
      readOnly: true,
    });
  });

  test.each([
    ['without routes', {}, '/health', '/ready'],
    ['with a route that is exchanged', { routes: [{ path: '/ide/', upstreamPath: '/' }] }, '/', '/'],
    ['with a route as it is', { routes: [{ path: '/ide/' }] }, '/ide/', '/ide/'],
  ])('is never asked how the application is: %s', (_title, routes, liveness, readiness) => {
    const { containers } = only('Deployment', {
      ...chat,
      proxy: { addressesAppended: 2, socketIo: { path: '/ws/' }, ...routes },
    }).spec.template.spec;
    expect(containers[0].livenessProbe.httpGet).toEqual({ path: liveness, port: 3001, scheme: 'HTTP' });
    expect(containers[0].readinessProbe.httpGet).toEqual({ path: readiness, port: 3001, scheme: 'HTTP' });
  });

  test('is asked for /health and /ready; the application is asked past it, on its own port', () => {
    expect(nginx.livenessProbe.httpGet).toMatchObject({ path: '/health', port: 8080 });
    expect(nginx.readinessProbe.httpGet).toMatchObject({ path: '/ready', port: 8080 });
    expect(pod.containers[0].livenessProbe.httpGet).toMatchObject({ path: '/', port: 3001 });
  });

  test('has its configuration in a ConfigMap, and a hash of it on the pods, so that a change replaces them', () => {
    const config = only('ConfigMap', { ...chat, proxy });
    expect(config.data['nginx.conf']).toContain('location /ide/socket.io/');
    expect(pod.volumes).toContainEqual({
      name: 'nginx-config',
      configMap: { name: config.metadata.name, defaultMode: 0o444 },
    });
    const hash = (maxConnections: number) =>
      only('Deployment', { ...chat, proxy: { ...proxy, maxConnections } }).spec.template.metadata.annotations[
        'holdfast/config-hash'
      ];
    expect(hash(1000)).toMatch(/^[0-9a-f]{16}$/);
    expect(hash(1000)).toBe(hash(1000));
    expect(hash(1000)).not.toBe(hash(2000));
  });

  test('is replaced when a JSON patch changes its configuration', () => {
    const hashes = ['access_log off;', undefined].map((patch) => {
      const chart = new Chart(new App(), 'test');
      const server = new WebSocketServer(chart, 'Server', { ...chat, proxy });
      if (patch !== undefined) server.proxy?.configMap.addJsonPatch(JsonPatch.add('/data/nginx.conf', patch));
      return server.workload.toJson().spec.template.metadata.annotations['holdfast/config-hash'];
    });
    expect(hashes[0]).toBe(configHashOf('access_log off;'));
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  test('takes port 80 through the safe sysctl, and no sysctl otherwise', () => {
    const privileged = only('Deployment', { ...chat, proxy: { ...proxy, port: 80 } }).spec.template.spec;
    expect(privileged.securityContext.sysctls).toEqual([{ name: 'net.ipv4.ip_unprivileged_port_start', value: '80' }]);
    expect(privileged.initContainers[0].ports[0].containerPort).toBe(80);
    expect(pod.securityContext).not.toHaveProperty('sysctls');
  });
});

describe('around the pods', () => {
  test('a disruption budget takes one pod at a time, and is left out where there is one pod', () => {
    expect(only('PodDisruptionBudget', chat).spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
    expect(objects({ ...chat, replicas: 1 }).map((m) => m.kind)).not.toContain('PodDisruptionBudget');
  });

  test('an autoscaler owns the number of replicas, goes by connections, and takes one pod away per shutdown', () => {
    const props: WebSocketServerProps = {
      ...chat,
      autoscaling: { minReplicas: 2, maxReplicas: 9, connectionsPerPod: 500 },
    };
    expect(only('Deployment', props).spec).not.toHaveProperty('replicas');
    expect(only('HorizontalPodAutoscaler', props).spec).toMatchObject({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'chat' },
      metrics: [
        {
          type: 'Pods',
          pods: { metric: { name: 'ws_connections' }, target: { type: 'AverageValue', averageValue: 500 } },
        },
      ],
      behavior: {
        scaleDown: { stabilizationWindowSeconds: 1800, policies: [{ type: 'Pods', value: 1, periodSeconds: 270 }] },
      },
    });
  });

  test('an autoscaler can go by CPU', () => {
    const props: WebSocketServerProps = {
      ...chat,
      autoscaling: { minReplicas: 2, maxReplicas: 9, cpuUtilization: 70 },
    };
    expect(only('HorizontalPodAutoscaler', props).spec.metrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
    ]);
  });

  test('only Google, the namespace and DNS pass the network policy', () => {
    expect(only('NetworkPolicy', chat).spec).toEqual({
      podSelector: { matchLabels: { app: 'chat' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ ipBlock: { cidr: '130.211.0.0/22' } }, { ipBlock: { cidr: '35.191.0.0/16' } }, { podSelector: {} }],
          ports: [{ protocol: 'TCP', port: 3001 }],
        },
      ],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
              podSelector: {
                matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns', 'node-local-dns'] }],
              },
            },
            { ipBlock: { cidr: '169.254.20.10/32' } },
            { ipBlock: { cidr: '169.254.169.254/32' } },
          ],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
        { to: [{ podSelector: {} }] },
      ],
    });
  });

  test('the network policy opens the proxy instead of the application, and what the caller names', () => {
    const { spec } = only('NetworkPolicy', {
      ...chat,
      proxy,
      traffic: { ingressFrom: ['10.0.0.0/23'], egressTo: [{ cidr: '10.9.0.0/24', ports: [6379] }] },
    });
    expect(spec.ingress[0].ports).toEqual([{ protocol: 'TCP', port: 8080 }]);
    expect(spec.ingress[0].from).toEqual([{ ipBlock: { cidr: '10.0.0.0/23' } }, { podSelector: {} }]);
    expect(spec.egress[2]).toEqual({
      to: [{ ipBlock: { cidr: '10.9.0.0/24' } }],
      ports: [{ protocol: 'TCP', port: 6379 }],
    });
  });

  test('a controller in the cluster is let in by its namespace, and then nobody from outside', () => {
    const from = (traffic: NonNullable<WebSocketServerProps['traffic']>) =>
      only('NetworkPolicy', { ...chat, traffic }).spec.ingress[0].from;
    const controller = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } };
    expect(from({ ingressFromNamespaces: ['ingress-nginx'] })).toEqual([controller, { podSelector: {} }]);
    expect(from({ ingressFromNamespaces: ['ingress-nginx'], ingressFrom: ['10.0.0.0/8'] })).toEqual([
      { ipBlock: { cidr: '10.0.0.0/8' } },
      controller,
      { podSelector: {} },
    ]);
  });

  test('the pods run under an account of their own that has no token', () => {
    expect(only('ServiceAccount', chat)).toMatchObject({
      metadata: { name: 'chat' },
      automountServiceAccountToken: false,
    });
  });
});

describe('what users have in cdk8s-plus plugs in', () => {
  const chart = new Chart(new App(), 'test');
  const secret = new kplus.Secret(chart, 'Secret', { metadata: { name: 'database' } }) as kplus.ISecret;
  const config = new kplus.ConfigMap(chart, 'Config', {
    metadata: { name: 'flags' },
    data: { a: 'b' },
  }) as kplus.IConfigMap;
  const account = new kplus.ServiceAccount(chart, 'Account', {
    metadata: { name: 'workload-identity' },
  }) as kplus.IServiceAccount;
  new WebSocketServer(chart, 'Server', {
    ...chat,
    env: {
      LOG_LEVEL: 'info',
      DATABASE_URL: kplus.EnvValue.fromSecretValue({ secret, key: 'url' }),
      POD: kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAME),
    },
    envFrom: [kplus.Env.fromConfigMap(config)],
    volumeMounts: [{ path: '/etc/flags', readOnly: true, volume: kplus.Volume.fromConfigMap(chart, 'Volume', config) }],
    containers: [new kplus.Container({ image: 'exporter:1.0.0', name: 'exporter', portNumber: 9090 })],
    serviceAccount: account,
    workloadIdentity: 'gke',
    imagePullSecrets: [kplus.Secret.fromSecretName(chart, 'Pull', 'registry')],
  });
  const manifests = Testing.synth(chart) as Yaml[];
  const deployment = manifests.find((m) => m.kind === 'Deployment');
  const { spec } = deployment.spec.template;
  const [application, exporter] = spec.containers;

  test('environment values, whole config maps and volumes', () => {
    expect(application.env).toContainEqual({ name: 'LOG_LEVEL', value: 'info' });
    expect(application.env).toContainEqual({
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: 'database', key: 'url' } },
    });
    expect(application.env).toContainEqual({ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } });
    expect(application.envFrom).toEqual([{ configMapRef: { name: 'flags' } }]);
    const mount = application.volumeMounts.find((m: Yaml) => m.mountPath === '/etc/flags');
    expect(mount).toMatchObject({ readOnly: true });
    expect(spec.volumes).toContainEqual(expect.objectContaining({ name: mount.name, configMap: { name: 'flags' } }));
  });

  test('accounts and pull secrets', () => {
    expect(spec).toMatchObject({ serviceAccountName: 'workload-identity', imagePullSecrets: [{ name: 'registry' }] });
    expect(manifests.filter((m) => m.kind === 'ServiceAccount').map((m) => m.metadata.name)).toEqual([
      'workload-identity',
    ]);
  });

  test('containers, whose security is completed so that the pod is admitted', () => {
    expect(exporter).toMatchObject({ name: 'exporter', image: 'exporter:1.0.0' });
    expect(restrictedViolations(deployment.spec.template)).toEqual([]);
    expect(schemaErrors(deployment, '1.28')).toEqual([]);
  });
});

describe('bad input', () => {
  test('fails when several pods would share a volume that one node mounts, and explains the deadlock', () => {
    expect(problems({ replicas: 3, storage: { ...disk, per: 'workload' } })).toEqual([
      'storage.per: 3 replicas cannot share one ReadWriteOnce claim: each new pod waits for the volume that an old pod holds, and the old pod waits for ' +
        'the new one to be ready; give every pod its own (per: "pod"), or run one replica, or use a ReadWriteMany class',
    ]);
  });

  test('fails on a probe of the Socket.IO endpoint', () => {
    expect(problems({ probes: { liveness: '/socket.io/' } })).toEqual([
      'probes.liveness: "/socket.io/" is the Socket.IO endpoint: each probe would open a session that lives until the ping timeout; probe a plain HTTP path such as "/health"',
    ]);
  });

  test('fails on a liveness probe that asks a dependency', () => {
    expect(problems({ probes: { liveness: '/health/database' } })).toEqual([
      'probes.liveness: "/health/database" looks like a dependency: when it fails, every pod restarts and drops its connections; ' +
        'ask the dependency in the readiness path, and keep liveness to the process itself, such as "/health"',
    ]);
    expect(problems({ probes: { readiness: '/health/database' } })).toEqual([]);
  });

  test.each<[string, Partial<WebSocketServerProps>, string]>([
    ['a name', { name: 'Chat Backend' }, 'name: "Chat Backend" is not a DNS label; use at most 52'],
    ['an image without a version', { image: 'chat' }, 'image: "chat" names no fixed version'],
    ['a quantity', { storage: { ...disk, size: '20GB' } }, 'storage.size: "20GB" is not a Kubernetes quantity'],
    [
      'a request above its limit',
      { resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '512Mi' } } },
      'resources.requests.memory: 1Gi is more than the limit of 512Mi; request at most 512Mi, or raise the limit',
    ],
    [
      'a variable that the timing writes',
      { env: { SOCKET_HEARTBEAT_INTERVAL_MS: '1000' } },
      'env.SOCKET_HEARTBEAT_INTERVAL_MS: is written from the timing; change the timing instead, so that the balancer follows',
    ],
    [
      'a PORT that is not the port',
      { env: { PORT: '8081' } },
      'env.PORT: must be the port 3001 that probes, the proxy and Services reach; leave it out, or change port',
    ],
    [
      'replicas beside an autoscaler',
      { replicas: 3, autoscaling: { minReplicas: 1, maxReplicas: 3, cpuUtilization: 50 } },
      'replicas: 3 and autoscaling contradict each other: each apply would undo the autoscaler; leave one out',
    ],
    [
      'two metrics',
      { autoscaling: { minReplicas: 1, maxReplicas: 3 } },
      'autoscaling: scales on one thing: give either connectionsPerPod or cpuUtilization',
    ],
    ['a mount point that is taken', { storage: { ...disk, mountPath: '/tmp' } }, 'storage.mountPath: "/tmp" is in use'],
    [
      'egress without ports',
      { traffic: { egressTo: [{ cidr: '0.0.0.0/0', ports: [] }] } },
      'traffic.egressTo[0].ports: names no port, which would open all of them',
    ],
    [
      'more connections for each pod than its proxy takes',
      {
        proxy: { ...proxy, maxConnections: 500 },
        autoscaling: { minReplicas: 1, maxReplicas: 3, connectionsPerPod: 600 },
      },
      'autoscaling.connectionsPerPod: 600 is more than the 500 that the proxy of each pod takes, so that clients are refused and no pod is added; give at most 500, or set ' +
        'proxy.maxConnections to at least 600',
    ],
    [
      'more connections for each pod than its proxy takes unless told otherwise',
      { proxy, autoscaling: { minReplicas: 1, maxReplicas: 3, connectionsPerPod: 5000 } },
      'autoscaling.connectionsPerPod: 5000 is more than the 4096',
    ],
    [
      'a probe that is none',
      { probes: { liveness: 3001 as never } },
      'probes.liveness: 3001 is not a probe; give a path such as "/health", { path, port }, { tcp: port }, { command: […] } or "off"',
    ],
    ['a probe on no port', { probes: { readiness: { tcp: 0 } } }, 'probes.readiness.tcp: 0 is not a port'],
    ['a probe without words', { probes: { startup: { command: [] } } }, 'probes.startup.command: [] is not a list of'],
    [
      'a probe on the Socket.IO endpoint of another port',
      { probes: { startup: { path: '/socket.io/', port: 9000 } } },
      'probes.startup.path: "/socket.io/" is the Socket.IO endpoint',
    ],
    [
      'a proxy on the port of the application',
      { proxy: { ...proxy, port: 3001 } },
      "proxy.port: 3001 is the application's own port",
    ],
    [
      'a hook that raises no flag',
      { preStopHook: 'sleep' },
      'preStopHook: "sleep" raises no drain flag, and without a proxy nothing else does',
    ],
  ])('fails on %s', (_name, props, message) => {
    expect(problems(props)).toEqual([expect.stringContaining(message)]);
  });

  test('fails with all problems at once', () => {
    expect(problems({ name: 'A', port: 0, replicas: 0, user: 0 })).toHaveLength(4);
  });
});
