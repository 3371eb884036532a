import { serversOf } from '../../system/evidence';
import { carriedTiming } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { containersOf } from '../../system/pod';
import { preStopOf } from '../../system/pre-stop';
import { brokenBy } from '../patterns/broken';
import { waitOf } from '../patterns/wait';
import type { Rule } from '../rule';

export const ws106: Rule = {
  code: 'WS106',
  level: 'error',
  title: 'preStop holds the stop signal back for as long as the timing says',
  story:
    'The balancer still sends new connections to a process that has stopped listening. Every deployment begins with a burst of 502.',
  why: 'The endpoint is taken out while preStop runs, and nothing waits for the balancer; a hook shorter than that time leaves a gap. Hooks of all containers run at once.',
  fix: 'Let the hook of every container sleep for the detach time of the timing.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/troubleshooting/load-balancing#500-series-errors',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const timing = carriedTiming(workload);
      if (timing === undefined) continue;
      for (const container of containersOf(workload)) {
        const hook = preStopOf(container);
        const broken = brokenBy('prestop-outlasts-detach', { ...timing, preStopSeconds: hook?.seconds ?? 0 });
        // A container that nobody connects to may stop when it likes.
        if (broken === undefined || (hook === undefined && container.value.ports === undefined)) continue;
        yield {
          object: workload,
          ...waitOf(container, hook),
          expected: `at least ${broken.neededSeconds} s`,
          because: broken.sentence,
          fix: `let the preStop hook of container ${container.name} sleep ${broken.neededSeconds} s`,
        };
      }
    }
  },
};
