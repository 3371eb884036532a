import type * as kplus from 'cdk8s-plus-28';
import { DEFAULT_DRAIN_FLAG } from '../nginx';
import type * as k8s from '../synth/k8s';
import { adapterEnvironment } from './adapter';
import { adopted, confined, type PlainContainer, resourceRequirements } from './container';
import { withPreStop } from './drain';
import { podMetadata, podSpec } from './pod-spec';
import { httpProbes } from './probes';
import type { ProxySidecar } from './proxy-sidecar';
import {
  DEFAULT_RESOURCES,
  probePathsOf,
  servingPortOf,
  timingEnvironment,
  type WebSocketServerProps,
} from './server-props';

/** What the pod template needs from the constructs around it. */
export interface PodParts {
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly proxy: ProxySidecar | undefined;
  /** The volume of a claim that stands alone; a StatefulSet mounts its own. */
  readonly claim: k8s.Volume | undefined;
  /** The name under which the storage is mounted. */
  readonly storageVolume: string | undefined;
}

/** The pod template of a server as plain data. */
export function podTemplate(props: WebSocketServerProps, parts: PodParts): Readonly<Record<string, unknown>> {
  const user = props.user ?? 1000;
  const spec = podSpec({
    labels: parts.labels,
    timing: props.timing,
    serviceAccountName: parts.serviceAccountName,
    mountToken: props.mountServiceAccountToken ?? false,
    group: user,
    sysctls: parts.proxy?.sysctls ?? [],
    imagePullSecrets: props.imagePullSecrets?.map((secret) => secret.name),
    volumes: [
      { name: 'tmp', emptyDir: {} },
      ...(parts.claim === undefined ? [] : [parts.claim]),
      ...(parts.proxy?.volumes ?? []),
      ...(props.volumeMounts ?? []).map((mount) => mount.volume._toKube()),
    ],
  });
  return {
    metadata: podMetadata(parts.labels, {
      safeToEvict: props.safeToEvict ?? false,
      container: props.name,
      configHash: parts.proxy?.configHash,
    }),
    spec: {
      ...spec,
      ...(parts.proxy === undefined ? {} : { initContainers: [parts.proxy.container] }),
      containers: [application(props, parts, user), ...(props.containers ?? []).map(adopted)],
    },
  };
}

function application(props: WebSocketServerProps, parts: PodParts, user: number): PlainContainer {
  const behindProxy = parts.proxy !== undefined;
  const container = confined(
    {
      name: props.name,
      image: props.image,
      imagePullPolicy: 'IfNotPresent',
      ...(props.command === undefined ? {} : { command: [...props.command] }),
      ...(props.args === undefined ? {} : { args: [...props.args] }),
      env: environment(props),
      ...(props.envFrom === undefined ? {} : { envFrom: props.envFrom.map((source) => source._toKube()) }),
      ports: [{ name: behindProxy ? 'app' : 'http', containerPort: props.port, protocol: 'TCP' }],
      resources: resourceRequirements(props.resources ?? DEFAULT_RESOURCES),
      volumeMounts: [
        { name: 'tmp', mountPath: '/tmp' },
        ...(props.storage === undefined || parts.storageVolume === undefined
          ? []
          : [{ name: parts.storageVolume, mountPath: props.storage.mountPath }]),
        ...(props.volumeMounts ?? []).map(volumeMount),
      ],
      ...httpProbes(probePathsOf(props), servingPortOf(props), props.timing),
    },
    user,
  );
  return withPreStop(
    container,
    props.timing,
    props.preStopHook ?? 'exec',
    behindProxy ? undefined : DEFAULT_DRAIN_FLAG,
  );
}

function environment(props: WebSocketServerProps): k8s.EnvVar[] {
  const given = props.env ?? {};
  const defaults: Readonly<Record<string, string | kplus.EnvValue>> = {
    NODE_ENV: 'production',
    PORT: String(props.port),
    ...timingEnvironment(props.timing),
  };
  const variables = Object.entries({ ...defaults, ...given }).map(([name, value]) =>
    typeof value === 'string'
      ? { name, value }
      : { name, ...(value.value === undefined ? { valueFrom: value.valueFrom } : { value: value.value }) },
  );
  return [...variables, ...adapterEnvironment(props.adapter)];
}

function volumeMount(mount: kplus.VolumeMount): k8s.VolumeMount {
  const { volume, path, propagation, ...rest } = mount;
  return {
    name: volume.name,
    mountPath: path,
    ...(propagation === undefined ? {} : { mountPropagation: propagation }),
    ...rest,
  };
}
