import { annotationOf } from '../../manifest/annotation';
import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { listOf, mappingOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { isAbsent } from '../../system/absence';
import { isGkeIngress } from '../../system/backend-config';
import { controllerOf } from '../../system/entrances';
import type { Observation, Rule } from '../rule';

const CERTIFICATES = 'networking.gke.io/managed-certificates';
/** Certificates that are not Kubernetes' own objects: of the project, or of a certificate map. */
const ELSEWHERE = ['ingress.gcp.kubernetes.io/pre-shared-cert', 'networking.gke.io/certmap'];
const ALLOW_HTTP = 'kubernetes.io/ingress.allow-http';
const FRONTEND_CONFIG = 'networking.gke.io/v1beta1.FrontendConfig';

export const ws259: Rule = {
  code: 'WS259',
  level: 'error',
  title: 'a GKE Ingress that speaks HTTPS has a certificate',
  story: 'The Ingress does not sync, and the balancer keeps what it had; or it is new and never gets an address.',
  why: 'HTTPS comes with a certificate: of spec.tls, a ManagedCertificate, pre-shared-cert or a certmap. Without one, allow-http: "false" leaves no listener at all, and a redirect leads to one that is not there.',
  fix: 'Name a certificate, or allow plain HTTP and leave the redirect out.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-http2#https',
  kinds: ['FrontendConfig', 'Gateway', 'HTTPRoute', 'Ingress', 'ManagedCertificate', 'Service'],
  *check(bundle) {
    for (const ingress of bundle.ofKind('Ingress')) {
      if (!isGkeIngress(controllerOf(bundle, ingress))) continue;
      yield* missing(bundle, ingress);
      if (isCertified(ingress)) continue;
      if (annotationOf(ingress, ALLOW_HTTP) === 'false')
        yield {
          object: ingress,
          path: ['metadata', 'annotations', ALLOW_HTTP],
          actual: '"false", and no certificate, so that there is no listener',
          expected: 'a certificate',
          fix: 'name a certificate in spec.tls, or one of Google’s in networking.gke.io/managed-certificates',
        };
      const name = annotationOf(ingress, FRONTEND_CONFIG);
      const config = name === undefined ? undefined : bundle.find('FrontendConfig', namespaceOf(ingress), name);
      if (config === undefined || valueAt(config, ['spec', 'redirectToHttps', 'enabled']) !== true) continue;
      yield {
        object: ingress,
        path: ['metadata', 'annotations', FRONTEND_CONFIG],
        actual: `FrontendConfig ${config.metadata.name} redirects to HTTPS, and the Ingress has no certificate`,
        expected: 'a certificate',
        fix: 'name a certificate in spec.tls, or set redirectToHttps.enabled to false',
      };
    }
  },
};

function isCertified(ingress: Manifest): boolean {
  return (
    listOf(valueAt(ingress, ['spec', 'tls'])).some((tls) => textOf(mappingOf(tls).secretName) !== undefined) ||
    [CERTIFICATES, ...ELSEWHERE].some((name) => (annotationOf(ingress, name) ?? '') !== '')
  );
}

function* missing(bundle: Bundle, ingress: Manifest): Iterable<Observation> {
  const names = (annotationOf(ingress, CERTIFICATES) ?? '').split(',').map((name) => name.trim());
  for (const name of names.filter((one) => one !== '')) {
    const there = bundle.find('ManagedCertificate', namespaceOf(ingress), name) !== undefined;
    if (there || !isAbsent(bundle, 'ManagedCertificate', ingress)) continue;
    yield {
      object: ingress,
      path: ['metadata', 'annotations', CERTIFICATES],
      actual: `ManagedCertificate ${name}, which is not among these objects`,
      expected: 'a ManagedCertificate of the same namespace',
      fix: 'correct the name, or check the certificate together with the Ingress',
    };
  }
}
