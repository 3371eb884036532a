import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkHost, checkSubdomainName, checkUrlPath } from '../../input/kubernetes';
import { Problems } from '../../input/problems';
import { kubeObject } from '../../synth/kube-object';
import { limitsOf } from '../../timing/limits';
import { ingressManifest } from '../ingress-manifest';
import type { FrontendConfig } from './frontend-config';
import type { GkeIngressClass } from './ingress-class';
import type { ManagedCertificate } from './managed-certificate';
import type { NegService } from './neg-service';

export interface GkeWebSocketIngressProps {
  readonly name: string;

  /** The host that clients use. */
  readonly host: string;

  /** Path prefixes that go to the service. @default ["/"] */
  readonly paths?: readonly string[];

  /** Where they go. Its BackendConfig says which class this Ingress has. */
  readonly service: NegService;

  /** Redirect and TLS policy; for class `gce` only. @default - none; plain HTTP is refused where there is a certificate */
  readonly frontendConfig?: FrontendConfig;

  /** A certificate for the host. @default - plain HTTP */
  readonly certificate?: ManagedCertificate;

  /**
   * Name of a reserved address: global for class `gce`, of the region for `gce-internal`. It must exist.
   *
   * @default - an address that changes when the Ingress is made anew
   */
  readonly address?: string;
}

/**
 * The part of the properties that can be judged without the objects they refer to.
 */
export function checkIngress(
  problems: Problems,
  props: Pick<GkeWebSocketIngressProps, 'name' | 'host' | 'paths' | 'address'>,
): void {
  checkSubdomainName(problems, 'name', props.name);
  checkHost(problems, 'host', props.host);
  if (props.paths?.length === 0)
    problems.add('paths', 'is empty, so nothing would reach the service; leave it out for "/"');
  props.paths?.forEach((path, i) => {
    checkUrlPath(problems, `paths[${i}]`, path);
  });
  if (props.address !== undefined) checkSubdomainName(problems, 'address', props.address);
}

/**
 * An Ingress for WebSockets on Google's balancer. The class stands in the annotation: the controller skips an Ingress that carries it in
 * `spec.ingressClassName`.
 *
 * The annotation `cloud.google.com/websocket-max-idle-timeout` is written because people look for it, and changes nothing: no controller reads it.
 * Upgrades work without a switch, and how long they last is decided by `timeoutSec` of the BackendConfig alone.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/concepts/ingress
 */
export class GkeWebSocketIngress extends Construct {
  readonly resource: ApiObject;
  readonly host: string;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: GkeWebSocketIngressProps) {
    super(scope, id);
    const { ingressClass } = props.service.backendConfig;
    const problems = new Problems();
    checkIngress(problems, props);
    if (props.frontendConfig !== undefined && ingressClass !== 'gce') {
      problems.add(
        'frontendConfig',
        `is not supported by class "${ingressClass}", which would refuse the Ingress; leave it out`,
      );
    }
    if (props.frontendConfig?.redirectsToHttps === true && props.certificate === undefined) {
      problems.add(
        'frontendConfig',
        'redirects to HTTPS, but there is no certificate to serve it with; give a certificate, or turn the redirect off',
      );
    }
    if (props.certificate !== undefined && !props.certificate.domains.includes(props.host)) {
      problems.add(
        'certificate',
        `is valid for ${props.certificate.domains.join(', ')}, not for "${props.host}"; add the host to its domains`,
      );
    }
    if (props.certificate !== undefined && ingressClass !== 'gce') {
      problems.add(
        'certificate',
        `is for class "gce"; class "${ingressClass}" cannot use managed certificates: leave it out`,
      );
    }
    problems.throwIfAny();

    this.host = props.host;
    this.resource = kubeObject(
      this,
      'Resource',
      ingressManifest({
        name: props.name,
        host: props.host,
        paths: props.paths ?? ['/'],
        service: props.service,
        annotations: annotations(props, ingressClass),
      }),
    );
  }
}

function annotations(props: GkeWebSocketIngressProps, ingressClass: GkeIngressClass): Record<string, string> {
  const { frontendConfig, certificate, address, service } = props;
  const needsHttp = certificate === undefined || frontendConfig?.redirectsToHttps === true;
  return {
    'kubernetes.io/ingress.class': ingressClass,
    'kubernetes.io/ingress.allow-http': String(needsHttp),
    ...(limitsOf(ingressClass).timeout.meaning === 'lifetime'
      ? { 'cloud.google.com/websocket-max-idle-timeout': String(service.backendConfig.timeoutSeconds) }
      : {}),
    ...(address === undefined
      ? {}
      : { [`kubernetes.io/ingress.${ingressClass === 'gce' ? 'global' : 'regional'}-static-ip-name`]: address }),
    ...(certificate === undefined ? {} : { 'networking.gke.io/managed-certificates': certificate.name }),
    ...(frontendConfig === undefined ? {} : { 'networking.gke.io/v1beta1.FrontendConfig': frontendConfig.name }),
  };
}
