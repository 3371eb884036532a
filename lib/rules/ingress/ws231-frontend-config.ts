import { annotationOf } from '../../manifest/annotation';
import { namespaceOf } from '../../manifest/bundle';
import { valueAt } from '../../manifest/field';
import { controllerOf } from '../../system/entrances';
import type { Rule } from '../rule';

const FRONTEND_CONFIG = 'networking.gke.io/v1beta1.FrontendConfig';

export const ws231: Rule = {
  code: 'WS231',
  level: 'error',
  title: 'the FrontendConfig that an Ingress names exists, and an internal one redirects nothing',
  story:
    'HTTP, which was redirected, is served in plain text from now on. Then the sync fails, and no certificate and no host arrives any more.',
  why: 'The controller goes on without a FrontendConfig that is not in the namespace: backends, their timeouts and the plain HTTP listener are synced, and only then does it fail. Internal balancers take a FrontendConfig, and no redirect.',
  fix: 'Correct the name, or leave the redirect out of the FrontendConfig of an internal Ingress.',
  source:
    'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#associating_frontendconfig_with_your_ingress',
  kinds: ['FrontendConfig', 'HTTPRoute', 'Ingress', 'Service'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      const name = annotationOf(ingress, FRONTEND_CONFIG);
      if (name === undefined) continue;
      const path = ['metadata', 'annotations', FRONTEND_CONFIG];
      const config = bundle.find('FrontendConfig', namespaceOf(ingress), name);
      if (
        controllerOf(bundle, ingress) === 'gce-internal' &&
        valueAt(config, ['spec', 'redirectToHttps', 'enabled']) === true
      ) {
        yield {
          object: ingress,
          path,
          actual: `"${name}", which redirects to HTTPS, on class gce-internal`,
          expected: 'a FrontendConfig without a redirect',
          fix: 'remove redirectToHttps from it, or name another one',
        };
      } else if (config === undefined && bundle.ofKind('Service').length > 0 && !bundle.incomplete) {
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
