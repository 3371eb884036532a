import type * as kplus from 'cdk8s-plus-28';
import * as k8s from '../synth/k8s';
import { companion } from './companion';
import { adopted, confined, type PlainContainer, resourceRequirements } from './container';
import { withDrainFlag, withPreStop } from './drain';
import { volumesOf } from './pod-names';
import { podMetadata, podSpec } from './pod-spec';
import { containerProbes } from './probes';
import type { ProxySidecar } from './proxy-sidecar';
import { schedulingFields } from './scheduling';
import type { ServerSettings } from './server-settings';

/** What the pod template needs from the constructs around it. */
export interface PodParts {
  readonly proxy: ProxySidecar | undefined;
  /** The volume of a claim that stands alone; a StatefulSet mounts its own. */
  readonly claim: k8s.Volume | undefined;
}

/** The pod template of a server as plain data. */
export function podTemplate(server: ServerSettings, parts: PodParts): Readonly<Record<string, unknown>> {
  const spec = podSpec({
    selector: server.selector,
    timing: server.timing,
    serviceAccountName: server.serviceAccountName,
    mountToken: server.mountServiceAccountToken,
    group: server.user,
    sysctls: parts.proxy?.sysctls ?? [],
    imagePullSecrets: server.imagePullSecrets?.map((secret) => secret.name),
    volumes: [
      { name: 'tmp', emptyDir: { sizeLimit: k8s.Quantity.fromString(server.resources.ephemeralStorage) } },
      ...(parts.claim === undefined ? [] : [parts.claim]),
      ...(parts.proxy?.volumes ?? []),
      ...volumesOf(server).map((volume) => volume._toKube()),
    ],
  });
  // Sidecars end in the reverse of this order, after the application: nginx, which started last, has nothing left to serve.
  const before = [
    ...server.initContainers.map(adopted),
    ...(parts.proxy === undefined ? [] : [parts.proxy.container]),
    ...(parts.proxy?.exporter === undefined ? [] : [parts.proxy.exporter]),
  ];
  return {
    metadata: podMetadata(
      { ...server.labels, ...server.selector },
      {
        safeToEvict: server.safeToEvict,
        container: server.name,
        configHash: parts.proxy?.configHash,
        own: server.podAnnotations,
      },
    ),
    spec: {
      ...spec,
      ...schedulingFields(server),
      ...(before.length === 0 ? {} : { initContainers: before }),
      containers: [application(server), ...companions(server)],
    },
  };
}

function application(server: ServerSettings): PlainContainer {
  const { name, image, command, args, envFrom, port, metricsPort, storage, timing } = server;
  const behindProxy = server.proxy !== undefined;
  const container = confined(
    {
      name,
      image,
      imagePullPolicy: 'IfNotPresent',
      ...(command === undefined ? {} : { command: [...command] }),
      ...(args === undefined ? {} : { args: [...args] }),
      env: [...server.variables],
      ...(envFrom === undefined ? {} : { envFrom: envFrom.map((source) => source._toKube()) }),
      ports: [
        { name: behindProxy ? 'app' : 'http', containerPort: port, protocol: 'TCP' },
        ...(metricsPort === undefined ? [] : [{ name: 'metrics', containerPort: metricsPort, protocol: 'TCP' }]),
      ],
      resources: resourceRequirements(server.resources),
      volumeMounts: [
        { name: 'tmp', mountPath: '/tmp' },
        ...(storage === undefined ? [] : [{ name: storage.name, mountPath: storage.mountPath }]),
        ...server.volumeMounts.map(volumeMount),
      ],
      // Past the proxy: it would answer for an application that does not run, and would be busy for one that does.
      ...containerProbes(server.probes, port, timing),
    },
    server.user,
  );
  return behindProxy ? withPreStop(container, timing, server.preStopHook) : withDrainFlag(container, timing);
}

function companions({ containers, timing, preStopHook }: ServerSettings): readonly PlainContainer[] {
  return containers.map((container) => companion(container, timing, preStopHook));
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
