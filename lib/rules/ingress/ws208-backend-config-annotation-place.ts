import { annotationOf } from '../../manifest/annotation';
import { BACKEND_CONFIG } from '../../system/backend-binding';
import { WORKLOAD_KINDS } from '../../system/pod';
import type { Rule } from '../rule';

export const ws208: Rule = {
  code: 'WS208',
  level: 'error',
  title: 'the BackendConfig is named on the Service, not on the Ingress',
  story:
    'Everything in the BackendConfig is ignored, and kubectl shows the annotation in plain sight. It is the most common way to lose a day here.',
  why: 'The controller looks for the annotation on the Service only.',
  fix: 'Move the annotation to the Service.',
  source: 'https://github.com/kubernetes/ingress-gce/issues/1803',
  kinds: [...WORKLOAD_KINDS, 'Ingress'],
  *check(bundle) {
    for (const object of bundle.ofKind('Ingress', ...WORKLOAD_KINDS)) {
      const text = annotationOf(object, BACKEND_CONFIG);
      if (text === undefined) continue;
      yield {
        object,
        path: ['metadata', 'annotations', BACKEND_CONFIG],
        actual: `on ${object.kind === 'Ingress' ? 'an' : 'a'} ${object.kind}, where nothing reads it`,
        expected: 'on the Service',
        fix: `move it to the Service: ${BACKEND_CONFIG}: '${text}'`,
      };
    }
  },
};
