import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkGoogleName } from '../../input/google-name';
import { checkSubdomainName } from '../../input/kubernetes';
import { type Reader, reader, settled } from '../../input/settings';
import { flag, optional, type Shape, text } from '../../input/shape';
import { kubeObject } from '../../synth/kube-object';
import { placed } from '../../synth/placed';

export interface FrontendConfigProps {
  readonly name: string;

  /** Answers plain HTTP with a permanent redirect to HTTPS. @default true */
  readonly redirectToHttps?: boolean | undefined;

  /**
   * Name of an SSL policy, which must exist: a missing one stops the whole Ingress from being programmed.
   *
   * @default - Google's default policy, which accepts TLS 1.0
   * @see https://docs.cloud.google.com/load-balancing/docs/ssl-policies-concepts
   */
  readonly sslPolicy?: string | undefined;
}

/** {@link FrontendConfigProps} with every default filled in and every value checked. */
export interface FrontendConfigSettings extends FrontendConfigProps {
  readonly redirectToHttps: boolean;
}

/** What {@link FrontendConfigProps} hold. */
export const FRONTEND_CONFIG_SHAPE: Shape<FrontendConfigProps> = {
  name: text('chat-frontend'),
  redirectToHttps: optional(flag),
  sslPolicy: optional(text('modern')),
};

/** Reads the properties of a FrontendConfig and notes everything wrong with them. */
export const readFrontendConfig: Reader<FrontendConfigProps, FrontendConfigSettings> = reader(
  FRONTEND_CONFIG_SHAPE,
  (problems, props) => {
    checkSubdomainName(problems, 'name', props.name);
    if (props.sslPolicy !== undefined) checkGoogleName(problems, 'sslPolicy', props.sslPolicy);
    return { ...props, redirectToHttps: props.redirectToHttps ?? true };
  },
);

/**
 * The client's side of Google's balancer: redirect and TLS policy. Only for class `gce`.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#configuring_ingress_features_through_frontendconfig_parameters
 */
export class FrontendConfig extends Construct {
  readonly resource: ApiObject;
  readonly name: string;
  readonly redirectsToHttps: boolean;

  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(scope: Construct, id: string, props: FrontendConfigProps) {
    super(...placed(scope, id));
    const { name, redirectToHttps, sslPolicy } = settled((problems) => readFrontendConfig(problems, props));
    this.name = name;
    this.redirectsToHttps = redirectToHttps;
    this.resource = kubeObject(this, 'Resource', {
      apiVersion: 'networking.gke.io/v1beta1',
      kind: 'FrontendConfig',
      metadata: { name },
      spec: {
        redirectToHttps: { enabled: redirectToHttps, responseCodeName: 'MOVED_PERMANENTLY_DEFAULT' },
        // An empty name takes an earlier policy off; leaving the field out would keep it.
        sslPolicy: sslPolicy ?? '',
      },
    });
  }
}
