import { annotationOf } from '../manifest/annotation';
import type { Bundle } from '../manifest/bundle';
import { groupedBy } from '../manifest/grouped';
import type { Manifest } from '../manifest/manifest';
import type { Controller, Entrance } from './entrance';
import { backendsOf, isRoute, platformOf, ROUTE_KINDS } from './platforms/all';
import { controllerIn } from './platforms/ownership';
import type { Dialect } from './platforms/platform';
import { servicePort, workloadsBehind } from './route';

/** On a workload or Service: it speaks plain HTTP only, and is not judged as a server of long-lived connections. */
export const OPT_OUT = 'holdfast/websocket';

/** Every route of a bundle: what sends requests from outside to Services. */
export function routesOf(bundle: Bundle): readonly Manifest[] {
  return bundle.ofKind(...ROUTE_KINDS.map(({ kind }) => kind)).filter(isRoute);
}

/** Who takes a route. */
export function controllerOf(bundle: Bundle, route: Manifest): Controller {
  const known = bundle.once(controllers);
  const controller = known.get(route) ?? controllerIn(bundle, route);
  known.set(route, controller);
  return controller;
}

/** Filled as they are asked for: who judges an Ingress need not read the routes of every other platform. */
function controllers(_bundle: Bundle): Map<Manifest, Controller> {
  return new Map();
}

/** Every entrance of a bundle, in the order of its routes. */
export function entrancesOf(bundle: Bundle): readonly Entrance[] {
  return bundle.once(findEntrances);
}

function findEntrances(bundle: Bundle): readonly Entrance[] {
  return ROUTE_KINDS.flatMap(({ kind }) =>
    bundle.ofKind(kind).flatMap((route) =>
      backendsOf(route).flatMap((reference) => {
        const service = bundle.find('Service', reference.namespace, reference.service);
        if (service === undefined || annotationOf(service, OPT_OUT) === 'false') return [];
        const behind = workloadsBehind(bundle, service);
        const workloads = behind.filter((one) => annotationOf(one, OPT_OUT) !== 'false');
        if (behind.length > 0 && workloads.length === 0) return [];
        const controller = controllerOf(bundle, route);
        return [{ route, reference, controller, service, port: servicePort(service, reference, workloads), workloads }];
      }),
    ),
  );
}

/** Entrances through the balancers that are told things in `dialect`. */
export function entrancesThrough(bundle: Bundle, dialect: Dialect): readonly Entrance[] {
  return bundle.once(entrancesByDialect).get(dialect) ?? [];
}

function entrancesByDialect(bundle: Bundle): ReadonlyMap<Dialect | undefined, readonly Entrance[]> {
  return groupedBy(entrancesOf(bundle), ({ controller }) => platformOf(controller)?.dialect);
}

/** Entrances by the route they belong to. */
export function byRoute(entrances: readonly Entrance[]): readonly (readonly [Manifest, readonly Entrance[]])[] {
  return [...groupedBy(entrances, ({ route }) => route)];
}

/** The entrances that lead to a workload. */
export function entrancesTo(bundle: Bundle, workload: Manifest): readonly Entrance[] {
  return bundle.once(entrancesByWorkload).get(workload) ?? [];
}

function entrancesByWorkload(bundle: Bundle): ReadonlyMap<Manifest, readonly Entrance[]> {
  const pairs = entrancesOf(bundle).flatMap((entrance) =>
    entrance.workloads.map((workload) => ({ workload, entrance })),
  );
  const groups = groupedBy(pairs, ({ workload }) => workload);
  return new Map([...groups].map(([workload, found]) => [workload, found.map(({ entrance }) => entrance)]));
}
