import type { Problems } from '../../input/problems';
import type { Manifest } from '../../manifest/manifest';
import { kindHoldsData } from './data-holders';
import { type Fingerprints, fingerprintsOf } from './fixed-fields';

/** A change that cannot be made without deleting the object first. */
export interface Replacement {
  readonly identity: string;
  /** The fields that change; none when the object is no longer there at all. */
  readonly fields: readonly string[];
}

/** Everything that Pulumi would delete, or delete and make again, on the way from one set of manifests to another. */
export function replacementsBetween(previous: readonly Manifest[], next: readonly Manifest[]): readonly Replacement[] {
  return replacementsSince(fingerprintsOf(previous), next);
}

/** The same, from what was recorded of the last deployment. */
export function replacementsSince(previous: Fingerprints, next: readonly Manifest[]): readonly Replacement[] {
  const later = fingerprintsOf(next);
  return Object.entries(previous).flatMap(([identity, before]) => {
    const after = later[identity];
    if (after === undefined) return kindHoldsData(kindOf(identity)) ? [{ identity, fields: [] }] : [];
    // A field that was never compared, because another version of this library made the record, says nothing; nor does one that no longer is.
    const fields = Object.keys(before).filter((field) => field in after && before[field] !== after[field]);
    return fields.length === 0 ? [] : [{ identity, fields }];
  });
}

/** Notes every change that would delete an object and what depends on it. */
export function checkReplacements(problems: Problems, previous: readonly Manifest[], next: readonly Manifest[]): void {
  for (const replacement of replacementsBetween(previous, next)) noteReplacement(problems, replacement);
}

/** Notes one of them. */
export function noteReplacement(problems: Problems, { identity, fields }: Replacement, wayOut = ''): void {
  problems.add(
    identity,
    fields.length === 0
      ? `is gone, or has another name, and would be deleted with the data it holds; bring it back, or take it out of the stack first (docs/deploy.md, "Destroying without losing volumes")${wayOut}`
      : `${fields.join(', ')} cannot be changed in place: Pulumi would delete the object first, and ${lossOf(identity)}; ` +
          `keep the old value, or replace the object by hand (docs/deploy.md, "Changes that replace")${wayOut}`,
  );
}

/** What goes with an object until it is made again. */
const LOSS: Readonly<Record<string, string>> = {
  ClusterRoleBinding: 'the permissions with it until it is there again',
  ConfigMap: 'a pod that starts meanwhile finds nothing to mount',
  Job: 'its pods with it',
  PersistentVolume: 'the data with it',
  PersistentVolumeClaim: 'the data with it',
  Pod: 'its connections with it',
  RoleBinding: 'the permissions with it until it is there again',
  Secret: 'a pod that starts meanwhile finds nothing to mount',
  Service: 'its address and its network endpoints with it',
};

function lossOf(identity: string): string {
  return LOSS[kindOf(identity)] ?? 'every pod and connection with it';
}

/** The kind in an identity such as `apps/StatefulSet shop/web`. */
function kindOf(identity: string): string {
  return (identity.split(' ')[0] as string).split('/').pop() as string;
}
