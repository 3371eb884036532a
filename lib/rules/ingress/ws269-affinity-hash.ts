import { textOf, valueAt } from '../../manifest/field';
import { distributionOf } from '../../system/backend-binding';
import { evidenceAt, servedEntrances } from '../../system/evidence';
import { ENTRANCE_KINDS, platformOf } from '../../system/platforms/all';
import { GATEWAY_POLICIES, isManaged } from '../../system/platforms/gke-gateway';
import { affinityOf } from '../../system/settings';
import type { Observation, Rule } from '../rule';

/** Those that choose the pod by a hash of what the client brings. */
const HASHES = ['MAGLEV', 'RING_HASH'];
const ALGORITHM = ['spec', 'default', 'localityLbAlgorithm'];
/** It names the pod in its cookie, and asks no algorithm. */
const STATEFUL = 'STRONG_COOKIE_AFFINITY';

export const ws269: Rule = {
  code: 'WS269',
  level: 'error',
  title: 'the algorithm of a GKE Gateway lets session affinity work',
  story: 'Affinity is set, the policy is attached, and polls still land on any pod: "Session ID unknown".',
  why: 'Behind Google’s managed classes, affinity by address, header or cookie is a hash, which only the algorithms MAGLEV and RING_HASH ask. With any other it takes no effect, and nothing says so. Where no policy names an algorithm, affinity brings MAGLEV along.',
  fix: 'Set localityLbAlgorithm to MAGLEV or RING_HASH, or bind clients with STRONG_COOKIE_AFFINITY, which needs neither.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    const found = new Map<object, Observation>();
    for (const entrance of servedEntrances(bundle)) {
      const { controller, service } = entrance;
      if (platformOf(controller)?.dialect !== GATEWAY_POLICIES || !isManaged(controller)) continue;
      const policy = distributionOf(bundle, service);
      const affinity = affinityOf(bundle, entrance);
      if (policy === undefined || affinity?.bound !== true || affinity.words === STATEFUL) continue;
      const algorithm = textOf(valueAt(policy, ALGORITHM));
      // What a policy that says nothing of either makes of the affinity of another one is not documented.
      if (algorithm === undefined ? affinity.object !== policy : HASHES.includes(algorithm)) continue;
      const polls = evidenceAt(bundle, entrance).sessions;
      if (found.has(policy) && !polls) continue;
      const { kind, metadata } = affinity.object;
      const where = affinity.object === policy ? '' : ` of ${kind} ${metadata.name}`;
      found.set(policy, {
        object: policy,
        path: ALGORITHM,
        actual: `${algorithm ?? 'not written'}, beside affinity ${affinity.words}${where}`,
        expected: `one of ${HASHES.join(', ')}`,
        fix: 'set localityLbAlgorithm to MAGLEV',
        suggestions: [{ path: ALGORITHM, value: 'MAGLEV' }],
        ...(algorithm === undefined
          ? { level: 'warning' as const, because: 'GKE asks that one of them is written beside this affinity.' }
          : polls
            ? {}
            : {
                level: 'warning' as const,
                because: 'A client that comes back lands on any pod, whatever the affinity says.',
              }),
      });
    }
    yield* found.values();
  },
};
