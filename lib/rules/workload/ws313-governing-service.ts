import { namespaceOf } from '../../manifest/bundle';
import { textOf, valueAt } from '../../manifest/field';
import { isAbsent } from '../../system/absence';
import { leastPods } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws313: Rule = {
  code: 'WS313',
  level: 'info',
  title: 'a StatefulSet is governed by a headless Service',
  story:
    'Pods have names that resolve to nothing. Whoever has peers that are looked up by name does not find them; whoever has none loses nothing.',
  why: 'The names of a StatefulSet’s pods are made by the Service in serviceName, which must have clusterIP: None.',
  fix: 'Name a Service with clusterIP: None.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id',
  kinds: ['HorizontalPodAutoscaler', 'ScaledObject', 'Service', 'StatefulSet'],
  *check(bundle) {
    for (const set of bundle.ofKind('StatefulSet')) {
      const name = textOf(valueAt(set, ['spec', 'serviceName']));
      // One pod has no peers.
      if (name === undefined || name === '' || leastPods(bundle, set) < 2) continue;
      const service = bundle.find('Service', namespaceOf(set), name);
      // Without any Service of the namespace the set is a part of the whole.
      if (service === undefined && !isAbsent(bundle, 'Service', set)) continue;
      if (service !== undefined && valueAt(service, ['spec', 'clusterIP']) === 'None') continue;
      yield {
        object: set,
        path: ['spec', 'serviceName'],
        actual:
          service === undefined ? `"${name}", which is not among these objects` : `"${name}", which has a cluster IP`,
        expected: 'a Service with clusterIP: None',
        fix: `add a Service with clusterIP: None for these pods and name it here${service === undefined ? '' : `; Service ${name} can stay for the balancer`}`,
      };
    }
  },
};
