import { type Bundle, namespaceOf } from '../manifest/bundle';
import { type FieldPath, listOf, mappingOf, numberOf, textOf, valueAt } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { WORKLOAD_KINDS } from './pod';

/** A way from a route to a Service, with the place where it is written. */
export interface BackendReference {
  readonly from: Manifest;
  readonly path: FieldPath;
  readonly service: string;
  readonly namespace: string;
  /** Port by number or name. */
  readonly port: number | string | undefined;
}

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
