import { listOf, mappingOf, valueAt } from '../../manifest/field';
import { isAbsent } from '../../system/absence';
import { routesOf } from '../../system/entrances';
import { backendsOf, ROUTE_KINDS } from '../../system/platforms/all';
import { servicePort } from '../../system/route';
import type { Rule } from '../rule';

export const ws230: Rule = {
  code: 'WS230',
  level: 'error',
  title: 'every route leads to a Service and port that exist',
  story: 'The path answers 404 or 502, or the whole Ingress stops syncing, over a name that was changed in one place.',
  why: 'An Ingress names its Service and port by text; nothing checks them when it is applied.',
  fix: 'Name a Service of the same namespace, and one of its ports.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource',
  kinds: ROUTE_KINDS.map(({ kind }) => kind),
  *check(bundle) {
    for (const route of routesOf(bundle)) {
      for (const reference of backendsOf(route)) {
        const service = bundle.find('Service', reference.namespace, reference.service);
        // Where no port is named, and none has to be, whoever takes the route chooses.
        if (
          service !== undefined &&
          reference.port === undefined &&
          route.kind !== 'Ingress' &&
          route.kind !== 'HTTPRoute'
        )
          continue;
        // What belongs to another chart, or could not be read, may be there all the same.
        if (service === undefined && !isAbsent(bundle, 'Service', route)) continue;
        if (service !== undefined && servicePort(service, reference) !== undefined) continue;
        const ports = listOf(valueAt(service, ['spec', 'ports'])).map((port) => String(mappingOf(port).port));
        yield {
          object: route,
          path: reference.path,
          actual:
            service === undefined
              ? `Service ${reference.service}, which is not among these objects`
              : `port ${String(reference.port)} of Service ${reference.service}`,
          expected:
            service === undefined ? 'a Service that exists' : `one of its ports: ${ports.join(', ') || 'it has none'}`,
          fix:
            service === undefined
              ? 'correct the name, or check the Service together with the route'
              : `use port ${ports[0] ?? '80'}`,
        };
      }
    }
  },
};
