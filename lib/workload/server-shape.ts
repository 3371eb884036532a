import { shown } from '../input/problems';
import {
  anything,
  type Field,
  flag,
  isObject,
  list,
  named,
  number,
  object,
  optional,
  record,
  type Shape,
  text,
  thing,
} from '../input/shape';
import type * as k8s from '../synth/k8s';
import { TIMING_FIELD } from '../timing/timing-field';
import { ADAPTER_FIELD } from './adapter';
import { AUTOSCALING_SHAPE } from './autoscaler';
import { RESOURCES_FIELD } from './container';
import { MARKS_SHAPE } from './marks';
import { TRAFFIC_SHAPE } from './network-policy';
import type { Probes } from './probes';
import { PROXY_OPTIONS_SHAPE } from './proxy-sidecar';
import { SCHEDULING_SHAPE } from './scheduling';
import type { WebSocketServerProps } from './server-props';
import { STORAGE_SHAPE } from './storage';

const VARIABLE: Field = thing(
  (value) => typeof value === 'string' || hasOneOf(value, ['value', 'valueFrom']),
  'text, such as "5", or an EnvValue of cdk8s-plus',
  'stand-in',
);

const ENV_FROM: Field = thing((value) => hasOneOf(value, ['_toKube']), 'an EnvFrom of cdk8s-plus', undefined);

const VOLUME_MOUNT: Field = thing(
  (value) =>
    typeof (value as { path?: unknown } | null)?.path === 'string' &&
    hasOneOf((value as { volume?: unknown }).volume, ['_toKube']),
  'a VolumeMount of cdk8s-plus: { path, volume }',
  { path: '/stand-in', volume: { name: 'stand-in' } },
);

/** A list that the API server judges. */
const objects = (example: readonly unknown[]) => optional(list(thing(isObject, 'an object', {}), example));
const part = (example: object) =>
  optional(
    thing((value) => isObject(value) && !Array.isArray(value), `an object, such as ${shown(example)}`, undefined),
  );

/** A container as the API has it: what a property of cdk8s-plus is called would be dropped without a word. */
const PLAIN_CONTAINER = object<k8s.Container>({
  name: text('exporter'),
  // Told by whoever reads the names of a pod.
  image: anything,
  command: optional(list(text('--port'), ['node', 'server.js'])),
  args: optional(list(text('--port'), ['--port', '3000'])),
  env: objects([{ name: 'LOG_LEVEL', value: 'info' }]),
  envFrom: objects([{ secretRef: { name: 'chat' } }]),
  ports: optional(
    list(
      thing(
        (value) => isObject(value) && typeof value.containerPort === 'number',
        'an object with containerPort, a number',
        { containerPort: 1 },
      ),
      [{ containerPort: 9100 }],
    ),
  ),
  volumeMounts: optional(
    list(
      thing(
        (value) => isObject(value) && typeof value.name === 'string' && typeof value.mountPath === 'string',
        'an object with name and mountPath',
        { name: 'tmp', mountPath: '/tmp' },
      ),
      [{ name: 'tmp', mountPath: '/tmp' }],
    ),
  ),
  volumeDevices: objects([{ name: 'disk', devicePath: '/dev/xvda' }]),
  resizePolicy: objects([{ resourceName: 'cpu', restartPolicy: 'NotRequired' }]),
  livenessProbe: part({ httpGet: { path: '/health' } }),
  readinessProbe: part({ httpGet: { path: '/ready' } }),
  startupProbe: part({ httpGet: { path: '/health' } }),
  lifecycle: part({ preStop: { exec: { command: ['sleep', '5'] } } }),
  resources: part({ requests: {} }),
  securityContext: part({ runAsUser: 1000 }),
  restartPolicy: optional(
    thing((value) => value === 'Always', '"Always", which makes a sidecar of an init container', undefined),
  ),
  imagePullPolicy: optional(
    thing(
      (value) => ['Always', 'IfNotPresent', 'Never'].includes(value as string),
      'one of Always, IfNotPresent, Never',
      undefined,
    ),
  ),
  stdin: optional(flag),
  stdinOnce: optional(flag),
  tty: optional(flag),
  terminationMessagePath: optional(text('/dev/termination-log')),
  terminationMessagePolicy: optional(text('File')),
  workingDir: optional(text('/app')),
});

const CONTAINER: Field = {
  ...PLAIN_CONTAINER,
  allowed: 'a Container of cdk8s-plus, or { name, image }',
  standIn: { name: 'stand-in', image: 'stand-in:1.0.0' },
  read: (problems, path, value) => (hasOneOf(value, ['_toKube']) ? value : PLAIN_CONTAINER.read(problems, path, value)),
};

const SECRET = named('a Secret of cdk8s-plus: Secret.fromSecretName(scope, id, name)');

const words = (example: readonly string[]) => optional(list(text('--port'), example));

/** What {@link WebSocketServerProps} hold. */
export const SERVER_SHAPE: Shape<WebSocketServerProps> = {
  name: text('chat'),
  image: text('chat-backend:1.4.2'),
  port: number(3000),
  metricsPort: optional(number(9090)),
  timing: TIMING_FIELD,
  replicas: optional(
    thing(
      (value) => typeof value === 'number' || value === 'external',
      'a number, such as 3, or "external"',
      undefined,
    ),
  ),
  autoscaling: optional(object(AUTOSCALING_SHAPE)),
  adapter: optional(ADAPTER_FIELD, { kind: 'none', podsAreIndependent: true }),
  stableNames: optional(flag),
  storage: optional(object(STORAGE_SHAPE)),
  proxy: optional(object(PROXY_OPTIONS_SHAPE)),
  probes: optional(object<Partial<Probes>>({ liveness: anything, readiness: anything, startup: anything })),
  resources: RESOURCES_FIELD,
  env: optional(record(VARIABLE, { LOG_LEVEL: 'info' })),
  envFrom: optional(list(ENV_FROM, [])),
  volumeMounts: optional(list(VOLUME_MOUNT, [])),
  containers: optional(list(CONTAINER, [])),
  initContainers: optional(list(CONTAINER, [])),
  command: words(['node', 'server.js']),
  args: words(['--port', '3000']),
  user: optional(number(1000)),
  traffic: optional(object(TRAFFIC_SHAPE)),
  preStopHook: anything,
  serviceAccount: optional(
    named('a ServiceAccount of cdk8s-plus: ServiceAccount.fromServiceAccountName(scope, id, name)'),
  ),
  workloadIdentity: anything,
  mountServiceAccountToken: optional(flag),
  imagePullSecrets: optional(list(SECRET, [])),
  safeToEvict: optional(flag),
  ...MARKS_SHAPE,
  ...SCHEDULING_SHAPE,
};

function hasOneOf(value: unknown, names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.some((name) => name in value);
}
