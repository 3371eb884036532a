import { numberOf, valueAt, wordsOf } from '../../manifest/field';
import { entrancesTo } from '../../system/entrances';
import { serversOf } from '../../system/evidence';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { autoscalersOf } from '../../system/scaling';
import type { Rule } from '../rule';

export const ws325: Rule = {
  code: 'WS325',
  level: 'warning',
  title: 'an autoscaler keeps pods while nothing happens',
  story:
    'At night the last pod goes, with everybody who was connected and silent. The first who comes back waits for a pod to start.',
  why: 'KEDA takes everything away unless minReplicaCount says otherwise, by a metric that need not know of connections. With one pod, everybody is on it when its node goes, which is worth knowing.',
  fix: 'Keep two pods at the least.',
  source: 'https://keda.sh/docs/latest/reference/scaledobject-spec/#minreplicacount',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const workload of serversOf(bundle)) {
      if (entrancesTo(bundle, workload).length === 0) continue;
      for (const scaler of autoscalersOf(bundle, workload)) {
        const keda = scaler.kind === 'ScaledObject';
        const path = ['spec', keda ? 'minReplicaCount' : 'minReplicas'];
        const written = numberOf(valueAt(scaler, path));
        const least = written ?? (keda ? 0 : 1);
        if (least > 1 || (!keda && written === undefined)) continue;
        yield {
          object: scaler,
          path,
          actual: written === undefined ? 'not written, so 0' : wordsOf(written),
          expected: '2 or more, for what must not stop',
          fix: `set ${String(path[1])} to 2`,
          ...(least === 0 ? {} : { level: 'info' }),
          suggestions: [{ path, value: 2 }],
        };
      }
    }
  },
};
