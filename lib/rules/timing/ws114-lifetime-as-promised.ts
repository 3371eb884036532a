import { servedAges } from '../../system/evidence';
import { carriedTiming } from '../../system/heartbeat';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { SHORTEST_LIFETIME_SECONDS } from '../../timing/limits';
import type { Rule } from '../rule';

export const ws114: Rule = {
  code: 'WS114',
  level: 'warning',
  title: 'the balancer lets connections live for as long as the timing promises',
  story:
    'Connections end earlier than the application was told they would. Tokens, presence and reconnect windows are sized for a life they do not have.',
  why: 'The timing that the workload carries names the longest life of a connection; on this balancer timeoutSec is that life.',
  fix: 'Set timeoutSec to maxConnectionLifetime, or derive the timing anew.',
  source: 'https://docs.cloud.google.com/load-balancing/docs/https/request-distribution',
  kinds: ENTRANCE_KINDS,
  *check(bundle) {
    for (const setting of servedAges(bundle)) {
      const { seconds, object, path, workloads } = setting;
      if (seconds === undefined || seconds < SHORTEST_LIFETIME_SECONDS) continue;
      const promised = Math.max(0, ...workloads.map((one) => carriedTiming(one)?.maxConnectionLifetimeSeconds ?? 0));
      if (seconds >= promised) continue;
      yield {
        object,
        path,
        actual: setting.words,
        expected: `${promised} s, the maxConnectionLifetime of the timing`,
        fix: setting.change(promised),
        edits: setting.edits(promised),
      };
    }
  },
};
