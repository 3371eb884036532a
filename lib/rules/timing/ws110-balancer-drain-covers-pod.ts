import { servedSettings } from '../../system/evidence';
import { observe } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { brokenBy } from '../patterns/broken';
import type { Rule } from '../rule';

export const ws110: Rule = {
  code: 'WS110',
  level: 'error',
  title: 'the balancer leaves the connections of a removed pod alone until the pod has closed them',
  story:
    'The balancer closes every remaining connection in the middle of the drain. Shortening this time does not spare connections: it cuts them sooner.',
  why: 'The balancer’s drain starts when the endpoint is removed, together with preStop. When it is over, whatever is still open is closed.',
  fix: 'Set the drain of the balancer to preStop + drain of the pod.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/enabling-connection-draining',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const setting of servedSettings(bundle, 'drain')) {
      const { seconds, object, path, knob } = setting;
      const longest = knob.maxSeconds;
      // No drain at all is for WS111, what the platform refuses for WS112.
      if (seconds === undefined || seconds <= 0 || seconds > longest) continue;
      const broken = setting.workloads
        .flatMap(
          (workload) =>
            brokenBy('balancer-drain-covers-pod-drain', {
              ...observe(bundle, workload).timing,
              connectionDrainingSeconds: seconds,
            }) ?? [],
        )
        .sort((a, b) => b.neededSeconds - a.neededSeconds)[0];
      if (broken === undefined) continue;
      const needed = Math.min(broken.neededSeconds, longest);
      yield {
        object,
        path,
        actual: setting.words,
        expected: `at least ${needed} s`,
        because: broken.sentence,
        fix: setting.change(needed),
        edits: setting.edits(needed),
      };
    }
  },
};
