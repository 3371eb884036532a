import { type Bundle, namespaceOf } from '../manifest/bundle';
import { mappingOf, numberOf, valueAt, wordsOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { replicasOf } from './claims';

/** The autoscalers of a workload: HorizontalPodAutoscaler and KEDA's ScaledObject. */
export function autoscalersOf(bundle: Bundle, workload: Manifest): readonly Manifest[] {
  return bundle.once(scalersByTarget).get(target(namespaceOf(workload), workload.kind, workload.metadata.name)) ?? [];
}

/** The HorizontalPodAutoscaler of a workload. */
export function autoscalerOf(bundle: Bundle, workload: Manifest): Manifest | undefined {
  return autoscalersOf(bundle, workload).find(({ kind }) => kind === 'HorizontalPodAutoscaler');
}

/** How many pods a workload has at the least: what its autoscaler keeps, else what is written. */
export function leastPods(bundle: Bundle, workload: Manifest): number {
  const kept = autoscalersOf(bundle, workload).map(
    (scaler) =>
      numberOf(valueAt(scaler, ['spec', 'minReplicas'])) ?? numberOf(valueAt(scaler, ['spec', 'minReplicaCount'])) ?? 1,
  );
  return kept.length > 0 ? Math.max(...kept) : replicasOf(workload);
}

function scalersByTarget(bundle: Bundle): ReadonlyMap<string, readonly Manifest[]> {
  const found = new Map<string, Manifest[]>();
  for (const scaler of bundle.ofKind('HorizontalPodAutoscaler', 'ScaledObject')) {
    const ref = mappingOf(valueAt(scaler, ['spec', 'scaleTargetRef']));
    const key = target(namespaceOf(scaler), wordsOf(ref.kind ?? 'Deployment'), wordsOf(ref.name));
    found.set(key, [...(found.get(key) ?? []), scaler]);
  }
  return found;
}

function target(namespace: string, kind: string, name: string): string {
  return `${namespace}/${kind}/${name}`;
}
