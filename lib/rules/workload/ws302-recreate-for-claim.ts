import { exclusiveClaims, replicasOf, strategyOf } from '../../system/claims';
import type { Rule } from '../rule';

export const ws302: Rule = {
  code: 'WS302',
  level: 'error',
  title: 'a Deployment with an exclusive volume is replaced, not rolled',
  story:
    'A deployment of a new version never finishes: the new pod waits for the volume, the old pod waits for the new one to be ready.',
  why: 'RollingUpdate starts the new pod first (maxSurge is 25 % by default, rounded up to one), and a ReadWriteOnce volume is attached to one node at a time.',
  fix: 'Set strategy.type to Recreate.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment',
  kinds: ['Deployment', 'PersistentVolumeClaim'],
  *check(bundle) {
    for (const workload of bundle.ofKind('Deployment')) {
      // Several replicas are for WS301, whatever the strategy.
      if (replicasOf(workload) > 1 || strategyOf(workload) === 'Recreate') continue;
      const claim = exclusiveClaims(bundle, workload)[0];
      if (claim === undefined) continue;
      yield {
        object: workload,
        path: ['spec', 'strategy', 'type'],
        actual: `${strategyOf(workload)} with the ${claim.mode} claim ${claim.name}`,
        expected: 'Recreate',
        fix: 'set strategy.type to Recreate, and remove strategy.rollingUpdate',
        edits: [
          { path: ['spec', 'strategy', 'type'], value: 'Recreate' },
          { path: ['spec', 'strategy', 'rollingUpdate'] },
        ],
      };
    }
  },
};
