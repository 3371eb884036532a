import { namespaceOf } from '../../manifest/bundle';
import { mappingOf, valueAt } from '../../manifest/field';
import { entrancesOf } from '../../system/entrances';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { WORKLOAD_KINDS } from '../../system/pod';
import { workloadsBehind } from '../../system/route';
import type { Rule } from '../rule';

export const ws317: Rule = {
  code: 'WS317',
  level: 'error',
  title: 'a Service behind a route selects pods',
  story: 'The route is there, the pods are there, and between them is one label that differs: 502 for everybody.',
  why: 'A Service sends to the pods that carry all labels of its selector.',
  fix: 'Use the labels of the pod template.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    const namespaces = new Set(bundle.ofKind(...WORKLOAD_KINDS).map(namespaceOf));
    for (const { service } of entrancesOf(bundle)) {
      const selector = mappingOf(valueAt(service, ['spec', 'selector']));
      // Endpoints by hand have no selector; without a workload of the namespace the set is a part of the whole.
      if (Object.keys(selector).length === 0 || !namespaces.has(namespaceOf(service))) continue;
      if (workloadsBehind(bundle, service).length > 0) continue;
      yield {
        object: service,
        path: ['spec', 'selector'],
        actual: `${JSON.stringify(selector)}, which no workload of the namespace carries`,
        expected: 'the labels of a pod template',
        fix: 'use the labels of the pod template, or check the workload together with the Service',
      };
    }
  },
};
