import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkHost, checkSubdomainName } from '../../input/kubernetes';
import { shown } from '../../input/problems';
import { type Reader, reader, settled } from '../../input/settings';
import { list, type Shape, text } from '../../input/shape';
import { kubeObject } from '../../synth/kube-object';
import { placed } from '../../synth/placed';

export interface ManagedCertificateProps {
  readonly name: string;
  /** The hosts it is valid for: 1 to 100, each at most 63 characters, no wildcards. */
  readonly domains: readonly string[];
}

const SHAPE: Shape<ManagedCertificateProps> = {
  name: text('chat-certificate'),
  domains: list(text('chat.example.com'), ['chat.example.com']),
};

/** Reads the properties of a ManagedCertificate and notes everything wrong with them. */
export const readManagedCertificate: Reader<ManagedCertificateProps, ManagedCertificateProps> = reader(
  SHAPE,
  (problems, props) => {
    checkSubdomainName(problems, 'name', props.name);
    if (props.domains.length < 1 || props.domains.length > 100) {
      problems.add('domains', `${props.domains.length} domains are out of range; give 1 to 100`);
    }
    props.domains.forEach((domain, i) => {
      if (domain.startsWith('*.')) {
        problems.add(
          `domains[${i}]`,
          `${shown(domain)} is a wildcard, which no managed certificate takes; name each host, or take another certificate: { secret } or { certificates }`,
        );
        return;
      }
      checkHost(problems, `domains[${i}]`, domain);
      if (domain.length > 63) {
        problems.add(
          `domains[${i}]`,
          `"${domain}" has ${domain.length} characters; a managed certificate takes at most 63: give a shorter host, or a certificate of your own`,
        );
      }
    });
    return { name: props.name, domains: Object.freeze([...props.domains]) };
  },
);

/**
 * A certificate that Google obtains and renews once the hosts resolve to the Ingress's address.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/managed-certs
 */
export class ManagedCertificate extends Construct {
  readonly resource: ApiObject;
  readonly name: string;
  readonly domains: readonly string[];

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: ManagedCertificateProps) {
    super(...placed(scope, id));
    const { name, domains } = settled((problems) => readManagedCertificate(problems, props));
    this.name = name;
    this.domains = domains;
    this.resource = kubeObject(this, 'Resource', {
      apiVersion: 'networking.gke.io/v1',
      kind: 'ManagedCertificate',
      metadata: { name },
      spec: { domains: [...domains] },
    });
  }
}
