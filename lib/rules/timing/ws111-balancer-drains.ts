import { servedSettings } from '../../system/evidence';
import { observe } from '../../system/observed';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import type { Rule } from '../rule';

export const ws111: Rule = {
  code: 'WS111',
  level: 'warning',
  title: 'the balancer drains connections instead of cutting them',
  story:
    'The moment a pod is deleted its connections are gone, although the pod would have served them for another minute. Every rollout is a reconnect storm.',
  why: 'Without connection draining the balancer closes what it has to an endpoint as soon as the endpoint is removed. GKE’s default is no draining at all.',
  fix: 'Write the draining time: preStop + drain of the pod.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/enabling-connection-draining',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const setting of servedSettings(bundle, 'drain')) {
      const { object, path, knob, seconds } = setting;
      if ((seconds ?? knob.defaultSeconds ?? 0) > 0) continue;
      const needed = Math.max(
        60,
        ...setting.workloads.map((workload) => {
          const { timing } = observe(bundle, workload);
          return Math.ceil(timing.preStopSeconds + timing.drainSeconds);
        }),
      );
      yield {
        object,
        path,
        actual: setting.words,
        expected: 'preStop + drain of the pod, in seconds',
        fix: setting.change(needed),
        edits: setting.edits(needed),
      };
    }
  },
};
