import { annotationOf } from '../../manifest/annotation';
import { controllerOf } from '../../system/entrances';
import type { Rule } from '../rule';

const AFFINITY = 'nginx.ingress.kubernetes.io/affinity';

export const ws237: Rule = {
  code: 'WS237',
  level: 'error',
  title: 'the affinity of ingress-nginx is a cookie',
  story: 'Stickiness looks configured and is not: polls land on any pod.',
  why: 'The annotation knows one value, "cookie"; others are dropped with a line in the log of the controller.',
  fix: 'Write "cookie", or use upstream-hash-by for the client’s address.',
  source: 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#session-affinity',
  kinds: ['HTTPRoute', 'Ingress'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      const value = annotationOf(ingress, AFFINITY);
      if (value === undefined || value === 'cookie' || controllerOf(bundle, ingress) !== 'ingress-nginx') continue;
      const path = ['metadata', 'annotations', AFFINITY];
      yield {
        object: ingress,
        path,
        actual: `"${value}"`,
        expected: '"cookie"',
        fix: 'write "cookie"',
        suggestions: [{ path, value: 'cookie' }],
      };
    }
  },
};
