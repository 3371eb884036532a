import { groupedBy } from '../../manifest/grouped';
import { OTHER_POLICIES, RANGES, refusedWays } from '../../system/network-policies';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws319: Rule = {
  code: 'WS319',
  level: 'error',
  title: 'a network policy lets the balancer and its health checks in',
  story: 'From one minute to the next every pod is unhealthy: 502 for everybody, while all probes are green.',
  why: `A policy that selects the pods refuses what it does not name. Google’s requests and health checks come from ${RANGES.join(' and ')}; those of the other clouds come from the subnets of the balancer, or from nodes. No selector of pods or namespaces means such an address.`,
  fix: 'Admit the addresses of the balancer on the serving port.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges',
  kinds: [...ENTRANCE_KINDS, 'NetworkPolicy', ...OTHER_POLICIES],
  *check(bundle) {
    for (const [policy, [first]] of groupedBy(refusedWays(bundle), (one) => one.policy)) {
      if (first === undefined) continue;
      const { whole: _whole, ...said } = first.refusal;
      yield { object: policy, path: ['spec', 'ingress'], ...said };
    }
  },
};
