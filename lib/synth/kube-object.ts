import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';

/** What the static `manifest()` of a `Kube*` class returns: typed on the way in, plain data on the way out. */
interface PlainManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/**
 * Adds an object as plain data. The `Kube*` classes themselves filter their JSON patches: what their schema does not know, a newer field or a plain
 * quantity, vanishes without a word. A plain object takes every patch a user makes.
 *
 * @see https://github.com/cdk8s-team/cdk8s/issues/2172
 */
export function kubeObject(scope: Construct, id: string, manifest: PlainManifest): ApiObject {
  return new ApiObject(scope, id, manifest);
}
