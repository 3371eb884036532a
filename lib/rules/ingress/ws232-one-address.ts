import { annotationOf } from '../../manifest/annotation';
import type { Rule } from '../rule';

const GLOBAL = 'kubernetes.io/ingress.global-static-ip-name';
const REGIONAL = 'kubernetes.io/ingress.regional-static-ip-name';

export const ws232: Rule = {
  code: 'WS232',
  level: 'error',
  title: 'an Ingress has one reserved address',
  story: 'The Ingress does not sync, and DNS points to an address that answers nothing.',
  why: 'A global and a regional address exclude each other: class gce takes a global one, gce-internal one of its region.',
  fix: 'Keep the one that fits the class.',
  source: 'https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/ingress.go',
  kinds: ['Ingress'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      const global = annotationOf(ingress, GLOBAL);
      const regional = annotationOf(ingress, REGIONAL);
      if (global === undefined || regional === undefined) continue;
      yield {
        object: ingress,
        path: ['metadata', 'annotations', REGIONAL],
        actual: `global "${global}" and regional "${regional}"`,
        expected: 'one of the two',
        fix: 'remove the one that does not fit the class',
      };
    }
  },
};
