import { shown } from '../../input/problems';
import { namespaceOf } from '../../manifest/bundle';
import { type FieldPath, listOf, mappingOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { isAbsent } from '../../system/absence';
import type { Rule } from '../rule';

/**
 * Policies of GKE's Gateway controller that are about backends, with the kinds that each may target.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/how-to/customize-backend-multicluster-inference-gateway
 */
const BACKENDS = ['Service', 'ServiceImport', 'InferencePool', 'GCPInferencePoolImport'];
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  GCPBackendPolicy: BACKENDS,
  HealthCheckPolicy: BACKENDS,
  GCPTrafficDistributionPolicy: ['Service'],
};
const POLICIES = Object.keys(TARGETS);

export const ws264: Rule = {
  code: 'WS264',
  level: 'error',
  title: 'a policy of a GKE Gateway targets a Service that exists',
  story:
    'The policy is there, kubectl shows it, and the balancer does what it did before: 30 seconds, no affinity, health asked at "/".',
  why: 'A policy is tied to its Service by targetRef, in its own namespace. One that leads nowhere is attached to nothing, which only its status says.',
  fix: 'Write the kind and name of the Service into targetRef.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources',
  kinds: [...POLICIES, 'Service'],
  *check(bundle) {
    for (const policy of bundle.ofKind(...POLICIES)) {
      const targets = TARGETS[policy.kind] ?? [];
      for (const { at, target } of targetsOf(policy)) {
        const { kind, name } = mappingOf(target);
        const known = targets.includes(wordsOf(kind));
        if (known && (kind !== 'Service' || bundle.find('Service', namespaceOf(policy), wordsOf(name)) !== undefined))
          continue;
        if (known && !isAbsent(bundle, 'Service', policy)) continue;
        yield {
          object: policy,
          path: [...at, known ? 'name' : 'kind'],
          actual: known
            ? `Service ${wordsOf(name)}, which is not among these objects`
            : kind === undefined
              ? 'no kind'
              : `kind ${textOf(kind) ?? shown(kind)}`,
          expected: known ? 'a Service of the same namespace' : `one of ${targets.join(', ')}`,
          fix: known ? 'correct the name, or check the Service together with the policy' : 'target the Service',
        };
      }
    }
  },
};

/** What a policy targets: one object, or several for the kind that takes a list. */
function targetsOf(policy: Manifest): readonly { readonly at: FieldPath; readonly target: unknown }[] {
  if (policy.kind !== 'GCPTrafficDistributionPolicy')
    return [{ at: ['spec', 'targetRef'], target: valueAt(policy, ['spec', 'targetRef']) }];
  const at = ['spec', 'targetRefs'];
  return listOf(valueAt(policy, at)).map((target, i) => ({ at: [...at, i], target }));
}
