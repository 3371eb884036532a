import { exclusiveClaims, replicasOf } from '../../system/claims';
import type { Rule } from '../rule';

export const ws301: Rule = {
  code: 'WS301',
  level: 'error',
  title: 'replicas do not share a volume that one node mounts',
  story: 'The second pod never starts: it waits for a volume that the first one holds. The rollout hangs for hours.',
  why: 'A ReadWriteOnce volume is attached to one node at a time; the pods of a Deployment all name the same claim.',
  fix: 'Use a StatefulSet with volumeClaimTemplates, run one replica, or use a ReadWriteMany class.',
  source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes',
  kinds: ['Deployment', 'PersistentVolumeClaim'],
  *check(bundle) {
    for (const workload of bundle.ofKind('Deployment')) {
      if (replicasOf(workload) < 2) continue;
      for (const claim of exclusiveClaims(bundle, workload)) {
        yield {
          object: workload,
          path: claim.path,
          actual: `${replicasOf(workload)} replicas mount the ${claim.mode} claim ${claim.name}`,
          expected: 'one claim for each replica, or one replica',
          fix: 'make it a StatefulSet with volumeClaimTemplates, or set replicas to 1 and strategy.type to Recreate',
        };
      }
    }
  },
};
