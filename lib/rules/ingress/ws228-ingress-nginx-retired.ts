import { byRoute } from '../../system/entrances';
import { servedEntrances } from '../../system/evidence';
import { carriedTiming } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws228: Rule = {
  code: 'WS228',
  level: 'info',
  title: 'the controller that takes an Ingress is maintained',
  story:
    'ingress-nginx gets no fixes any more, security fixes included. Every change of any Ingress also reloads it, and a reload ends WebSockets.',
  why: 'The project is retired and its repository archived.',
  fix: 'Plan the move to the Gateway API; until then everything here still applies.',
  source: 'https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    const entrances = servedEntrances(bundle).filter(({ controller }) => controller === 'ingress-nginx');
    for (const [ingress, ways] of byRoute(entrances)) {
      // Whoever made these manifests with this library was told by its documentation.
      if (ways.some(({ workloads }) => workloads.some((workload) => carriedTiming(workload) !== undefined))) continue;
      yield {
        object: ingress,
        path: ['spec'],
        actual: 'ingress-nginx, which is retired',
        expected: 'a controller that gets security fixes',
        fix: 'plan the move to the Gateway API',
      };
    }
  },
};
