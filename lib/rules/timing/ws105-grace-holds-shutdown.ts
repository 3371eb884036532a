import { numberOf } from '../../manifest/field';
import { serversOf } from '../../system/evidence';
import { LEAST_MARGIN_SECONDS } from '../../system/heartbeat';
import { DEFAULT_GRACE_SECONDS, observe } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { POD_SPEC, podSpecOf } from '../../system/pod';
import { brokenBy } from '../patterns/broken';
import type { Rule } from '../rule';

export const ws105: Rule = {
  code: 'WS105',
  level: 'error',
  title: 'the termination grace period holds preStop, drain, shutdown and margin',
  story:
    'Every deployment kills the process while it still has connections. Clients see them break all at once and come back as a storm.',
  why: 'The clock of terminationGracePeriodSeconds starts with the deletion of the pod and includes the preStop hook; at its end comes SIGKILL.',
  fix: 'Raise terminationGracePeriodSeconds, or shorten what has to fit into it.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const { timing, carried } = observe(bundle, workload);
      const broken = brokenBy('grace-holds-shutdown', timing);
      if (broken === undefined) continue;
      const path = [...POD_SPEC, 'terminationGracePeriodSeconds'];
      const written = numberOf(podSpecOf(workload).terminationGracePeriodSeconds);
      const proposed = broken.neededSeconds + (carried ? 0 : LEAST_MARGIN_SECONDS);
      yield {
        object: workload,
        path,
        actual: written === undefined ? `not written, so ${DEFAULT_GRACE_SECONDS} s` : `${written} s`,
        expected: `at least ${broken.neededSeconds} s`,
        because: broken.sentence,
        fix:
          `set terminationGracePeriodSeconds to ${proposed}` +
          (carried
            ? ''
            : `: preStop ${timing.preStopSeconds} s, a drain of at least ${timing.drainSeconds} s and ${LEAST_MARGIN_SECONDS} s to spare`),
        edits: [{ path, value: proposed }],
      };
    }
  },
};
