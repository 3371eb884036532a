import { policyOf } from '../../system/backend-binding';
import { servedEntrances } from '../../system/evidence';
import { ENTRANCE_KINDS, platformOf } from '../../system/platforms/all';
import { GATEWAY_POLICIES } from '../../system/platforms/gke-gateway';
import { affinityOf } from '../../system/settings';
import type { Rule } from '../rule';

export const ws240: Rule = {
  code: 'WS240',
  level: 'error',
  title: 'a Service behind a GKE Gateway has a GCPBackendPolicy',
  story:
    'Everything is Google’s default: connections end after 30 seconds, nothing binds a client to its pod, nothing drains.',
  why: 'Behind a Gateway no BackendConfig is read; the GCPBackendPolicy that targets the Service says what it said.',
  fix: 'Add a GCPBackendPolicy with timeoutSec, sessionAffinity and connectionDraining.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources',
  kinds: [...ENTRANCE_KINDS, 'GCPBackendPolicy'],
  *check(bundle) {
    for (const entrance of servedEntrances(bundle)) {
      if (platformOf(entrance.controller)?.dialect !== GATEWAY_POLICIES) continue;
      if (policyOf(bundle, entrance.service) !== undefined) continue;
      yield {
        object: entrance.service,
        path: ['metadata', 'name'],
        actual: `no GCPBackendPolicy targets this Service, so timeoutSec 30, ${affinityOf(bundle, entrance)?.bound === true ? '' : 'no affinity, '}no drain`,
        expected: 'a GCPBackendPolicy whose targetRef is this Service',
        fix: `add a GCPBackendPolicy with targetRef {group: "", kind: Service, name: ${entrance.service.metadata.name}}`,
      };
    }
  },
};
