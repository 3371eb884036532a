import { annotationOf } from '../../manifest/annotation';
import { namespaceOf } from '../../manifest/bundle';
import { controllerOf } from '../../system/entrances';
import type { Rule } from '../rule';

const FRONTEND_CONFIG = 'networking.gke.io/v1beta1.FrontendConfig';

export const ws231: Rule = {
  code: 'WS231',
  level: 'error',
  title: 'the FrontendConfig that an Ingress names exists and is for its class',
  story: 'The Ingress does not sync: no redirect, no TLS policy, and no other change either.',
  why: 'A name that is not in the namespace of the Ingress is an error, and internal balancers take no FrontendConfig.',
  fix: 'Correct the name, or remove the annotation from an internal Ingress.',
  source:
    'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#associating_frontendconfig_with_your_ingress',
  kinds: ['FrontendConfig', 'HTTPRoute', 'Ingress', 'Service'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      const name = annotationOf(ingress, FRONTEND_CONFIG);
      if (name === undefined) continue;
      const path = ['metadata', 'annotations', FRONTEND_CONFIG];
      if (controllerOf(bundle, ingress) === 'gce-internal') {
        yield {
          object: ingress,
          path,
          actual: `"${name}" on class gce-internal`,
          expected: 'no FrontendConfig',
          fix: 'remove the annotation',
          edits: [{ path }],
        };
      } else if (
        bundle.find('FrontendConfig', namespaceOf(ingress), name) === undefined &&
        bundle.ofKind('Service').length > 0 &&
        !bundle.incomplete
      ) {
        yield {
          object: ingress,
          path,
          actual: `"${name}", which is not among these objects`,
          expected: 'a FrontendConfig of the same namespace',
          fix: 'correct the name, or check the FrontendConfig together with the Ingress',
        };
      }
    }
  },
};
