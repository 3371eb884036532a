import { entrancesTo, serversOf } from '../../system/entrances';
import { DEFAULT_GRACE_SECONDS, longestPreStop, observe } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { POD_SPEC, podSpecOf } from '../../system/pod';
import { brokenBy } from '../patterns/broken';
import type { Rule } from '../rule';

/** preStop, the documented default drain of 50 s, 10 s for the application and 30 s to spare. */
const AFTER_PRE_STOP_SECONDS = 90;

export const ws128: Rule = {
  code: 'WS128',
  level: 'warning',
  title: 'the termination grace period is chosen, not left to the default',
  story:
    'Thirty seconds after the deletion of a pod all its connections are gone. They all come back in the same second, to the pods that are left.',
  why: 'Kubernetes gives a pod 30 s unless it asks for more; closing thousands of connections one by one takes longer.',
  fix: 'Write terminationGracePeriodSeconds: preStop + drain + shutdown + margin.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const written = podSpecOf(workload).terminationGracePeriodSeconds !== undefined;
      // A default that does not even hold the hook is for WS105.
      if (written || entrancesTo(bundle, workload).length === 0) continue;
      if (brokenBy('grace-holds-shutdown', observe(workload).timing) !== undefined) continue;
      const path = [...POD_SPEC, 'terminationGracePeriodSeconds'];
      const value = longestPreStop(workload) + AFTER_PRE_STOP_SECONDS;
      yield {
        object: workload,
        path,
        actual: `not written, so ${DEFAULT_GRACE_SECONDS} s`,
        expected: 'preStop + drain + shutdown + margin, in seconds',
        fix: `set terminationGracePeriodSeconds to ${value}`,
        edits: [{ path, value }],
      };
    }
  },
};
