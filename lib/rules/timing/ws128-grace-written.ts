import { entrancesTo } from '../../system/entrances';
import { evidenceOf, serversOf } from '../../system/evidence';
import { DEFAULT_GRACE_SECONDS, longestPreStop, observe } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { POD_SPEC, podSpecOf } from '../../system/pod';
import { leastPods } from '../../system/scaling';
import { AFTER_PRE_STOP_SECONDS } from '../../timing/fixed';
import { brokenBy } from '../patterns/broken';
import type { Rule } from '../rule';

export const ws128: Rule = {
  code: 'WS128',
  level: 'warning',
  title: 'the termination grace period is chosen, not left to the default',
  story:
    'Thirty seconds after the deletion of a pod all its connections are gone. They all come back in the same second, to the pods that are left.',
  why: 'Kubernetes gives a pod 30 s unless it asks for more; closing thousands of connections one by one takes longer.',
  fix: 'Write terminationGracePeriodSeconds: preStop + drain + shutdown + margin.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const written = podSpecOf(workload).terminationGracePeriodSeconds !== undefined;
      // A default that does not even hold the hook is for WS105.
      if (written || entrancesTo(bundle, workload).length === 0) continue;
      // Who says that it drains knows of more than thirty seconds; of others it is only worth knowing, and of a single pod not even that.
      const { tier } = evidenceOf(bundle, workload);
      if (tier !== 'declared' && leastPods(bundle, workload) < 2) continue;
      if (brokenBy('grace-holds-shutdown', observe(bundle, workload).timing) !== undefined) continue;
      const path = [...POD_SPEC, 'terminationGracePeriodSeconds'];
      const value = longestPreStop(workload) + AFTER_PRE_STOP_SECONDS;
      yield {
        object: workload,
        path,
        actual: `not written, so ${DEFAULT_GRACE_SECONDS} s`,
        expected: 'preStop + drain + shutdown + margin, in seconds',
        ...(tier === 'declared' ? {} : { level: 'info' }),
        fix: `set terminationGracePeriodSeconds to ${value}`,
        edits: [{ path, value }],
      };
    }
  },
};
