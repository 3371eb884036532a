import { type Problems, shown } from '../../input/problems';
import type { BalancerKind } from '../../timing/limits';

/** The classes that GKE's Ingress controller owns. */
export type GkeIngressClass = Extract<BalancerKind, 'gce' | 'gce-internal'>;

const CLASSES: readonly GkeIngressClass[] = ['gce', 'gce-internal'];

/** Is `value` a class that GKE's controller acts on? Any other leaves the Ingress without a balancer and without a word. */
export function checkIngressClass(problems: Problems, path: string, value: GkeIngressClass): boolean {
  if (CLASSES.includes(value)) return true;
  problems.add(path, `${shown(value)} is ignored by GKE's Ingress controller; give "gce" (external) or "gce-internal"`);
  return false;
}
