import { valueAt } from '../../manifest/field';
import type { Rule } from '../rule';

export const ws314: Rule = {
  code: 'WS314',
  level: 'error',
  title: 'a strategy carries the settings of its own kind only',
  story: 'The API server refuses the Deployment, in the middle of an upgrade that changed its strategy.',
  why: 'rollingUpdate may not be specified when the strategy is Recreate.',
  fix: 'Remove strategy.rollingUpdate.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy',
  kinds: ['Deployment'],
  *check(bundle) {
    for (const workload of bundle.ofKind('Deployment')) {
      const path = ['spec', 'strategy', 'rollingUpdate'];
      if (valueAt(workload, ['spec', 'strategy', 'type']) !== 'Recreate' || valueAt(workload, path) === undefined)
        continue;
      yield {
        object: workload,
        path,
        actual: 'rollingUpdate next to Recreate',
        expected: 'no rollingUpdate',
        fix: 'remove it',
        edits: [{ path }],
      };
    }
  },
};
