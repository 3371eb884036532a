import { annotationOf } from '../manifest/annotation';
import { type Bundle, namespaceOf } from '../manifest/bundle';
import { type FieldPath, listOf, mappingOf, numberOf, textOf, valueAt, wordsOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { targetNumber, workloadsWith } from './pod';

/** A way from a route to a Service, with the place where it is written. */
export interface BackendReference {
  readonly from: Manifest;
  readonly path: FieldPath;
  readonly service: string;
  readonly namespace: string;
  /** Port by number or name. */
  readonly port: number | string | undefined;
  /** The port is named as the pod has it, not as the Service has it. @default false */
  readonly atPod?: boolean;
  /** The names under which clients come; empty for any. */
  readonly hosts: readonly string[];
  /** The paths that lead this way, as they are written; empty for all. */
  readonly paths: readonly string[];
}

/** A kind of object that sends requests from outside to Services, and how it is read. */
export interface RouteKind {
  readonly kind: string;
  /** Is this object one? Other groups have kinds of the same name, and a Service is an entrance only where a balancer is asked for. @default - every one of its kind */
  readonly is?: (object: Manifest) => boolean;
  /** The Services that it sends requests to. */
  readonly backends: (route: Manifest) => readonly BackendReference[];
  /** The classes by which it says who is to take it; none where it names nobody. */
  readonly classes: (bundle: Bundle, route: Manifest) => readonly string[];
}

/** The older place of an Ingress' class, and the only one that GKE's controller looks at. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Kubernetes' own Ingress. Where it names two classes, the annotation is the one that controllers follow. */
export const INGRESS: RouteKind = {
  kind: 'Ingress',
  backends: ingressBackends,
  classes: (_bundle, ingress) => {
    const name = annotationOf(ingress, CLASS_ANNOTATION) ?? textOf(valueAt(ingress, ['spec', 'ingressClassName']));
    return name === undefined ? [] : [name];
  },
};

/** The route of the Gateway API; its classes are those of the Gateways that it is attached to. */
export const HTTP_ROUTE: RouteKind = { kind: 'HTTPRoute', backends: httpRouteBackends, classes: gatewayClasses };

function ingressBackends(ingress: Manifest): readonly BackendReference[] {
  const found: BackendReference[] = [];
  const note = (value: unknown, path: FieldPath, host?: unknown, prefix?: unknown) => {
    const service = mappingOf(mappingOf(value).service);
    const name = textOf(service.name);
    if (name === undefined) return;
    const port = numberOf(valueAt(service, ['port', 'number'])) ?? textOf(valueAt(service, ['port', 'name']));
    const [hosts, paths] = [host, prefix].map((text) => (typeof text === 'string' ? [text] : [])) as [
      string[],
      string[],
    ];
    found.push({ from: ingress, path, service: name, namespace: namespaceOf(ingress), port, hosts, paths });
  };
  note(valueAt(ingress, ['spec', 'defaultBackend']), ['spec', 'defaultBackend']);
  listOf(valueAt(ingress, ['spec', 'rules'])).forEach((rule, i) => {
    listOf(valueAt(rule, ['http', 'paths'])).forEach((entry, j) => {
      const at = ['spec', 'rules', i, 'http', 'paths', j, 'backend'];
      note(mappingOf(entry).backend, at, mappingOf(rule).host, mappingOf(entry).path);
    });
  });
  return found;
}

function httpRouteBackends(route: Manifest): readonly BackendReference[] {
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
          hosts: listOf(valueAt(route, ['spec', 'hostnames'])).map(wordsOf),
          paths: listOf(mappingOf(rule).matches).flatMap((match) => textOf(valueAt(match, ['path', 'value'])) ?? []),
        },
      ];
    }),
  );
}

function gatewayClasses(bundle: Bundle, route: Manifest): readonly string[] {
  return listOf(valueAt(route, ['spec', 'parentRefs'])).flatMap((ref) => {
    const { name, namespace } = mappingOf(ref);
    const gateway = bundle.find('Gateway', textOf(namespace) ?? namespaceOf(route), wordsOf(name));
    // A class for several clusters is the same balancer.
    const gatewayClass = textOf(valueAt(gateway, ['spec', 'gatewayClassName']))?.replace(/-mc$/, '');
    if (gatewayClass === undefined) return [];
    // Whoever names a class as he likes says in it whose it is.
    const controller = textOf(valueAt(bundle.find('GatewayClass', '', gatewayClass), ['spec', 'controllerName']));
    return controller === undefined ? [gatewayClass] : [gatewayClass, controller];
  });
}

/** The workloads whose pods a Service sends to. */
export function workloadsBehind(bundle: Bundle, service: Manifest): readonly Manifest[] {
  return workloadsWith(bundle, namespaceOf(service), mappingOf(valueAt(service, ['spec', 'selector'])));
}

/** An entry of a Service's `spec.ports`, with its position. */
export interface ServicePort {
  readonly index: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The entry of `spec.ports` that a reference means. A target that has a name has the number of the pods behind it. */
export function servicePort(
  service: Manifest,
  { port, atPod = false }: Pick<BackendReference, 'port' | 'atPod'>,
  workloads: readonly Manifest[] = [],
): ServicePort | undefined {
  const ports = listOf(valueAt(service, ['spec', 'ports'])).map(mappingOf);
  const index =
    port === undefined && ports.length === 1
      ? 0
      : ports.findIndex((entry) =>
          typeof port === 'number'
            ? (atPod ? targetNumber(entry, workloads) : numberOf(entry.port)) === port
            : entry.name === port || (atPod && entry.targetPort === port),
        );
  const value = ports[index];
  return value === undefined ? undefined : { index, value };
}
