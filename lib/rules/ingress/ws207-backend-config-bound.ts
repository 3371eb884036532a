import { annotationOf } from '../../manifest/annotation';
import { BACKEND_CONFIG, bindingOf } from '../../system/backend-binding';
import { isGkeIngress } from '../../system/backend-config';
import { servedEntrances } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { FAKE_IDLE_TIMEOUT } from '../patterns/fake-annotations';
import type { Rule } from '../rule';

export const ws207: Rule = {
  code: 'WS207',
  level: 'error',
  title: 'a Service behind a GKE Ingress names its BackendConfig',
  story:
    'The Service names no BackendConfig: whether there is one or not, nothing uses it. Connections end after the default of 30 seconds, without affinity and without drain.',
  why: 'Only the annotation of the Service ties a BackendConfig to a backend; without one, every setting is Google’s default.',
  fix: `Annotate the Service with ${BACKEND_CONFIG}: '{"default": "<name>"}'.`,
  source:
    'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#associating_backendconfig_with_your_ingress',
  kinds: [...ENTRANCE_KINDS, 'BackendConfig'],
  *check(bundle) {
    for (const entrance of servedEntrances(bundle)) {
      if (!isGkeIngress(entrance.controller)) continue;
      if (bindingOf(bundle, entrance).state !== 'none') continue;
      const candidates = bundle
        .ofKind('BackendConfig')
        .filter(({ metadata }) => metadata.namespace === entrance.service.metadata.namespace);
      const only = candidates.length === 1 ? candidates[0]?.metadata.name : undefined;
      const path = ['metadata', 'annotations', BACKEND_CONFIG];
      const value = JSON.stringify({ default: only ?? '<name>' });
      yield {
        object: entrance.service,
        path,
        actual: 'no such annotation, so timeoutSec 30, no affinity, no drain',
        expected: only === undefined ? 'the name of a BackendConfig' : `BackendConfig ${only}`,
        ...(annotationOf(entrance.route, FAKE_IDLE_TIMEOUT) === undefined
          ? {}
          : {
              because: `connections end after 30 s: ${FAKE_IDLE_TIMEOUT} on the Ingress is read by nobody, and no BackendConfig is tied to the Service`,
            }),
        fix: `annotate the Service with ${BACKEND_CONFIG}: '${value}'`,
        ...(only === undefined ? {} : { suggestions: [{ path, value }] }),
      };
    }
  },
};
