import { exclusiveClaims, replicasOf, startsNone, strategyOf } from '../../system/claims';
import { entrancesTo } from '../../system/entrances';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws302: Rule = {
  code: 'WS302',
  level: 'warning',
  title: 'a Deployment with an exclusive volume is replaced, not rolled',
  story:
    'A new version comes up only if its pod lands on the node of the old one. On another node it waits for the volume, and the old pod waits for it to be ready.',
  why: 'RollingUpdate starts the new pod first (maxSurge is 25 % by default, rounded up to one), and a ReadWriteOnce volume is attached to one node at a time.',
  fix: 'Set strategy.type to Recreate.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment',
  kinds: [...ENTRANCE_KINDS, 'PersistentVolumeClaim'],
  *check(bundle) {
    for (const workload of bundle.ofKind('Deployment')) {
      // Several replicas are for WS301, whatever the strategy.
      if (replicasOf(workload) > 1 || strategyOf(workload) === 'Recreate') continue;
      const claim = exclusiveClaims(bundle, workload)[0];
      if (claim === undefined || entrancesTo(bundle, workload).length === 0 || startsNone(workload)) continue;
      yield {
        object: workload,
        path: ['spec', 'strategy', 'type'],
        actual: `${strategyOf(workload)} with the ${claim.mode} claim ${claim.name}`,
        expected: 'Recreate',
        fix: 'set strategy.type to Recreate, and remove strategy.rollingUpdate',
        suggestions: [
          { path: ['spec', 'strategy', 'type'], value: 'Recreate' },
          { path: ['spec', 'strategy', 'rollingUpdate'] },
        ],
      };
    }
  },
};
