import { groupOf, type Manifest } from '../../manifest/manifest';
import { typeTokenOf } from './object-key';

/** Every version that an API of Kubernetes or a definition has had or is likely to have. */
const VERSIONS: readonly string[] = [
  'v1alpha1',
  'v1alpha2',
  'v1alpha3',
  'v1beta1',
  'v1beta2',
  'v1beta3',
  'v1',
  'v2alpha1',
  'v2beta1',
  'v2beta2',
  'v2',
];

/** Groups that kinds have moved out of. */
const MOVED_FROM: Readonly<Record<string, readonly string[]>> = {
  'apps/DaemonSet': ['extensions/v1beta1'],
  'apps/Deployment': ['extensions/v1beta1'],
  'apps/ReplicaSet': ['extensions/v1beta1'],
  'networking.k8s.io/Ingress': ['extensions/v1beta1'],
  'networking.k8s.io/NetworkPolicy': ['extensions/v1beta1'],
};

/**
 * The types that the same object has in other versions of its API. The version is a part of Pulumi's type, and another type is another resource: without these, an object
 * whose version moves would be made anew and deleted, although the cluster has one object under all versions.
 */
export function typeAliasesOf(manifest: Manifest): readonly string[] {
  const group = groupOf(manifest);
  const inGroup = VERSIONS.map((version) => (group === '' ? version : `${group}/${version}`));
  const elsewhere = MOVED_FROM[`${group}/${manifest.kind}`] ?? [];
  return [...inGroup, ...elsewhere]
    .filter((apiVersion) => apiVersion !== manifest.apiVersion)
    .map((apiVersion) => typeTokenOf({ ...manifest, apiVersion }));
}
