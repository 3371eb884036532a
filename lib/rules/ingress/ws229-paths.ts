import { annotationOf } from '../../manifest/annotation';
import type { Bundle } from '../../manifest/bundle';
import { wordsOf } from '../../manifest/field';
import { servedEntrances } from '../../system/evidence';
import { unmatchedPathsOf } from '../../system/gke-paths';
import { literalPathOf } from '../../system/literal-paths';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { NGINX_PREFIX } from '../../system/platforms/ingress-nginx';
import type { Observation, Rule } from '../rule';

export const ws229: Rule = {
  code: 'WS229',
  level: 'error',
  title: 'paths of an Ingress reach what they mean to reach',
  story: 'The start page loads and everything below it is 404, the Socket.IO endpoint first of all.',
  why: 'GKE passes ImplementationSpecific paths on as they are: "/" matches "/" alone, and everything below needs "/*". In Prefix and Exact paths a wildcard is refused, and elsewhere it stands at the end, behind a slash. ingress-nginx takes an expression letter by letter, unless use-regex or rewrite-target on an Ingress of the host says that paths are expressions.',
  fix: 'Use pathType Prefix without a wildcard; behind ingress-nginx without an expression, or switch use-regex on.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/load-balance-ingress#path',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    yield* literalPaths(bundle);
    for (const ingress of bundle.ofKind('Ingress')) {
      for (const { at, text, pathType, refused } of unmatchedPathsOf(bundle, ingress)) {
        const bare = text.replace(/\*.*$/, '');
        yield {
          object: ingress,
          path: [...at, refused ? 'path' : 'pathType'],
          actual: `pathType ${wordsOf(pathType ?? 'not written')} with path "${text}"${refused ? ', which is refused' : ', which matches nothing below it'}`,
          expected: `pathType Prefix with path "${bare}"`,
          fix: refused ? `write path: ${bare}` : 'write pathType: Prefix',
          suggestions: [
            refused ? { path: [...at, 'path'], value: bare } : { path: [...at, 'pathType'], value: 'Prefix' },
          ],
        };
      }
    }
  },
};

/** Expressions that ingress-nginx takes for names. */
function* literalPaths(bundle: Bundle): Iterable<Observation> {
  for (const entrance of servedEntrances(bundle)) {
    const literal = literalPathOf(bundle, entrance);
    if (literal === undefined) continue;
    const { at, text, host = 'every host', prefix } = literal;
    const ingress = entrance.route;
    const typeAt = [...at.slice(0, -1), 'pathType'];
    const cookie = annotationOf(ingress, `${NGINX_PREFIX}affinity`) === 'cookie';
    const annotated = `annotate with ${NGINX_PREFIX}use-regex: "true"${cookie ? ' and session-cookie-path: "/"' : ''}, with pathType ImplementationSpecific`;
    yield {
      object: ingress,
      path: at,
      actual: `"${text}", taken letter by letter: no Ingress for ${host} has use-regex or rewrite-target`,
      expected: 'a path that clients ask for',
      because:
        'No client asks for a path with these letters: polls and upgrades are answered 404, or by whatever is at a path above.',
      fix: prefix === undefined ? annotated : `write path: ${prefix} with pathType Prefix, or ${annotated}`,
      suggestions:
        prefix === undefined
          ? []
          : [
              { path: at, value: prefix },
              { path: typeAt, value: 'Prefix' },
            ],
    };
  }
}
