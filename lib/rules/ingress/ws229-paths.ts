import { annotationOf } from '../../manifest/annotation';
import type { Bundle } from '../../manifest/bundle';
import { listOf, mappingOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { isGkeIngress } from '../../system/backend-config';
import { controllerOf } from '../../system/entrances';
import { evidenceAt, servedEntrances } from '../../system/evidence';
import { literalPathOf } from '../../system/literal-paths';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { NGINX_PREFIX } from '../../system/platforms/ingress-nginx';
import { isSocketIoPath } from '../../system/probe';
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

/** The routes through which sessions of several requests come, such as those of Socket.IO: their paths go on below. */
function polledRoutes(bundle: Bundle): ReadonlySet<Manifest> {
  return new Set(
    servedEntrances(bundle)
      .filter((entrance) => evidenceAt(bundle, entrance).sessions)
      .map(({ route }) => route),
  );
}
