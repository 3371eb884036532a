import {
  anything,
  type Field,
  flag,
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
  (value) => hasOneOf(value, ['path']) && hasOneOf((value as { volume?: unknown }).volume, ['_toKube']),
  'a VolumeMount of cdk8s-plus: { path, volume }',
  { path: '/stand-in', volume: { name: 'stand-in' } },
);

const CONTAINER: Field = thing(
  (value) => hasOneOf(value, ['name']) && typeof (value as { name: unknown }).name === 'string',
  'a Container of cdk8s-plus, or { name, image }',
  { name: 'stand-in', image: 'stand-in:1.0.0' },
);

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
