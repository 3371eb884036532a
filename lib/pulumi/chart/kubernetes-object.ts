import * as pulumi from '@pulumi/pulumi';
import type { Manifest } from '../../manifest/manifest';
import { kubernetesVersion } from './kubernetes-version';
import { typeTokenOf } from './object-key';
import type { ManifestInputs } from './output-resolver';

/** Fields of a Secret that nobody reads in a state file or a preview. */
const SECRET_FIELDS = ['data', 'stringData'] as const;

/**
 * One object of any kind, under the type that Pulumi's own SDK gives it, so that `pulumi import` and policies know it. The SDK's classes would do for the kinds of
 * Kubernetes itself, but not for others, and would not take a manifest as it is.
 */
export class KubernetesObject extends pulumi.CustomResource {
  declare readonly apiVersion: pulumi.Output<string>;
  declare readonly kind: pulumi.Output<string>;
  declare readonly metadata: pulumi.Output<Manifest['metadata']>;
  /** What the cluster says about it; unknown in a preview. */
  declare readonly status: pulumi.Output<unknown>;

  constructor(name: string, manifest: Manifest, inputs: ManifestInputs, options: pulumi.CustomResourceOptions) {
    const secret = manifest.apiVersion === 'v1' && manifest.kind === 'Secret';
    const held = secret ? SECRET_FIELDS.filter((field) => inputs[field] !== undefined) : [];
    super(
      typeTokenOf(manifest),
      name,
      {
        ...inputs,
        ...Object.fromEntries(held.map((field) => [field, pulumi.secret(inputs[field])])),
        status: undefined,
      },
      {
        version: kubernetesVersion(),
        ...(secret ? { additionalSecretOutputs: [...SECRET_FIELDS] } : {}),
        ...options,
      },
    );
  }
}
