import { groupOf, type Manifest } from '../../manifest/manifest';

/**
 * Pulumi's type of a Kubernetes object, the one its own SDK uses: the core group is called `core` there.
 *
 * @example typeTokenOf(service) // 'kubernetes:core/v1:Service'
 */
export function typeTokenOf(manifest: Manifest): string {
  const version = groupOf(manifest) === '' ? `core/${manifest.apiVersion}` : manifest.apiVersion;
  return `kubernetes:${version}:${manifest.kind}`;
}

/**
 * The name of an object within its type and stack: always with the namespace, so that a second object of the same name elsewhere does not rename the
 * first, which Pulumi would take for a replacement.
 */
export function resourceNameOf(prefix: string, manifest: Manifest): string {
  const { namespace, name } = manifest.metadata;
  return `${prefix}:${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
