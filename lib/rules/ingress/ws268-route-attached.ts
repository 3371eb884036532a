import { byRoute } from '../../system/entrances';
import { servedEntrances } from '../../system/evidence';
import { attachmentOf } from '../../system/listeners';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws268: Rule = {
  code: 'WS268',
  level: 'error',
  title: 'a route of the Gateway API is attached to a listener',
  story: 'Route, Service and pods are there, and every request is answered 404, as if nobody had written the route.',
  why: 'A route is attached to the listeners of its parent that have the sectionName and port that it asks for, take routes of its namespace, and share a hostname with it. Where none does, the API server takes it all the same, and only its status says that nothing came of it.',
  fix: 'Name a listener that the Gateway has, with a hostname that both share.',
  source: 'https://gateway-api.sigs.k8s.io/reference/spec/#gateway.networking.k8s.io/v1.ParentReference',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const [route] of byRoute(servedEntrances(bundle))) {
      if (route.kind !== 'HTTPRoute') continue;
      const { attached, detached } = attachmentOf(bundle, route);
      const told = new Set<string>();
      for (const { at, words, expected, fix, named } of detached) {
        if ((attached && !named) || told.has(words)) continue;
        told.add(words);
        yield {
          object: route,
          path: at,
          actual: words,
          expected,
          fix,
          ...(attached
            ? {
                level: 'warning' as const,
                because: 'Requests come in through the other parents only; what this one was to take is answered 404.',
              }
            : {}),
        };
      }
    }
  },
};
