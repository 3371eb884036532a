import { App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { readTimingAnnotation, TIMING_ANNOTATION } from '../../lib/timing/read-timing';
import { type Probe, WebSocketServer, type WebSocketServerProps } from '../../lib/workload';
import type { Yaml } from '../ingress/support';
import { problemsOf } from '../problems';
import { podSpecsOf, restrictedViolations, schemaErrors } from '../schemas/validate';
import { chat, disk, objects, only, proxy, timing } from './support/server';

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

  test('no pull secret twice', () => {
    const registry = kplus.Secret.fromSecretName(chart, 'PullAgain', 'registry');
    const twice = { imagePullSecrets: [registry, registry] };
    expect(problemsOf(() => new WebSocketServer(chart, 'Twice', { ...chat, ...twice }))).toEqual([
      'imagePullSecrets[1]: "registry" is the same as imagePullSecrets[0]; give each Secret once',
    ]);
  });

  test('containers, whose security is completed so that the pod is admitted', () => {
    expect(exporter).toMatchObject({ name: 'exporter', image: 'exporter:1.0.0' });
    expect(restrictedViolations(deployment.spec.template)).toEqual([]);
    expect(schemaErrors(deployment, '1.28')).toEqual([]);
  });
});
