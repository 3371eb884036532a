import { shown } from '../../input/problems';
import { namespaceOf } from '../../manifest/bundle';
import { mappingOf, textOf, valueAt, wordsOf } from '../../manifest/field';
import { isAbsent } from '../../system/absence';
import type { Rule } from '../rule';

/** Policies of GKE's Gateway controller that are about the backends of a Service. */
const POLICIES = ['GCPBackendPolicy', 'HealthCheckPolicy'];
const TARGETS = ['Service', 'ServiceImport'];

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
      const { kind, name } = mappingOf(valueAt(policy, ['spec', 'targetRef']));
      const known = TARGETS.includes(wordsOf(kind));
      if (known && (kind !== 'Service' || bundle.find('Service', namespaceOf(policy), wordsOf(name)) !== undefined))
        continue;
      if (known && !isAbsent(bundle, 'Service', policy)) continue;
      yield {
        object: policy,
        path: ['spec', 'targetRef', known ? 'name' : 'kind'],
        actual: known
          ? `Service ${wordsOf(name)}, which is not among these objects`
          : kind === undefined
            ? 'no kind'
            : `kind ${textOf(kind) ?? shown(kind)}`,
        expected: known ? 'a Service of the same namespace' : `one of ${TARGETS.join(', ')}`,
        fix: known ? 'correct the name, or check the Service together with the policy' : 'target the Service',
      };
    }
  },
};
