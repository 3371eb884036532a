import { isDeepStrictEqual } from 'node:util';
import type { Problems } from '../../input/problems';
import { groupOf, identityOf, type Manifest } from '../../manifest/manifest';
import { holdsData } from './data-holders';

/**
 * Fields that Pulumi cannot change: it deletes the object, with everything that belongs to it, and makes it again. `kubectl apply` refuses the same change.
 *
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
 */
const REPLACED_BY: Readonly<Record<string, readonly string[]>> = {
  'apps/StatefulSet': [
    'spec.selector',
    'spec.serviceName',
    'spec.volumeClaimTemplates',
    'spec.podManagementPolicy',
    'spec.revisionHistoryLimit',
  ],
  'apps/Deployment': ['spec.selector'],
  '/PersistentVolumeClaim': ['spec.accessModes', 'spec.selector', 'spec.storageClassName', 'spec.volumeName'],
  '/Service': ['spec.clusterIP'],
};

/** A change that cannot be made without deleting the object first. */
export interface Replacement {
  readonly identity: string;
  /** The fields that change; none when the object is no longer there at all. */
  readonly fields: readonly string[];
}

/** Everything that Pulumi would delete, or delete and make again, on the way from one set of manifests to another. */
export function replacementsBetween(previous: readonly Manifest[], next: readonly Manifest[]): readonly Replacement[] {
  const later = new Map(next.map((manifest) => [identityOf(manifest), manifest]));
  return previous.flatMap((manifest) => {
    const identity = identityOf(manifest);
    const other = later.get(identity);
    if (other === undefined) return holdsData(manifest) ? [{ identity, fields: [] }] : [];
    const fields = (REPLACED_BY[`${groupOf(manifest)}/${manifest.kind}`] ?? []).filter(
      (field) => !isDeepStrictEqual(valueAt(manifest, field), valueAt(other, field)),
    );
    return fields.length === 0 ? [] : [{ identity, fields }];
  });
}

/** Notes every change that would delete an object and what depends on it. */
export function checkReplacements(problems: Problems, previous: readonly Manifest[], next: readonly Manifest[]): void {
  for (const { identity, fields } of replacementsBetween(previous, next)) {
    problems.add(
      identity,
      fields.length === 0
        ? 'is gone, or has another name, and would be deleted with the data it holds; bring it back, or take it out of the stack first ' +
            '(docs/deploy.md, "Destroying without losing volumes")'
        : `${fields.join(', ')} cannot be changed in place: Pulumi would delete the object first, and every pod and connection with it; ` +
            'keep the old value, or replace the object by hand (docs/deploy.md, "Changes that replace")',
    );
  }
}

function valueAt(manifest: Manifest, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined,
      manifest,
    );
}
