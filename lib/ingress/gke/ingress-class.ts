import { type Problems, shown } from '../../input/problems';
import type { BalancerKind } from '../../timing/limits';

/** The classes that GKE's Ingress controller owns. */
export type GkeIngressClass = Extract<BalancerKind, 'gce' | 'gce-internal'>;

const CLASSES: readonly GkeIngressClass[] = ['gce', 'gce-internal'];

/** Reads the class. One that GKE's controller does not act on leaves the Ingress without a balancer and without a word; the rest is judged for the default. */
export function readIngressClass(problems: Problems, value: GkeIngressClass = 'gce'): GkeIngressClass {
  if (CLASSES.includes(value)) return value;
  problems.add(
    'ingressClass',
    `${shown(value)} is ignored by GKE's Ingress controller; give "gce" (external) or "gce-internal"`,
  );
  return 'gce';
}
