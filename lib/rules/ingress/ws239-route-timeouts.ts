import { listOf, mappingOf, valueAt } from '../../manifest/field';
import { entrancesThrough } from '../../system/entrances';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { GATEWAY_POLICIES } from '../../system/platforms/gke-gateway';
import type { Rule } from '../rule';

export const ws239: Rule = {
  code: 'WS239',
  level: 'error',
  title: 'timeouts behind a GKE Gateway stand in the GCPBackendPolicy',
  story: 'The route is refused, or its timeout is, and connections end after the default of 30 seconds.',
  why: 'GKE’s Gateway controller does not support timeouts of an HTTPRoute.',
  fix: 'Write spec.default.timeoutSec into a GCPBackendPolicy for the Service.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    const routes = new Set(entrancesThrough(bundle, GATEWAY_POLICIES).map(({ route }) => route));
    for (const route of routes) {
      for (const [i, rule] of listOf(valueAt(route, ['spec', 'rules'])).entries()) {
        const { timeouts } = mappingOf(rule);
        if (timeouts === undefined) continue;
        const path = ['spec', 'rules', i, 'timeouts'];
        yield {
          object: route,
          path,
          actual: JSON.stringify(timeouts),
          expected: 'no timeouts in the route',
          fix: 'remove it, and write timeoutSec into a GCPBackendPolicy',
          edits: [{ path }],
        };
      }
    }
  },
};
