import { type Bundle, namespaceOf } from '../manifest/bundle';
import { listOf, mappingOf, valueAt, wordsOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { WORKLOAD_KINDS, workloadsWith } from './pod';

/** The workloads that an object with `spec.selector` or `spec.podSelector` means. */
export function selected(bundle: Bundle, object: Manifest, field: 'selector' | 'podSelector'): readonly Manifest[] {
  const { matchLabels, matchExpressions } = mappingOf(valueAt(object, ['spec', field]));
  const expressions = listOf(matchExpressions).map(mappingOf);
  const home = namespaceOf(object);
  const candidates =
    Object.keys(mappingOf(matchLabels)).length > 0
      ? workloadsWith(bundle, home, mappingOf(matchLabels))
      : meant(bundle, home, expressions);
  return candidates.filter((workload) => expressions.every((one) => meets(workload, one)));
}

/** Those among which expressions choose: where one of them names values, only those that carry one of these are looked at. */
function meant(
  bundle: Bundle,
  home: string,
  expressions: readonly Readonly<Record<string, unknown>>[],
): readonly Manifest[] {
  if (expressions.length === 0) return [];
  const named = expressions.find(({ operator }) => operator === 'In');
  if (named === undefined)
    return bundle.ofKind(...WORKLOAD_KINDS).filter((one) => home === '' || ['', home].includes(namespaceOf(one)));
  const values = [...new Set(listOf(named.values).map(wordsOf))];
  return values.flatMap((value) => workloadsWith(bundle, home, { [wordsOf(named.key)]: value }));
}

/** Do the pods of a workload carry what an expression asks? */
function meets(workload: Manifest, { key, operator, values }: Readonly<Record<string, unknown>>): boolean {
  const label = valueAt(workload, ['spec', 'template', 'metadata', 'labels', wordsOf(key)]);
  const among = label !== undefined && listOf(values).map(wordsOf).includes(wordsOf(label));
  if (operator === 'In') return among;
  if (operator === 'NotIn') return !among;
  return operator === 'Exists' ? label !== undefined : operator === 'DoesNotExist' && label === undefined;
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
