import { annotationOf, annotationsOf } from '../manifest/annotation';
import { type Bundle, namespaceOf } from '../manifest/bundle';
import { listOf, mappingOf, textOf, valueAt } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { BALANCERS, type BalancerKind } from '../timing/limits';
import { type BackendReference, backendsOf, servicePort, workloadsBehind } from './route';

/** Which controller takes an Ingress, as far as the manifest shows it. */
export type Controller = BalancerKind | 'other';

/** One way of a connection from the balancer to a workload. Every workload behind a balancer is taken for a WebSocket server. */
export interface Entrance {
  readonly route: Manifest;
  readonly reference: BackendReference;
  readonly controller: Controller;
  readonly service: Manifest;
  /** The entry of the Service's ports, with its position. */
  readonly port: ReturnType<typeof servicePort>;
  readonly workloads: readonly Manifest[];
}

/** On a workload or Service: it speaks plain HTTP only, and is not judged as a server of long-lived connections. */
export const OPT_OUT = 'holdfast/websocket';

/** Every entrance of a bundle, in the order of its routes. */
export function entrancesOf(bundle: Bundle): readonly Entrance[] {
  return bundle.once(findEntrances);
}

function findEntrances(bundle: Bundle): readonly Entrance[] {
  return bundle.ofKind('Ingress', 'HTTPRoute').flatMap((route) => {
    const controller = controllerOf(bundle, route);
    return backendsOf(route).flatMap((reference) => {
      const service = bundle.find('Service', reference.namespace, reference.service);
      if (service === undefined || annotationOf(service, OPT_OUT) === 'false') return [];
      const workloads = workloadsBehind(bundle, service).filter((one) => annotationOf(one, OPT_OUT) !== 'false');
      return [{ route, reference, controller, service, port: servicePort(service, reference.port), workloads }];
    });
  });
}

/** Entrances through the balancers that read BackendConfig. */
export function gkeEntrancesOf(bundle: Bundle): readonly Entrance[] {
  return entrancesOf(bundle).filter(({ controller }) => isGkeIngress(controller));
}

export function isGkeIngress(controller: Controller): boolean {
  return controller === 'gce' || controller === 'gce-internal';
}

/** Balancers of Google, whichever way they are configured. */
export function isGoogle(controller: Controller): boolean {
  return controller.startsWith('g');
}

/** Workloads behind a balancer, and those that say of themselves that they hold connections. */
export function serversOf(bundle: Bundle): readonly Manifest[] {
  return bundle.once(findServers);
}

function findServers(bundle: Bundle): readonly Manifest[] {
  const servers = new Set(entrancesOf(bundle).flatMap(({ workloads }) => workloads));
  for (const workload of bundle.ofKind('Deployment', 'StatefulSet')) {
    if (annotationOf(workload, OPT_OUT) === 'false') continue;
    const names = listOf(valueAt(workload, ['spec', 'template', 'spec', 'containers'])).flatMap((container) =>
      listOf(mappingOf(container).env).map((entry) => textOf(mappingOf(entry).name) ?? ''),
    );
    if (annotationOf(workload, 'holdfast/timing') !== undefined || names.some((name) => name.startsWith('SOCKET_'))) {
      servers.add(workload);
    }
  }
  return [...servers];
}

/** The entrances that lead to a workload. */
export function entrancesTo(bundle: Bundle, workload: Manifest): readonly Entrance[] {
  return bundle.once(entrancesByWorkload).get(workload) ?? [];
}

function entrancesByWorkload(bundle: Bundle): ReadonlyMap<Manifest, readonly Entrance[]> {
  const found = new Map<Manifest, Entrance[]>();
  for (const entrance of entrancesOf(bundle)) {
    for (const workload of entrance.workloads) {
      const list = found.get(workload);
      if (list === undefined) found.set(workload, [entrance]);
      else list.push(entrance);
    }
  }
  return found;
}

/**
 * Who takes a route. GKE's controller goes by the annotation and takes what names no class at all; the others go by the field. An Ingress without a
 * class that carries annotations of one controller only is meant for that one.
 */
export function controllerOf(bundle: Bundle, route: Manifest): Controller {
  if (route.kind === 'HTTPRoute') return gatewayClassOf(bundle, route);
  const annotation = annotationOf(route, 'kubernetes.io/ingress.class');
  const field = textOf(valueAt(route, ['spec', 'ingressClassName']));
  const name = annotation ?? field;
  if (name === 'gce' || name === 'gce-internal') return name;
  if (name !== undefined) {
    // The controller of NGINX Inc. has the same class and other annotations.
    const keys = annotationsOf(route).map(([key]) => key);
    const other =
      keys.some((key) => key.startsWith('nginx.org/')) && !keys.some((key) => key.startsWith(INGRESS_NGINX));
    if (/nginx/.test(name)) return other ? 'other' : 'ingress-nginx';
    return /alb/.test(name) ? 'aws-alb' : 'other';
  }
  const prefixes = annotationsOf(route).map(([key]) => key);
  const google = prefixes.some((key) => GKE_ANNOTATION.test(key));
  const nginx = prefixes.some((key) => key.startsWith(INGRESS_NGINX));
  const alb = prefixes.some((key) => key.startsWith('alb.ingress.kubernetes.io/'));
  if (!google && nginx && !alb && !leadsToGkeService(bundle, route)) return 'ingress-nginx';
  if (!google && alb && !nginx) return 'aws-alb';
  if (google || leadsToGkeService(bundle, route)) return 'gce';
  return 'other';
}

const INGRESS_NGINX = 'nginx.ingress.kubernetes.io/';

/** Annotations that only GKE's controllers read. */
const GKE_ANNOTATION =
  /^(networking\.gke\.io\/|cloud\.google\.com\/|ingress\.gcp\.kubernetes\.io\/|kubernetes\.io\/ingress\.(global|regional)-static-ip-name$)/;

function leadsToGkeService(bundle: Bundle, route: Manifest): boolean {
  return backendsOf(route).some(({ namespace, service }) => {
    const found = bundle.find('Service', namespace, service);
    return found !== undefined && annotationsOf(found).some(([key]) => key.startsWith('cloud.google.com/'));
  });
}

function gatewayClassOf(bundle: Bundle, route: Manifest): Controller {
  for (const parent of listOf(valueAt(route, ['spec', 'parentRefs'])).map(mappingOf)) {
    const gateway = bundle.find('Gateway', textOf(parent.namespace) ?? namespaceOf(route), String(parent.name));
    const name = textOf(valueAt(gateway, ['spec', 'gatewayClassName']))?.replace(/-mc$/, '');
    if (name?.startsWith('gke-') && Object.hasOwn(BALANCERS, name)) return name as BalancerKind;
  }
  return 'other';
}
