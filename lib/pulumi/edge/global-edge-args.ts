import type * as pulumi from '@pulumi/pulumi';
import { checkGoogleName } from '../../input/google-name';
import { checkHost, checkInteger } from '../../input/kubernetes';
import { type Problems, shown } from '../../input/problems';
import { type ArmorProps, checkArmor } from './armor';

export interface GlobalEdgeArgs {
  /** The host that clients use. */
  readonly host: string;

  /** Further hosts of the same balancer, for records and certificates. @default - none */
  readonly aliases?: readonly string[];

  /** Name of the global address to reserve; the Ingress refers to it by this name. @default - none; the balancer's address changes when the Ingress is made anew */
  readonly address?: string;

  /** Records that lead the hosts to the address. @default - none; somebody else's DNS does */
  readonly dns?: EdgeDns;

  /** Who makes the certificate. @default - the ManagedCertificate among the manifests */
  readonly certificate?: EdgeCertificate;

  /** Which TLS clients may speak. @default - none is made */
  readonly sslPolicy?: EdgeSslPolicy;

  /** Cloud Armor. @default - none is made */
  readonly securityPolicy?: ArmorProps & { readonly name: string };
}

export interface EdgeDns {
  /** Name of the managed zone in Cloud DNS, which must exist. */
  readonly zone: pulumi.Input<string>;
  /** How long others may remember the records, in seconds. @default 300 */
  readonly ttlSeconds?: number;
  /**
   * Also says that only Google may issue certificates for the hosts. Not where another record of the domain already speaks of another authority.
   *
   * @default false
   * @see https://docs.cloud.google.com/load-balancing/docs/ssl-certificates/google-managed-certs#caa
   */
  readonly onlyGoogleIssues?: boolean;
}

/**
 * - `compute`: a certificate of the balancer, for the annotation `ingress.gcp.kubernetes.io/pre-shared-cert`. It is made anew under another name when the hosts change.
 * - `certificateManager`: a certificate and a map in Certificate Manager, for a Gateway; an Ingress cannot use them.
 */
export interface EdgeCertificate {
  readonly kind: 'compute' | 'certificateManager';
  /** The name, or its first part; also that of the map. */
  readonly name: string;
}

export interface EdgeSslPolicy {
  readonly name: string;
  /** @default "TLS_1_2" */
  readonly minTlsVersion?: 'TLS_1_0' | 'TLS_1_1' | 'TLS_1_2' | 'TLS_1_3';
  /** @default "MODERN" */
  readonly profile?: 'COMPATIBLE' | 'MODERN' | 'RESTRICTED' | 'FIPS_202205';
}

export const SSL_DEFAULTS = { minTlsVersion: 'TLS_1_2', profile: 'MODERN' } as const;

/** How long others remember where a host is: short enough for a move of the address. */
export const DEFAULT_TTL_SECONDS = 300;

const TLS_VERSIONS = ['TLS_1_0', 'TLS_1_1', 'TLS_1_2', 'TLS_1_3'];
const PROFILES = ['COMPATIBLE', 'MODERN', 'RESTRICTED', 'FIPS_202205'];

/** A certificate takes this many hosts. */
const MOST_DOMAINS = 100;

/** And each of at most this many characters. */
const MOST_CHARACTERS = 63;

/** Notes everything wrong with the arguments of an edge. */
export function checkGlobalEdge(problems: Problems, args: GlobalEdgeArgs): void {
  checkHost(problems, 'host', args.host ?? '');
  args.aliases?.forEach((alias, i) => {
    checkHost(problems, `aliases[${i}]`, alias);
  });
  if (args.address !== undefined) checkGoogleName(problems, 'address', args.address);
  if (args.dns !== undefined) {
    if (args.address === undefined)
      problems.add('dns', 'has no address to lead to; name one for the edge, or leave the records to somebody else');
    if (typeof args.dns.zone === 'string') checkGoogleName(problems, 'dns.zone', args.dns.zone);
    checkInteger(problems, 'dns.ttlSeconds', args.dns.ttlSeconds ?? DEFAULT_TTL_SECONDS, 1, 86_400);
  }
  if (args.certificate !== undefined) checkCertificate(problems.at('certificate'), args.certificate, args);
  if (args.sslPolicy !== undefined) checkSslPolicy(problems.at('sslPolicy'), args.sslPolicy);
  if (args.securityPolicy !== undefined) {
    checkGoogleName(problems, 'securityPolicy.name', args.securityPolicy.name);
    checkArmor(problems.at('securityPolicy'), args.securityPolicy);
  }
}

function checkCertificate(problems: Problems, certificate: EdgeCertificate, args: GlobalEdgeArgs): void {
  checkGoogleName(problems, 'name', certificate.name);
  const { kind } = certificate;
  if (kind !== 'compute' && kind !== 'certificateManager')
    problems.add('kind', `${shown(kind)} is unknown; give "compute" or "certificateManager"`);
  // A hash of the hosts and a dash come behind it.
  if (kind === 'compute' && certificate.name.length > 54)
    problems.add(
      'name',
      `${shown(certificate.name)} leaves no room for a hash of the hosts; use at most 54 characters`,
    );
  const hosts = [args.host ?? '', ...(args.aliases ?? [])];
  for (const host of hosts) {
    if (host.length > MOST_CHARACTERS)
      problems.add(
        '',
        `"${host}" has ${host.length} characters; a managed certificate takes at most ${MOST_CHARACTERS}`,
      );
  }
  const domains = hosts.length;
  if (domains > MOST_DOMAINS)
    problems.add('', `${domains} hosts are more than one certificate takes; give at most ${MOST_DOMAINS}`);
  if (kind === 'certificateManager' && args.dns === undefined) {
    problems.add('kind', '"certificateManager" proves by DNS records that the hosts are yours; give dns');
  }
}

function checkSslPolicy(problems: Problems, policy: EdgeSslPolicy): void {
  const { minTlsVersion, profile } = { ...SSL_DEFAULTS, ...policy };
  checkGoogleName(problems, 'name', policy.name);
  if (!TLS_VERSIONS.includes(minTlsVersion))
    problems.add('minTlsVersion', `${shown(minTlsVersion)} is unknown; give one of ${TLS_VERSIONS.join(', ')}`);
  if (!PROFILES.includes(profile))
    problems.add('profile', `${shown(profile)} is unknown; give one of ${PROFILES.join(', ')}`);
  if (minTlsVersion === 'TLS_1_3' && profile !== 'RESTRICTED')
    problems.add('profile', `${shown(profile)} does not go with TLS_1_3; give "RESTRICTED"`);
  if (profile === 'FIPS_202205' && minTlsVersion !== 'TLS_1_2')
    problems.add('minTlsVersion', `${shown(minTlsVersion)} does not go with FIPS_202205; give "TLS_1_2"`);
}
