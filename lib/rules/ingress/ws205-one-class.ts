import { annotationOf } from '../../manifest/annotation';
import { textOf, valueAt } from '../../manifest/field';
import type { Rule } from '../rule';

export const ws205: Rule = {
  code: 'WS205',
  level: 'error',
  title: 'an Ingress names its class once',
  story:
    'The API server refuses the Ingress when it is made. Where it was made earlier, two controllers may both take it.',
  why: 'kubernetes.io/ingress.class and spec.ingressClassName exclude each other.',
  fix: 'Keep the annotation for GKE, the field for every other controller.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#deprecated-annotation',
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      const field = textOf(valueAt(ingress, ['spec', 'ingressClassName']));
      const annotation = annotationOf(ingress, 'kubernetes.io/ingress.class');
      if (field === undefined || annotation === undefined) continue;
      const keepAnnotation = annotation.startsWith('gce');
      const remove = keepAnnotation
        ? ['spec', 'ingressClassName']
        : ['metadata', 'annotations', 'kubernetes.io/ingress.class'];
      yield {
        object: ingress,
        path: remove,
        actual: `annotation "${annotation}" and field "${field}"`,
        expected: keepAnnotation ? 'the annotation alone' : 'the field alone',
        fix: keepAnnotation ? 'remove spec.ingressClassName' : 'remove the annotation kubernetes.io/ingress.class',
        ...(field === annotation ? { edits: [{ path: remove }] } : {}),
      };
    }
  },
};
