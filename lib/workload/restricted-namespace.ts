import { type ApiObject, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../synth/k8s';
import { kubeObject } from '../synth/kube-object';

const MODES = ['enforce', 'audit', 'warn'] as const;

/**
 * A namespace in which the API server admits restricted pods only.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export class RestrictedNamespace extends Construct {
  readonly resource: ApiObject;

  constructor(scope: Construct, id: string, props: { readonly name: string }) {
    super(scope, id);
    this.resource = kubeObject(
      this,
      'Resource',
      k8s.KubeNamespace.manifest({
        metadata: {
          name: props.name,
          labels: Object.fromEntries(MODES.map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted'])),
        },
      }),
    );
    // A chart stamps its own namespace on every object, but a namespace is in none.
    this.resource.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
