import { type ApiObject, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';

const MODES = ['enforce', 'audit', 'warn'] as const;

export interface RestrictedNamespaceProps {
  readonly name: string;
  /** Further labels, such as `ALB_READINESS_GATE`. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A namespace in which the API server admits restricted pods only.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export class RestrictedNamespace extends Construct {
  readonly resource: ApiObject;

  constructor(scope: Construct, id: string, props: RestrictedNamespaceProps) {
    super(scope, id);
    this.resource = kubeObject(
      this,
      'Resource',
      k8s.KubeNamespace.manifest({
        metadata: {
          name: props.name,
          labels: {
            ...props.labels,
            ...Object.fromEntries(MODES.map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted'])),
          },
        },
      }),
    );
    // A chart stamps its own namespace on every object, but a namespace is in none.
    this.resource.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
