import { type Bundle, namespaceOf } from '../manifest/bundle';
import { type FieldPath, listOf, mappingOf, numberOf, textOf, valueAt, wordsOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { POD_SPEC, podSpecOf } from './pod';

/** A claim that all pods of a workload mount, which only one node, or one pod, can. */
export interface ExclusiveClaim {
  readonly name: string;
  readonly mode: string;
  /** Where the pod template names it. */
  readonly path: FieldPath;
}

/** The exclusive claims of a Deployment's pod template; claims that are not in the bundle are not judged. */
export function exclusiveClaims(bundle: Bundle, workload: Manifest): readonly ExclusiveClaim[] {
  return listOf(podSpecOf(workload).volumes).flatMap((volume, i) => {
    const name = textOf(valueAt(volume, ['persistentVolumeClaim', 'claimName']));
    const claim = name === undefined ? undefined : bundle.find('PersistentVolumeClaim', namespaceOf(workload), name);
    const modes = listOf(valueAt(claim, ['spec', 'accessModes'])).map(wordsOf);
    const shared = modes.includes('ReadWriteMany') || modes.includes('ReadOnlyMany');
    if (name === undefined || modes.length === 0 || shared) return [];
    return [
      { name, mode: modes[0] as string, path: [...POD_SPEC, 'volumes', i, 'persistentVolumeClaim', 'claimName'] },
    ];
  });
}

/** `spec.replicas` of a workload; one where nothing is written. */
export function replicasOf(workload: Manifest): number {
  return numberOf(valueAt(workload, ['spec', 'replicas'])) ?? 1;
}

/** How many pods may be missing during a rollout of a Deployment: a number, or a share that is rounded down. */
export function maxUnavailableOf(
  workload: Manifest,
  replicas = replicasOf(workload),
): { readonly written: unknown; readonly pods: number } {
  const written = valueAt(workload, ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable']);
  const value = written ?? '25%';
  const share = /^(\d+)%$/.exec(wordsOf(value))?.[1];
  const pods = share === undefined ? (numberOf(value) ?? 0) : Math.floor((replicas * Number(share)) / 100);
  return { written, pods };
}

/** Kubernetes' own strategy where none is written. */
export function strategyOf(workload: Manifest): string {
  return textOf(mappingOf(valueAt(workload, ['spec', 'strategy'])).type) ?? 'RollingUpdate';
}

/** Does a rollout stop the old pod before it starts the new one: `maxSurge: 0`? */
export function startsNone(workload: Manifest): boolean {
  const surge = valueAt(workload, ['spec', 'strategy', 'rollingUpdate', 'maxSurge']);
  return surge === 0 || surge === '0' || surge === '0%';
}
