import type * as kplus from 'cdk8s-plus-28';
import { checkGoogleName } from '../input/google-name';
import { type Problems, shown } from '../input/problems';
import { type OptionalField, optional, thing } from '../input/shape';

/**
 * Where the certificate for the host comes from. Every platform takes some of these and says so when it is given another:
 *
 * - `secret`: a Secret of type `kubernetes.io/tls` in the same namespace, kept up to date by cert-manager for example
 * - `certificates`: what the platform has already: ARNs on AWS, names of SSL certificates on Google
 * - `certificateMap`: the name of a map of Google's Certificate Manager
 * - `managed`: the platform obtains one (GKE Ingress), or finds the one for the host (AWS)
 */
export type Tls =
  | { readonly secret: kplus.ISecret }
  | { readonly certificates: readonly string[] }
  | { readonly certificateMap: string }
  | { readonly managed: true };

export type TlsSource = 'secret' | 'certificates' | 'certificateMap' | 'managed';

const SOURCES: readonly TlsSource[] = ['secret', 'certificates', 'certificateMap', 'managed'];

/** Notes a source that the platform does not have, and values that cannot be one. */
export function checkTls(
  problems: Problems,
  tls: Tls | undefined,
  platform: string,
  supported: readonly TlsSource[],
): void {
  if (tls === undefined) return;
  const given = SOURCES.filter((source) => source in tls);
  if (given.length !== 1) {
    problems.add(
      '',
      `names ${given.length === 0 ? 'no source' : given.join(' and ')}; give one of ${supported.join(', ')}`,
    );
    return;
  }
  for (const [field, value] of Object.entries(tls))
    if (value !== undefined && !SOURCES.some((source) => source === field))
      problems.add(field, `is not read by anything here; give one of ${supported.join(', ')}`);
  for (const source of given) {
    if (supported.includes(source)) continue;
    problems.add(
      '',
      supported.length === 0
        ? `is not written for ${platform} here; leave it out`
        : `cannot come from "${source}" on ${platform}; give ${supported.map((name) => `"${name}"`).join(' or ')}`,
    );
  }
  if ('managed' in tls && tls.managed !== true && supported.includes('managed'))
    problems.add('managed', `${shown(tls.managed)} is nothing that can be chosen; give true, or leave tls out`);
  if ('secret' in tls && typeof tls.secret?.name !== 'string') {
    problems.add(
      'secret',
      `${shown(tls.secret)} is not a Secret; give Secret.fromSecretName(scope, id, name) of cdk8s-plus`,
    );
  }
  if ('certificates' in tls && !isTexts(tls.certificates)) {
    problems.add(
      'certificates',
      `${shown(tls.certificates)} is not a list of names; give one such as ["chat-certificate"]`,
    );
  } else if ('certificates' in tls && tls.certificates.length === 0) {
    problems.add('certificates', 'is empty, so that nothing could be served over TLS; name at least one');
  }
  if ('certificateMap' in tls) checkGoogleName(problems, 'certificateMap', tls.certificateMap);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** Certificates by name, as far as there are any; empty for another source. */
export function certificateNames(tls: Tls | undefined): readonly string[] {
  return tls !== undefined && 'certificates' in tls && isTexts(tls.certificates) ? tls.certificates : [];
}

/** A source of certificates among the properties of something. */
export const TLS_FIELD: OptionalField = optional(
  thing(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    '{ secret }, { certificates }, { certificateMap } or { managed: true }',
    undefined,
  ),
);
