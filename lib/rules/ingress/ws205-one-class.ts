import { annotationOf } from '../../manifest/annotation';
import { textOf, valueAt } from '../../manifest/field';
import { ownerOfClass } from '../../system/platforms/ownership';
import { CLASS_ANNOTATION } from '../../system/route';
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
  kinds: ['Ingress'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      const field = textOf(valueAt(ingress, ['spec', 'ingressClassName']));
      const annotation = annotationOf(ingress, CLASS_ANNOTATION);
      if (field === undefined || annotation === undefined) continue;
      const keepAnnotation = ownerOfClass(annotation)?.owns.classIn === 'annotation';
      const remove = keepAnnotation ? ['spec', 'ingressClassName'] : ['metadata', 'annotations', CLASS_ANNOTATION];
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
