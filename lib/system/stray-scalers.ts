import { type Bundle, namespaceOf } from '../manifest/bundle';
import { mappingOf, valueAt, wordsOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { nearby } from './absence';
import { isMisspelled } from './misspelled';
import { autoscalersOf } from './scaling';

/** What an autoscaler of Kubernetes' own workloads can target. */
const SCALABLE = ['Deployment', 'StatefulSet', 'ReplicaSet'];

/**
 * Autoscalers that target nothing, and were meant for this workload: its kind, or its name but for a letter or two, is another one. Where nothing shows what was meant, the target may be
 * elsewhere.
 */
export function strayScalersOf(bundle: Bundle, workload: Manifest): readonly Manifest[] {
  return bundle.once(strayScalers).get(workload) ?? [];
}

/** What an autoscaler targets. */
export function scaledBy(scaler: Manifest): { readonly kind: string; readonly name: string } {
  const { kind = 'Deployment', name } = mappingOf(valueAt(scaler, ['spec', 'scaleTargetRef']));
  return { kind: wordsOf(kind), name: wordsOf(name) };
}

function strayScalers(bundle: Bundle): ReadonlyMap<Manifest, readonly Manifest[]> {
  const found = new Map<Manifest, Manifest[]>();
  if (bundle.incomplete) return found;
  for (const scaler of bundle.ofKind('HorizontalPodAutoscaler', 'ScaledObject')) {
    const { kind, name } = scaledBy(scaler);
    if (!SCALABLE.includes(kind) || bundle.find(kind, namespaceOf(scaler), name) !== undefined) continue;
    if (bundle.beside.some((one) => one.kind === kind && one.metadata.name === name)) continue;
    // What is scaled already needs no second one.
    const idle = nearby(bundle, scaler).filter(
      (one) => SCALABLE.includes(one.kind) && autoscalersOf(bundle, one).length === 0,
    );
    const [meant, ...others] = idle.filter((one) =>
      one.kind === kind ? isMisspelled(name, one.metadata.name) : one.metadata.name === name,
    );
    if (meant === undefined || others.length > 0) continue;
    found.set(meant, [...(found.get(meant) ?? []), scaler]);
  }
  return found;
}
