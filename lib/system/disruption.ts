import { type Bundle, namespaceOf } from '../manifest/bundle';
import { mappingOf, valueAt } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { workloadsWith } from './pod';

/** The workloads that an object with `spec.selector` or `spec.podSelector` means. */
export function selected(bundle: Bundle, object: Manifest, field: 'selector' | 'podSelector'): readonly Manifest[] {
  return workloadsWith(bundle, namespaceOf(object), mappingOf(valueAt(object, ['spec', field, 'matchLabels'])));
}

/** The disruption budgets of each workload. */
export function budgetsOf(bundle: Bundle, workload: Manifest): readonly Manifest[] {
  return bundle.once(budgetsByWorkload).get(workload) ?? [];
}

function budgetsByWorkload(bundle: Bundle): ReadonlyMap<Manifest, readonly Manifest[]> {
  const found = new Map<Manifest, Manifest[]>();
  for (const budget of bundle.ofKind('PodDisruptionBudget')) {
    for (const workload of selected(bundle, budget, 'selector')) push(found, workload, budget);
  }
  return found;
}

/** The network policies that decide over the pods of a workload: those that select them by label, and those that select every pod of the namespace. */
export function networkPoliciesOf(bundle: Bundle, workload: Manifest): readonly Manifest[] {
  const { byWorkload, byNamespace } = bundle.once(networkPolicies);
  return [...(byWorkload.get(workload) ?? []), ...(byNamespace.get(namespaceOf(workload)) ?? [])];
}

function networkPolicies(bundle: Bundle): {
  readonly byWorkload: ReadonlyMap<Manifest, readonly Manifest[]>;
  readonly byNamespace: ReadonlyMap<string, readonly Manifest[]>;
} {
  const byWorkload = new Map<Manifest, Manifest[]>();
  const byNamespace = new Map<string, Manifest[]>();
  for (const policy of bundle.ofKind('NetworkPolicy')) {
    const selector = mappingOf(valueAt(policy, ['spec', 'podSelector']));
    const everything =
      Object.keys(mappingOf(selector.matchLabels)).length === 0 && selector.matchExpressions === undefined;
    if (everything) push(byNamespace, namespaceOf(policy), policy);
    else for (const workload of selected(bundle, policy, 'podSelector')) push(byWorkload, workload, policy);
  }
  return { byWorkload, byNamespace };
}

function push<K>(lists: Map<K, Manifest[]>, key: K, object: Manifest): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [object]);
  else list.push(object);
}
