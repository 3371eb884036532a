import type { Bundle } from '../../manifest/bundle';
import { numberOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { evidenceAt, servedEntrances } from '../../system/evidence';
import { choosesByClient } from '../../system/nginx-text';
import { ENTRANCE_KINDS } from '../../system/platforms/all';
import { autoscalerOf } from '../../system/scaling';
import { affinityOf } from '../../system/settings';
import type { Rule } from '../rule';

export const ws226: Rule = {
  code: 'WS226',
  level: 'warning',
  title: 'with several pods, a client is bound to one of them',
  story: 'Polling clients get 400 "Session ID unknown" and never connect; with two pods it fails every other time.',
  why: 'All requests of one long-polling session must reach the process that opened it. Only where every client connects with transports: ["websocket"] is affinity not needed.',
  fix: 'Turn session affinity on at the balancer.',
  source: 'https://socket.io/docs/v4/using-multiple-nodes/',
  kinds: [...ENTRANCE_KINDS, 'HorizontalPodAutoscaler', 'ScaledObject'],
  *check(bundle) {
    for (const entrance of servedEntrances(bundle)) {
      if (!evidenceAt(bundle, entrance).sessions) continue;
      const many = entrance.workloads.find(
        (workload) => podsOf(bundle, workload) > 1 && !choosesByClient(bundle, workload),
      );
      // Where nothing configures the backend, more is missing: WS207 and WS240.
      const affinity = many === undefined ? undefined : affinityOf(bundle, entrance);
      if (many === undefined || affinity === undefined || affinity.bound) continue;
      yield {
        object: affinity.object,
        path: affinity.path,
        actual: affinity.words,
        expected: `a client bound to one of the ${podsOf(bundle, many)} pods of ${many.kind} ${many.metadata.name}`,
        fix: affinity.change,
        suggestions: affinity.edits,
      };
    }
  },
};

/** How many pods there may be at the most. */
function podsOf(bundle: Bundle, workload: Manifest): number {
  const replicas = numberOf(valueAt(workload, ['spec', 'replicas'])) ?? 1;
  return Math.max(replicas, numberOf(valueAt(autoscalerOf(bundle, workload), ['spec', 'maxReplicas'])) ?? 0);
}
