import { entrancesTo } from '../../system/entrances';
import { serversOf } from '../../system/evidence';
import { carriedTiming } from '../../system/heartbeat';
import { ENTRANCE_KINDS, isGoogle } from '../../system/platforms/all';
import { containersOf } from '../../system/pod';
import { preStopOf } from '../../system/pre-stop';
import { leastPods } from '../../system/scaling';
import { GOOGLE_PRE_STOP_SECONDS, PRE_STOP_SECONDS } from '../../timing/fixed';
import { waitOf } from '../patterns/wait';
import type { Rule } from '../rule';

export const ws107: Rule = {
  code: 'WS107',
  level: 'warning',
  title: 'pods behind a balancer wait before they stop',
  story:
    'A pod stops listening the moment it is told to, and the balancer learns of it later. New connections fail with 502 during every rollout and node drain.',
  why: 'Deleting a pod starts two things at once that do not know of each other: the balancer takes the endpoint out, and the kubelet sends the stop signal.',
  fix: 'Give every container that serves a preStop hook that sleeps until the balancer has stopped sending.',
  source: 'https://docs.cloud.google.com/kubernetes-engine/docs/troubleshooting/load-balancing#500-series-errors',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      const entrances = entrancesTo(bundle, workload);
      // A carried timing says exactly how long: WS106.
      if (entrances.length === 0 || carriedTiming(workload) !== undefined) continue;
      // One pod is away for longer than any hook waits, whatever it does.
      if (leastPods(bundle, workload) < 2) continue;
      const google = entrances.some(({ controller }) => isGoogle(controller));
      const { least, proposed } = google ? GOOGLE_PRE_STOP_SECONDS : PRE_STOP_SECONDS;
      for (const container of containersOf(workload)) {
        const hook = preStopOf(container);
        // A script that nobody can see may wait for as long as it likes.
        if (hook?.readable === false) continue;
        if ((hook?.seconds ?? 0) >= least || (hook === undefined && container.value.ports === undefined)) continue;
        yield {
          object: workload,
          ...waitOf(container, hook),
          expected: `at least ${least} s, and ${proposed} s to be sure`,
          fix:
            `give container ${container.name} preStop: {exec: {command: ["sleep", "${proposed}"]}} (or, from Kubernetes 1.30, preStop: {sleep: {seconds: ${proposed}}}) ` +
            `and add ${proposed - Math.min(proposed, hook?.seconds ?? 0)} s to terminationGracePeriodSeconds`,
        };
      }
    }
  },
};
