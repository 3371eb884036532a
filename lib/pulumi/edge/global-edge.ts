import { createHash } from 'node:crypto';
import { Certificate } from '@pulumi/gcp/certificatemanager/certificate';
import { CertificateMap } from '@pulumi/gcp/certificatemanager/certificateMap';
import { CertificateMapEntry } from '@pulumi/gcp/certificatemanager/certificateMapEntry';
import { DnsAuthorization } from '@pulumi/gcp/certificatemanager/dnsAuthorization';
import { GlobalAddress } from '@pulumi/gcp/compute/globalAddress';
import { ManagedSslCertificate } from '@pulumi/gcp/compute/managedSslCertificate';
import { SecurityPolicy } from '@pulumi/gcp/compute/securityPolicy';
import { SSLPolicy } from '@pulumi/gcp/compute/sslpolicy';
import { RecordSet } from '@pulumi/gcp/dns/recordSet';
import * as pulumi from '@pulumi/pulumi';
import { Problems } from '../../input/problems';
import { armorRules } from './armor';
import type { EdgeNames } from './edge-names';
import {
  checkGlobalEdge,
  DEFAULT_TTL_SECONDS,
  type EdgeDns,
  type GlobalEdgeArgs,
  SSL_DEFAULTS,
} from './global-edge-args';

/** The one authority behind Google's managed certificates. */
const GOOGLE_AUTHORITY = '0 issue "pki.goog"';

/**
 * What an Ingress only names: the address, its records, the certificate, the policies. Everything gets the name that the manifests use, so what is deployed by `kubectl` and
 * what is deployed by Pulumi fit together; {@link GlobalEdge.names} says which they are.
 *
 * The address is protected: clients, DNS and firewalls of others know it, and a new one is another one.
 *
 * @example
 * new GlobalEdge('edge', {
 *   host: 'chat.example.com', address: 'chat-address', dns: { zone: 'example-com' }, sslPolicy: { name: 'chat-tls' },
 * });
 */
export class GlobalEdge extends pulumi.ComponentResource {
  /** The IPv4 address, once it is reserved. */
  readonly address: pulumi.Output<string> | undefined;
  /** The names under which manifests may refer to what was made here. */
  readonly names: EdgeNames;
  /** Things that the Ingress needs before it is made. */
  readonly resources: readonly pulumi.Resource[];

  /** @throws {InvalidInputError} with everything that is wrong with `args` */
  constructor(name: string, args: GlobalEdgeArgs, options: pulumi.ComponentResourceOptions = {}) {
    const problems = new Problems();
    checkGlobalEdge(problems, args);
    problems.throwIfAny();
    super('holdfast:gcp:GlobalEdge', name, { ...args }, options);

    const made: pulumi.Resource[] = [];
    const child = { parent: this };
    const hosts = [args.host, ...(args.aliases ?? [])];

    const address =
      args.address === undefined
        ? undefined
        : new GlobalAddress(
            `${name}-address`,
            { name: args.address, addressType: 'EXTERNAL', ipVersion: 'IPV4', description: `Address of ${args.host}` },
            // Google cannot change the description, and no other one is worth another address; one that is imported keeps its own.
            { ...child, protect: true, ignoreChanges: ['description'] },
          );
    this.address = address?.address;
    if (address !== undefined) made.push(address);

    const { dns } = args;
    if (dns !== undefined && address !== undefined) {
      for (const host of hosts) this.records(name, host, dns, address.address);
    }

    if (args.sslPolicy !== undefined) {
      const { minTlsVersion, profile } = { ...SSL_DEFAULTS, ...args.sslPolicy };
      made.push(new SSLPolicy(`${name}-ssl-policy`, { name: args.sslPolicy.name, minTlsVersion, profile }, child));
    }
    if (args.securityPolicy !== undefined) {
      made.push(
        new SecurityPolicy(
          `${name}-security-policy`,
          {
            name: args.securityPolicy.name,
            type: 'CLOUD_ARMOR',
            description: `What may reach ${args.host}`,
            rules: armorRules(args.securityPolicy).map((rule) => ({ ...rule })),
          },
          child,
        ),
      );
    }

    const certificate = args.certificate;
    const certificateName =
      certificate?.kind === 'compute' ? `${certificate.name}-${hashOf(hosts)}` : certificate?.name;
    if (certificate?.kind === 'compute' && certificateName !== undefined) {
      made.push(
        // Under a name of its own, so that the new one is there before the old one goes.
        new ManagedSslCertificate(
          `${name}-certificate`,
          { name: certificateName, managed: { domains: hosts }, description: `Certificate of ${args.host}` },
          child,
        ),
      );
    }
    if (certificate?.kind === 'certificateManager' && dns !== undefined) {
      made.push(this.certificateMap(name, certificate.name, hosts, dns));
    }

    this.resources = made;
    this.names = {
      addresses: named(args.address),
      sslPolicies: named(args.sslPolicy?.name),
      securityPolicies: named(args.securityPolicy?.name),
      certificates: certificate?.kind === 'compute' ? named(certificateName) : [],
      certificateMaps: certificate?.kind === 'certificateManager' ? [certificate.name] : [],
    };
    this.registerOutputs({ address: this.address, names: this.names });
  }

  private records(name: string, host: string, dns: EdgeDns, address: pulumi.Output<string>): void {
    const common = { managedZone: dns.zone, name: `${host}.`, ttl: dns.ttlSeconds ?? DEFAULT_TTL_SECONDS };
    new RecordSet(`${name}-${host}-a`, { ...common, type: 'A', rrdatas: [address] }, { parent: this });
    if (dns.onlyGoogleIssues === true) {
      new RecordSet(`${name}-${host}-caa`, { ...common, type: 'CAA', rrdatas: [GOOGLE_AUTHORITY] }, { parent: this });
    }
  }

  /** Certificate Manager: each host is proven by a record, so the certificate is ready before the balancer is. */
  private certificateMap(name: string, mapName: string, hosts: readonly string[], dns: EdgeDns): CertificateMap {
    const child = { parent: this };
    const authorizations = hosts.map((host) => {
      const authorization = new DnsAuthorization(
        `${name}-${host}-authorization`,
        { name: host.replaceAll('.', '-'), domain: host, location: 'global' },
        child,
      );
      const record = authorization.dnsResourceRecords.apply(
        ([first]) => first ?? { data: '', name: '', type: 'CNAME' },
      );
      new RecordSet(
        `${name}-${host}-authorization`,
        {
          managedZone: dns.zone,
          name: record.apply((r) => r.name ?? ''),
          type: record.apply((r) => r.type ?? 'CNAME'),
          ttl: dns.ttlSeconds ?? DEFAULT_TTL_SECONDS,
          rrdatas: [record.apply((r) => r.data ?? '')],
        },
        child,
      );
      return authorization.id;
    });
    const certificate = new Certificate(
      `${name}-certificate`,
      { name: mapName, location: 'global', managed: { domains: [...hosts], dnsAuthorizations: authorizations } },
      child,
    );
    const map = new CertificateMap(`${name}-certificate-map`, { name: mapName }, child);
    for (const host of hosts) {
      new CertificateMapEntry(
        `${name}-${host}-certificate-map-entry`,
        { name: host.replaceAll('.', '-'), map: map.name, hostname: host, certificates: [certificate.id] },
        child,
      );
    }
    return map;
  }
}

/** The hosts in eight characters, whatever their order. */
function hashOf(hosts: readonly string[]): string {
  return createHash('sha256')
    .update([...hosts].sort().join('\n'))
    .digest('hex')
    .slice(0, 8);
}

function named(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [name];
}
