import { type Bundle, namespaceOf } from './bundle';
import { type FieldPath, listOf, mappingOf, numberOf, textOf, valueAt } from './field';
import type { Manifest } from './manifest';

/** A way from a route to a Service, with the place where it is written. */
export interface BackendReference {
  readonly from: Manifest;
  readonly path: FieldPath;
  readonly service: string;
  readonly namespace: string;
  /** Port by number or name. */
  readonly port: number | string | undefined;
}

/** A container of a pod template with the place where it stands. */
export interface ContainerAt {
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: FieldPath;
  /** Runs next to the others for the whole life of the pod, although it is written among the init containers. */
  readonly sidecar: boolean;
}

/** The kinds that make pods and keep them running. */
export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout'] as const;

/** The Services that an Ingress or HTTPRoute sends requests to. */
export function backendsOf(route: Manifest): readonly BackendReference[] {
  return route.kind === 'HTTPRoute' ? routeBackends(route) : ingressBackends(route);
}

function ingressBackends(ingress: Manifest): readonly BackendReference[] {
  const found: BackendReference[] = [];
  const note = (value: unknown, path: FieldPath) => {
    const service = mappingOf(mappingOf(value).service);
    const name = textOf(service.name);
    if (name === undefined) return;
    const port = numberOf(valueAt(service, ['port', 'number'])) ?? textOf(valueAt(service, ['port', 'name']));
    found.push({ from: ingress, path, service: name, namespace: namespaceOf(ingress), port });
  };
  note(valueAt(ingress, ['spec', 'defaultBackend']), ['spec', 'defaultBackend']);
  listOf(valueAt(ingress, ['spec', 'rules'])).forEach((rule, i) => {
    listOf(valueAt(rule, ['http', 'paths'])).forEach((entry, j) => {
      note(mappingOf(entry).backend, ['spec', 'rules', i, 'http', 'paths', j, 'backend']);
    });
  });
  return found;
}

function routeBackends(route: Manifest): readonly BackendReference[] {
  return listOf(valueAt(route, ['spec', 'rules'])).flatMap((rule, i) =>
    listOf(mappingOf(rule).backendRefs).flatMap((ref, j) => {
      const { name, namespace, port, kind } = mappingOf(ref);
      if (typeof name !== 'string' || (kind !== undefined && kind !== 'Service')) return [];
      return [
        {
          from: route,
          path: ['spec', 'rules', i, 'backendRefs', j],
          service: name,
          namespace: textOf(namespace) ?? namespaceOf(route),
          port: numberOf(port),
        },
      ];
    }),
  );
}

/** The workloads whose pods a Service sends to. */
export function workloadsBehind(bundle: Bundle, service: Manifest): readonly Manifest[] {
  return bundle
    .selectedBy(namespaceOf(service), mappingOf(valueAt(service, ['spec', 'selector'])))
    .filter(({ kind }) => (WORKLOAD_KINDS as readonly string[]).includes(kind));
}

/** The entry of `spec.ports` that a reference means, with its position. */
export function servicePort(
  service: Manifest,
  port: number | string | undefined,
): { readonly index: number; readonly value: Readonly<Record<string, unknown>> } | undefined {
  const ports = listOf(valueAt(service, ['spec', 'ports'])).map(mappingOf);
  const index =
    port === undefined && ports.length === 1
      ? 0
      : ports.findIndex((entry) => (typeof port === 'number' ? numberOf(entry.port) === port : entry.name === port));
  const value = ports[index];
  return value === undefined ? undefined : { index, value };
}

/** The spec of a workload's pods; empty for what is no workload. */
export function podSpecOf(workload: Manifest): Readonly<Record<string, unknown>> {
  return mappingOf(valueAt(workload, POD_SPEC));
}

/** Where the spec of a workload's pods stands. */
export const POD_SPEC = ['spec', 'template', 'spec'] as const;

/** Every container that runs for the whole life of the pod. */
export function containersOf(workload: Manifest): readonly ContainerAt[] {
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
  return value === undefined ? undefined : { value: String(value), path: [...container.path, 'env', index, 'value'] };
}

/** An annotation as text; YAML people forget the quotes, and the reader should still see what they meant. */
export function annotationOf(object: Manifest, name: string): string | undefined {
  const value = valueAt(object, ['metadata', 'annotations', name]);
  return value === undefined ? undefined : String(value);
}

/** The annotations of an object. */
export function annotationsOf(object: Manifest): readonly (readonly [name: string, value: string])[] {
  return Object.entries(mappingOf(object.metadata.annotations)).map(([name, value]) => [name, String(value)] as const);
}
