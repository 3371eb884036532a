import { type ApiObject, Chart } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checkGoogleName } from '../../input/google-name';
import { checkSubdomainName } from '../../input/kubernetes';
import { type Reader, reader, settled } from '../../input/settings';
import { list, named, object, optional, type Shape, text, thing } from '../../input/shape';
import { kubeObject } from '../../synth/kube-object';
import { placed } from '../../synth/placed';
import { limitsOf } from '../../timing/limits';
import { type IngressRoute, ingressManifest } from '../ingress-manifest';
import { checkPaths, readHosts } from '../websocket-ingress';
import type { FrontendConfig } from './frontend-config';
import type { GkeIngressClass } from './ingress-class';
import type { ManagedCertificate } from './managed-certificate';
import type { NegService } from './neg-service';

export interface GkeWebSocketIngressProps {
  readonly name: string;

  /** The host that clients use. One that starts with `*.` stands for every name one level below. */
  readonly host: string;

  /** Further hosts that lead to the same Services. @default - none */
  readonly otherHosts?: readonly string[] | undefined;

  /** Path prefixes that go to the service. @default ["/"] */
  readonly paths?: readonly string[] | undefined;

  /** Where they go. Its BackendConfig says which class this Ingress has. */
  readonly service: NegService;

  /** Further paths, and the Services that they go to. @default - none */
  readonly routes?: readonly IngressRoute[] | undefined;

  /** Redirect and TLS policy; for class `gce` only. @default - none; plain HTTP is refused where there is a certificate */
  readonly frontendConfig?: FrontendConfig | undefined;

  /** A certificate of Google for the hosts; for class `gce` only. @default - plain HTTP, unless there is another certificate */
  readonly certificate?: ManagedCertificate | undefined;

  /** A Secret of type `kubernetes.io/tls` with a certificate for the hosts. @default - none */
  readonly secret?: kplus.ISecret | undefined;

  /**
   * Names of SSL certificates that Google Cloud has already, global ones for class `gce`, of the region for `gce-internal`.
   *
   * @default - none
   * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl
   */
  readonly preSharedCertificates?: readonly string[] | undefined;

  /**
   * Name of a reserved address: global for class `gce`, of the region for `gce-internal`. It must exist.
   *
   * @default - an address that changes when the Ingress is made anew
   */
  readonly address?: string | undefined;
}

/** {@link GkeWebSocketIngressProps} with every default filled in and every value checked. */
export interface GkeIngressSettings extends GkeWebSocketIngressProps {
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
}

const SHAPE: Shape<GkeWebSocketIngressProps> = {
  name: text('chat'),
  host: text('chat.example.com'),
  otherHosts: optional(list(text('www.example.com'), ['www.example.com'])),
  paths: optional(list(text('/'), ['/'])),
  service: thing(
    (value) => typeof value === 'object' && value !== null && 'backendConfig' in value,
    'a NegService of this library',
    { name: 'stand-in', port: 80, backendConfig: { ingressClass: 'gce' } },
  ),
  frontendConfig: optional(named('a FrontendConfig of this library')),
  certificate: optional(
    thing(
      (value) => Array.isArray((value as { domains?: unknown } | null)?.domains),
      'a ManagedCertificate of this library',
      undefined,
    ),
  ),
  routes: optional(
    list(
      object<IngressRoute>({
        paths: list(text('/api/'), ['/api/']),
        service: thing(
          (value) => typeof (value as { name?: unknown } | null)?.name === 'string',
          'a NegService, or { name: "api", port: 80 }',
          { name: 'stand-in', port: 80 },
        ),
      }),
      [],
    ),
  ),
  secret: optional(named('a Secret of cdk8s-plus: Secret.fromSecretName(scope, id, name)')),
  preSharedCertificates: optional(list(text('chat-certificate'), ['chat-certificate'])),
  address: optional(text('chat-address')),
};

