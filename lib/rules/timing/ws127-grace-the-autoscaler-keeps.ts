import { numberOf } from '../../manifest/field';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { POD_SPEC, podSpecOf } from '../../system/pod';
import { CLUSTER_AUTOSCALER_SECONDS } from '../../timing/fixed';
import type { Rule } from '../rule';

export const ws127: Rule = {
  code: 'WS127',
  level: 'info',
  title: 'the termination grace period is one that the cluster autoscaler keeps',
  story: 'A drain of an hour works in every rollout and fails at night, when a node is scaled away.',
  why: 'The cluster autoscaler waits ten minutes for the pods of a node it removes, whatever they ask for.',
  fix: 'Keep the grace period at 600 s or below, or keep the autoscaler off these nodes.',
  source: 'https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const seconds = numberOf(podSpecOf(workload).terminationGracePeriodSeconds);
      if (seconds === undefined || seconds <= CLUSTER_AUTOSCALER_SECONDS) continue;
      yield {
        object: workload,
        path: [...POD_SPEC, 'terminationGracePeriodSeconds'],
        actual: `${seconds} s`,
        expected: `at most ${CLUSTER_AUTOSCALER_SECONDS} s where nodes are scaled away`,
        fix: `set it to ${CLUSTER_AUTOSCALER_SECONDS}, or annotate the pods with cluster-autoscaler.kubernetes.io/safe-to-evict: "false"`,
      };
    }
  },
};
