import { listOf, mappingOf, textOf, valueAt } from '../../manifest/field';
import { isGkeIngress } from '../../system/backend-config';
import { controllerOf } from '../../system/entrances';
import type { Rule } from '../rule';

export const ws229: Rule = {
  code: 'WS229',
  level: 'error',
  title: 'paths of a GKE Ingress reach what they mean to reach',
  story: 'The start page loads and everything below it is 404, the Socket.IO endpoint first of all.',
  why: 'GKE passes ImplementationSpecific paths on as they are: "/" matches "/" alone, and everything below needs "/*". In Prefix and Exact paths a wildcard is refused.',
  fix: 'Use pathType Prefix without a wildcard.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress#path',
  kinds: ['Ingress', 'Service'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      if (!isGkeIngress(controllerOf(bundle, ingress))) continue;
      for (const [i, rule] of listOf(valueAt(ingress, ['spec', 'rules'])).entries()) {
        for (const [j, entry] of listOf(valueAt(rule, ['http', 'paths'])).entries()) {
          const { pathType } = mappingOf(entry);
          const path = textOf(mappingOf(entry).path) ?? '';
          const raw = pathType === 'ImplementationSpecific' || pathType === undefined;
          const tooNarrow = raw && path.endsWith('/') && path !== '';
          const wildcard = !raw && path.includes('*');
          if (!tooNarrow && !wildcard) continue;
          const at = ['spec', 'rules', i, 'http', 'paths', j];
          const bare = path.replace(/\*.*$/, '');
          yield {
            object: ingress,
            path: [...at, wildcard ? 'path' : 'pathType'],
            actual: `pathType ${String(pathType ?? 'not written')} with path "${path}"${tooNarrow ? ', which matches nothing below it' : ', which is refused'}`,
            expected: `pathType Prefix with path "${bare}"`,
            fix: wildcard ? `write path: ${bare}` : 'write pathType: Prefix',
            suggestions: [
              wildcard ? { path: [...at, 'path'], value: bare } : { path: [...at, 'pathType'], value: 'Prefix' },
            ],
          };
        }
      }
    }
  },
};
