import type { Manifest } from '../../manifest/manifest';

/**
 * Does the deletion of this object take data with it, at once or through what it owns? A namespace takes the claims in it, a definition takes every object of its
 * kind, a StatefulSet takes the pods that its volumes belong to.
 */
export function holdsData(manifest: Manifest): boolean {
  return kindHoldsData(manifest.kind);
}

/** The same of a kind. */
export function kindHoldsData(kind: string): boolean {
  return DATA_HOLDERS.has(kind);
}

const DATA_HOLDERS: ReadonlySet<string> = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'StatefulSet',
]);
