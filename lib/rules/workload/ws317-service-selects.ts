import { mappingOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { isAbsent, nearby } from '../../system/absence';
import { entrancesOf } from '../../system/entrances';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
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
    for (const { service } of entrancesOf(bundle)) {
      const selector = mappingOf(valueAt(service, ['spec', 'selector']));
      // Endpoints by hand have no selector.
      if (Object.keys(selector).length === 0 || workloadsBehind(bundle, service).length > 0) continue;
      // Labels may be given at run time, and pods made by an operator: only what is written differently is wrong.
      if (!isAbsent(bundle, 'Pod', service) || !nearby(bundle, service).some((one) => differs(one, selector))) continue;
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

/** Has a workload every label of a selector, and one of them with another value? */
function differs(workload: Manifest, selector: Readonly<Record<string, unknown>>): boolean {
  const labels = mappingOf(valueAt(workload, ['spec', 'template', 'metadata', 'labels']));
  return Object.keys(selector).every((key) => labels[key] !== undefined);
}
