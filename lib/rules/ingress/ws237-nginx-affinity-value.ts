import { annotationOf } from '../../manifest/annotation';
import { controllerOf } from '../../system/entrances';
import type { Rule } from '../rule';

const AFFINITY = 'nginx.ingress.kubernetes.io/affinity';

const MODE = 'nginx.ingress.kubernetes.io/affinity-mode';
const MODES = ['balanced', 'persistent'];

export const ws237: Rule = {
  code: 'WS237',
  level: 'error',
  title: 'the affinity of ingress-nginx is a cookie',
  story: 'Stickiness looks configured and is not: polls land on any pod.',
  why: 'The annotation knows one value, "cookie", and affinity-mode two, balanced and persistent; others are dropped with a line in the log of the controller.',
  fix: 'Write "cookie", or use upstream-hash-by for the client’s address.',
  source: 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#session-affinity',
  kinds: ['HTTPRoute', 'Ingress'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      const mode = annotationOf(ingress, MODE);
      if (mode !== undefined && !MODES.includes(mode) && controllerOf(bundle, ingress) === 'ingress-nginx')
        yield {
          object: ingress,
          path: ['metadata', 'annotations', MODE],
          actual: `"${mode}", so balanced`,
          expected: `one of ${MODES.join(', ')}`,
          fix: 'write "persistent" to keep clients where they are when pods are added, or "balanced"',
        };
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
