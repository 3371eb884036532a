import type { Bundle } from '../../manifest/bundle';
import { listOf, mappingOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { isGkeIngress } from '../../system/backend-config';
import { controllerOf } from '../../system/entrances';
import { evidenceAt, servedEntrances } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { isSocketIoPath } from '../../system/probe';
import type { Rule } from '../rule';

export const ws229: Rule = {
  code: 'WS229',
  level: 'error',
  title: 'paths of a GKE Ingress reach what they mean to reach',
  story: 'The start page loads and everything below it is 404, the Socket.IO endpoint first of all.',
  why: 'GKE passes ImplementationSpecific paths on as they are: "/" matches "/" alone, and everything below needs "/*". In Prefix and Exact paths a wildcard is refused, and elsewhere it stands at the end, behind a slash.',
  fix: 'Use pathType Prefix without a wildcard.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress#path',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      if (!isGkeIngress(controllerOf(bundle, ingress))) continue;
      const polled = bundle.once(polledRoutes);
      const sessions = (one: Manifest) => polled.has(one);
      for (const [i, rule] of listOf(valueAt(ingress, ['spec', 'rules'])).entries()) {
        for (const [j, entry] of listOf(valueAt(rule, ['http', 'paths'])).entries()) {
          const { pathType } = mappingOf(entry);
          const path = textOf(mappingOf(entry).path) ?? '';
          const raw = pathType === 'ImplementationSpecific' || pathType === undefined;
          const tooNarrow = raw && path !== '' && !path.includes('*') && (path.endsWith('/') || sessions(ingress));
          const wildcard = path.includes('*') && (!raw || !/^[^*]*\/\*$/.test(path));
          const exact = pathType === 'Exact' && !isSocketIoPath(path) && sessions(ingress);
          if (!tooNarrow && !wildcard && !exact) continue;
          const at = ['spec', 'rules', i, 'http', 'paths', j];
          const bare = path.replace(/\*.*$/, '');
          yield {
            object: ingress,
            path: [...at, wildcard ? 'path' : 'pathType'],
            actual: `pathType ${wordsOf(pathType ?? 'not written')} with path "${path}"${wildcard ? ', which is refused' : ', which matches nothing below it'}`,
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

/** The routes through which sessions of several requests come, such as those of Socket.IO: their paths go on below. */
function polledRoutes(bundle: Bundle): ReadonlySet<Manifest> {
  return new Set(
    servedEntrances(bundle)
      .filter((entrance) => evidenceAt(bundle, entrance).sessions)
      .map(({ route }) => route),
  );
}
