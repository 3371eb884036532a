import { type Bundle, namespaceOf } from '../../manifest/bundle';
import { mappingOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';

/** The workloads that an object with `spec.selector` or `spec.podSelector` means. */
export function selected(bundle: Bundle, object: Manifest, field: 'selector' | 'podSelector'): readonly Manifest[] {
  return bundle.selectedBy(namespaceOf(object), mappingOf(valueAt(object, ['spec', field, 'matchLabels'])));
}

/** The disruption budgets of each workload. */
export function budgetsOf(bundle: Bundle, workload: Manifest): readonly Manifest[] {
  return bundle.once(budgetsByWorkload).get(workload) ?? [];
}

function budgetsByWorkload(bundle: Bundle): ReadonlyMap<Manifest, readonly Manifest[]> {
  const found = new Map<Manifest, Manifest[]>();
  for (const budget of bundle.ofKind('PodDisruptionBudget')) {
    for (const workload of selected(bundle, budget, 'selector'))
      found.set(workload, [...(found.get(workload) ?? []), budget]);
  }
  return found;
}
