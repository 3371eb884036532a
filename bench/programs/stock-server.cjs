const { ApiObject, Duration, JsonPatch, Size } = require('cdk8s');
const kplus = require('cdk8s-plus-28');
const { addPolicies } = require('./stock-policies.cjs');

const NAME = 'coditect-combined';
const LABELS = { app: NAME };
const ZONE_AND_HOST = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'];

/** Everything that runs, and what is around it in the namespace. */
exports.addServer = (chart, system, texts) => {
  const modes = ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']);
  new kplus.Namespace(chart, 'Namespace', { metadata: { name: system.name, labels: Object.fromEntries(modes) } });
  const conf = new kplus.ConfigMap(chart, 'Conf', {
    metadata: { name: `${NAME}-nginx` },
    data: { 'nginx.conf': texts.conf },
  });
  const account = new kplus.ServiceAccount(chart, 'Account', {
    metadata: { name: NAME, labels: LABELS },
    automountToken: false,
  });
  const selector = kplus.Pods.select(chart, 'Pods', { labels: LABELS });
  const headless = new kplus.Service(chart, 'Headless', {
    metadata: { name: `${NAME}-headless`, labels: LABELS },
    selector,
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    ports: [{ name: 'http', port: 8080, targetPort: 8080, protocol: kplus.Protocol.TCP }],
  });
  const tmp = kplus.Volume.fromEmptyDir(chart, 'Tmp', 'tmp');
  const nginxTmp = kplus.Volume.fromEmptyDir(chart, 'NginxTmp', 'nginx-tmp');
  const nginxConf = kplus.Volume.fromConfigMap(chart, 'NginxConf', conf, { name: 'nginx-config', defaultMode: 0o444 });
  const set = new kplus.StatefulSet(chart, 'Server', {
    metadata: { name: NAME, labels: LABELS, annotations: { 'holdfast/timing': texts.timing } },
    service: headless,
    replicas: system.replicas,
    select: false,
    minReady: Duration.seconds(30),
    serviceAccount: account,
    automountServiceAccountToken: false,
    terminationGracePeriod: Duration.seconds(120),
    securityContext: { fsGroup: 1000, fsGroupChangePolicy: kplus.FsGroupChangePolicy.ON_ROOT_MISMATCH },
    podMetadata: {
      labels: LABELS,
      annotations: {
        'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
        'holdfast/config-hash': texts.hash,
        'kubectl.kubernetes.io/default-container': NAME,
      },
    },
    volumes: [tmp, nginxConf, nginxTmp],
    initContainers: [proxy(nginxConf, nginxTmp)],
    containers: [application(tmp)],
  });
  set.select(kplus.LabelSelector.of({ labels: LABELS }));
  ApiObject.of(set).addJsonPatch(
    JsonPatch.add('/spec/volumeClaimTemplates', [claim(system.size)]),
    JsonPatch.add('/spec/persistentVolumeClaimRetentionPolicy', { whenDeleted: 'Retain', whenScaled: 'Retain' }),
    JsonPatch.add('/spec/revisionHistoryLimit', 10),
    JsonPatch.add('/spec/template/spec/enableServiceLinks', false),
    JsonPatch.add('/spec/template/spec/topologySpreadConstraints', ZONE_AND_HOST.map(spread)),
    JsonPatch.add('/spec/template/spec/containers/0/volumeMounts/-', { mountPath: '/home/theia', name: 'workspace' }),
  );
  addPolicies(chart, NAME, LABELS, selector);
  return { name: NAME, labels: LABELS, selector };
};

function application(tmp) {
  return {
    name: NAME,
    image: 'coditect-combined:1.0.0',
    imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
    ports: [{ name: 'app', number: 3000, protocol: kplus.Protocol.TCP }],
    envVariables: {
      NODE_ENV: kplus.EnvValue.fromValue('production'),
      PORT: kplus.EnvValue.fromValue('3000'),
      SOCKET_HEARTBEAT_INTERVAL_MS: kplus.EnvValue.fromValue('30000'),
      SOCKET_HEARTBEAT_GRACE_MS: kplus.EnvValue.fromValue('60000'),
      SOCKET_PRESENCE_TTL_MS: kplus.EnvValue.fromValue('91000'),
      SOCKET_REPLAY_TTL_MS: kplus.EnvValue.fromValue('300000'),
      SOCKET_DRAIN_MS: kplus.EnvValue.fromValue('50000'),
      HTTP_KEEP_ALIVE_MS: kplus.EnvValue.fromValue('620000'),
    },
    ...probes('/theia/', '/theia/'),
    lifecycle: { preStop: kplus.Handler.fromCommand(['sleep', '30']) },
    resources: {
      cpu: { request: kplus.Cpu.millis(500) },
      memory: { request: Size.gibibytes(1), limit: Size.gibibytes(2) },
    },
    securityContext: restricted(1000),
    volumeMounts: [{ path: '/tmp', volume: tmp }],
  };
}

function proxy(conf, tmp) {
  return {
    name: 'nginx',
    image: 'nginxinc/nginx-unprivileged:1.30.4-alpine',
    imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
    restartPolicy: kplus.ContainerRestartPolicy.ALWAYS,
    command: ['nginx', '-c', '/etc/nginx/holdfast/nginx.conf', '-g', 'daemon off;'],
    ports: [{ name: 'http', number: 8080, protocol: kplus.Protocol.TCP }],
    ...probes('/health', '/ready'),
    lifecycle: { preStop: kplus.Handler.fromCommand(['/bin/sh', '-c', 'sleep 30; touch /tmp/drain']) },
    resources: {
      cpu: { request: kplus.Cpu.millis(50) },
      memory: { request: Size.mebibytes(64), limit: Size.mebibytes(256) },
    },
    securityContext: restricted(101),
    volumeMounts: [
      { path: '/etc/nginx/holdfast', volume: conf, readOnly: true },
      { path: '/tmp', volume: tmp },
    ],
  };
}

function probes(alive, ready) {
  const get = (path, delay, period, timeout, failureThreshold) =>
    kplus.Probe.fromHttpGet(path, {
      port: 8080,
      ...(delay === 0 ? {} : { initialDelaySeconds: Duration.seconds(delay) }),
      periodSeconds: Duration.seconds(period),
      timeoutSeconds: Duration.seconds(timeout),
      failureThreshold,
      successThreshold: 1,
    });
  return { liveness: get(alive, 30, 10, 5, 3), readiness: get(ready, 10, 5, 3, 2), startup: get(alive, 0, 5, 3, 12) };
}

function restricted(user) {
  return {
    user,
    group: user,
    capabilities: { drop: [kplus.Capability.ALL] },
    seccompProfile: { type: kplus.SeccompProfileType.RUNTIME_DEFAULT },
  };
}

function spread(topologyKey) {
  return { topologyKey, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: LABELS } };
}

function claim(storage) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'workspace', labels: LABELS },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage } },
      storageClassName: 'standard-rwo',
      volumeMode: 'Filesystem',
    },
    status: { phase: 'Pending' },
  };
}