/** Reads the properties of an Ingress of GKE and notes everything wrong with them. */
export const readGkeIngress: Reader<GkeWebSocketIngressProps, GkeIngressSettings> = reader(SHAPE, (problems, props) => {
  const { name, paths = ['/'], address, frontendConfig, certificate, service, secret, routes = [] } = props;
  const { preSharedCertificates = [] } = props;
  const overTls = certificate !== undefined || secret !== undefined || preSharedCertificates.length > 0;
  const { ingressClass } = service.backendConfig;
  checkSubdomainName(problems, 'name', name);
  const hosts = readHosts(problems, props);
  checkPaths(problems, [...paths, ...routes.flatMap((route) => route.paths)]);
  preSharedCertificates.forEach((one, i) => {
    checkGoogleName(problems, `preSharedCertificates[${i}]`, one);
  });
  if (address !== undefined) checkGoogleName(problems, 'address', address);
  if (frontendConfig !== undefined && ingressClass !== 'gce') {
    problems.add(
      'frontendConfig',
      `is not supported by class "${ingressClass}", which would refuse the Ingress; leave it out`,
    );
  }
  if (frontendConfig?.redirectsToHttps === true && !overTls) {
    problems.add(
      'frontendConfig',
      'redirects to HTTPS, but there is no certificate to serve it with; give a certificate, or turn the redirect off',
    );
  }
  for (const host of certificate === undefined ? [] : hosts.filter((one) => !certificate.domains.includes(one))) {
    problems.add(
      'certificate',
      `is valid for ${certificate?.domains.join(', ')}, not for "${host}"; add the host to its domains`,
    );
  }
  if (certificate !== undefined && ingressClass !== 'gce') {
    problems.add(
      'certificate',
      `is for class "gce"; class "${ingressClass}" cannot use managed certificates: leave it out`,
    );
  }
  return { ...props, hosts, paths };
});

/**
 * An Ingress for WebSockets on Google's balancer. The class stands in the annotation: the controller skips an Ingress that carries it in
 * `spec.ingressClassName`.
 *
 * The annotation `cloud.google.com/websocket-max-idle-timeout` is written because people look for it, and changes nothing: no controller reads it. It speaks of every path
 * of the Ingress, so it is left out where one leads to a Service of somebody else, which may hold no long connections.
 * Upgrades work without a switch, and how long they last is decided by `timeoutSec` of the BackendConfig alone.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/concepts/ingress
 */
export class GkeWebSocketIngress extends Construct {
  readonly resource: ApiObject;
  readonly host: string;
  readonly hosts: readonly string[];
  readonly ingressClass: GkeIngressClass;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: GkeWebSocketIngressProps) {
    super(...placed(scope, id));
    const settings = settled((problems) => readGkeIngress(problems, props));
    const { name, hosts, paths, service, secret, routes = [] } = settings;
    this.host = settings.host;
    this.hosts = hosts;
    this.ingressClass = service.backendConfig.ingressClass;
    this.node.addValidation({ validate: () => this.conflicts() });
    this.resource = kubeObject(
      this,
      'Resource',
      ingressManifest({
        name,
        hosts,
        routes: [{ paths, service }, ...routes],
        annotations: annotations(settings),
        secretName: secret?.name,
      }),
    );
  }

  /** Each Ingress of a class gets a balancer and an address of its own, and a host resolves to one of them: the other never sees a client. */
  private conflicts(): string[] {
    const others = Chart.of(this)
      .node.findAll()
      .filter(
        (other): other is GkeWebSocketIngress =>
          other instanceof GkeWebSocketIngress && other !== this && other.ingressClass === this.ingressClass,
      )
      .flatMap(({ node, hosts }) => hosts.filter((host) => this.hosts.includes(host)).map((host) => ({ node, host })));
    return others.map(
      ({ node, host }) =>
        `host: "${host}" is that of ${node.path} as well, and each of them gets an address of its own, of which the host resolves to one; put the paths of both into one Ingress, or give each a host`,
    );
  }
}

function annotations({
  frontendConfig,
  certificate,
  address,
  service,
  routes = [],
  secret,
  preSharedCertificates = [],
}: GkeIngressSettings): Readonly<Record<string, string>> {
  const { ingressClass } = service.backendConfig;
  const overTls = certificate !== undefined || secret !== undefined || preSharedCertificates.length > 0;
  const needsHttp = !overTls || frontendConfig?.redirectsToHttps === true;
  const lifetime = limitsOf(ingressClass).timeout.meaning === 'lifetime';
  const allOurs = routes.every((route) => 'backendConfig' in route.service);
  return {
    'kubernetes.io/ingress.class': ingressClass,
    'kubernetes.io/ingress.allow-http': String(needsHttp),
    ...(lifetime && allOurs
      ? { 'cloud.google.com/websocket-max-idle-timeout': String(service.backendConfig.timeoutSeconds) }
      : {}),
    ...(address === undefined
      ? {}
      : { [`kubernetes.io/ingress.${ingressClass === 'gce' ? 'global' : 'regional'}-static-ip-name`]: address }),
    ...(certificate === undefined ? {} : { 'networking.gke.io/managed-certificates': certificate.name }),
    ...(preSharedCertificates.length === 0
      ? {}
      : { 'ingress.gcp.kubernetes.io/pre-shared-cert': preSharedCertificates.join(',') }),
    ...(frontendConfig === undefined ? {} : { 'networking.gke.io/v1beta1.FrontendConfig': frontendConfig.name }),
  };
}
