import { type Bundle, namespaceOf } from '../manifest/bundle';
import { type FieldPath, listOf, mappingOf, numberOf, textOf, valueAt, wordsOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';

/** A container of a pod template with the place where it stands. */
export interface ContainerAt {
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: FieldPath;
  /** Runs next to the others for the whole life of the pod, although it is written among the init containers. */
  readonly sidecar: boolean;
}

/** The kinds that make pods and keep them running; `Rollout` is Argo's Deployment. */
export const WORKLOAD_KINDS: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout'];

/** The workloads whose pods carry all of these labels; none for an empty selector. */
export function workloadsWith(
  bundle: Bundle,
  namespace: string,
  labels: Readonly<Record<string, unknown>>,
): readonly Manifest[] {
  return bundle.selectedBy(namespace, labels).filter(({ kind }) => WORKLOAD_KINDS.includes(kind));
}

/** The spec of a workload's pods; empty for what is no workload. */
export function podSpecOf(workload: Manifest): Readonly<Record<string, unknown>> {
  return mappingOf(valueAt(workload, POD_SPEC));
}

/** Where the spec of a workload's pods stands. */
export const POD_SPEC = ['spec', 'template', 'spec'] as const;

/** Every container that runs for the whole life of the pod. */
export function containersOf(workload: Manifest): readonly ContainerAt[] {
  const known = CONTAINERS.get(workload);
  if (known !== undefined) return known;
  const found = findContainers(workload);
  // Every rule asks again; what is frozen answers the same.
  if (Object.isFrozen(workload)) CONTAINERS.set(workload, found);
  return found;
}

const CONTAINERS = new WeakMap<Manifest, readonly ContainerAt[]>();

function findContainers(workload: Manifest): readonly ContainerAt[] {
  const spec = podSpecOf(workload);
  return (['initContainers', 'containers'] as const).flatMap((field) =>
    listOf(spec[field]).flatMap((entry, i) => {
      const value = mappingOf(entry);
      const sidecar = field === 'initContainers';
      if (sidecar && value.restartPolicy !== 'Always') return [];
      return [{ name: textOf(value.name) ?? String(i), value, path: [...POD_SPEC, field, i], sidecar }];
    }),
  );
}

/** The ConfigMaps that a container mounts or takes its environment from. */
export function configMapsOf(bundle: Bundle, workload: Manifest, container: ContainerAt): readonly Manifest[] {
  const volumes = listOf(podSpecOf(workload).volumes).map(mappingOf);
  const mounted = listOf(container.value.volumeMounts).map((mount) => mappingOf(mount).name);
  const names = volumes
    .filter(({ name }) => mounted.includes(name))
    .flatMap((volume) => [
      textOf(valueAt(volume, ['configMap', 'name'])),
      ...listOf(valueAt(volume, ['projected', 'sources'])).map((source) =>
        textOf(valueAt(source, ['configMap', 'name'])),
      ),
    ]);
  return [...new Set(names)].flatMap((name) => {
    const found = name === undefined ? undefined : bundle.find('ConfigMap', namespaceOf(workload), name);
    return found === undefined ? [] : [found];
  });
}

/** The literal value of an environment variable, with its position; `undefined` for one that comes from elsewhere. */
export function environmentOf(
  container: ContainerAt,
  name: string,
): { readonly value: string; readonly path: FieldPath } | undefined {
  const index = listOf(container.value.env).findIndex((entry) => mappingOf(entry).name === name);
  const value = mappingOf(listOf(container.value.env)[index]).value;
  return value === undefined ? undefined : { value: wordsOf(value), path: [...container.path, 'env', index, 'value'] };
}

/** A port that a container declares. */
export interface DeclaredPort {
  readonly name: string | undefined;
  readonly number: number | undefined;
}

/** The ports that the containers of a workload declare. */
export function declaredPorts(workload: Manifest): readonly DeclaredPort[] {
  return containersOf(workload).flatMap(({ value }) =>
    listOf(value.ports)
      .map(mappingOf)
      .map(({ name, containerPort }) => ({ name: textOf(name), number: numberOf(containerPort) })),
  );
}

/** The number of the port of the pods that an entry of a Service's `spec.ports` leads to: a target that has a name has the number of the pods behind it. */
export function targetNumber(
  { targetPort, port }: Readonly<Record<string, unknown>>,
  workloads: readonly Manifest[],
): number | undefined {
  const target = targetPort ?? port;
  return numberOf(target) ?? workloads.flatMap(declaredPorts).find(({ name }) => name === target)?.number;
}
