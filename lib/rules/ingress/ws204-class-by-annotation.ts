import { annotationOf } from '../../manifest/annotation';
import { textOf, valueAt } from '../../manifest/field';
import { ownerOfClass } from '../../system/platforms/ownership';
import { CLASS_ANNOTATION } from '../../system/route';
import type { Rule } from '../rule';

export const ws204: Rule = {
  code: 'WS204',
  level: 'error',
  title: 'an Ingress for GKE names its class in the annotation',
  story: 'The Ingress is applied without a complaint and never gets an address. No event says why.',
  why: 'GKE’s controller owns an Ingress by the annotation kubernetes.io/ingress.class, or by no class at all; one whose spec.ingressClassName is gce it skips.',
  fix: 'Move the class from spec.ingressClassName to the annotation.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/concepts/ingress#deprecated_annotation',
  kinds: ['Ingress'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      const field = textOf(valueAt(ingress, ['spec', 'ingressClassName']));
      if (field === undefined || ownerOfClass(field)?.owns.classIn !== 'annotation') continue;
      // Both at once is for WS205.
      if (annotationOf(ingress, CLASS_ANNOTATION) !== undefined) continue;
      yield {
        object: ingress,
        path: ['spec', 'ingressClassName'],
        actual: `"${field}" in the field, which makes the controller skip the Ingress`,
        expected: `the annotation kubernetes.io/ingress.class: "${field}"`,
        fix: `remove the field and write the annotation kubernetes.io/ingress.class: "${field}"`,
        edits: [
          { path: ['metadata', 'annotations', CLASS_ANNOTATION], value: field },
          { path: ['spec', 'ingressClassName'] },
        ],
      };
    }
  },
};
