import { annotationsOf } from '../../manifest/annotation';
import { namespaceOf } from '../../manifest/bundle';
import { type FieldPath, listOf, mappingOf, numberOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { Entrance } from '../entrance';
import type { BackendReference, RouteKind } from '../route';
import type { Affinity } from './platform';

/** A Service of type LoadBalancer: it is its own route. Its class is the one that it names, or shows in annotations of a cloud, as `annotation=value`. */
export const LOAD_BALANCER: RouteKind = {
  kind: 'Service',
  is: (service) => valueAt(service, ['spec', 'type']) === 'LoadBalancer',
  backends,
  classes: (_bundle, service) => {
    const named = textOf(valueAt(service, ['spec', 'loadBalancerClass']));
    return named === undefined ? annotationsOf(service).map(([name, value]) => `${name}=${value}`) : [named];
  },
};

function backends(service: Manifest): readonly BackendReference[] {
  return listOf(valueAt(service, ['spec', 'ports'])).flatMap((entry, i) => {
    const { port, protocol } = mappingOf(entry);
    if (protocol !== undefined && protocol !== 'TCP') return [];
    return [
      {
        from: service,
        path: ['spec', 'ports', i],
        service: service.metadata.name,
        namespace: namespaceOf(service),
        port: numberOf(port),
        hosts: [],
        paths: [],
      },
    ];
  });
}

export const SESSION_AFFINITY: FieldPath = ['spec', 'sessionAffinity'];

/** Affinity by the client's address, as a Service asks for it: its cloud's controller tells the balancer, and kube-proxy does the same on the node. */
export function clientAddress({ service }: Entrance): Affinity {
  const bound = valueAt(service, SESSION_AFFINITY) === 'ClientIP';
  return {
    bound,
    object: service,
    path: SESSION_AFFINITY,
    words: bound ? 'ClientIP' : 'no session affinity',
    change: 'set sessionAffinity to ClientIP',
    edits: [{ path: SESSION_AFFINITY, value: 'ClientIP' }],
  };
}
