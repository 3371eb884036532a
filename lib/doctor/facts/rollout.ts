import { numberOf, textOf, valueAt } from '../../manifest/field';
import type { Recording } from '../evidence';
import { Live } from './live';

/** What a rollout that is under way has reached, in words; `undefined` where none is. */
export function rolloutOf({ workload }: Live): string | undefined {
  if (workload === undefined) return undefined;
  const number = (...path: string[]) => numberOf(valueAt(workload, path)) ?? 0;
  const wanted = numberOf(valueAt(workload, ['spec', 'replicas'])) ?? 1;
  const updated = number('status', 'updatedReplicas');
  const unseen = number('status', 'observedGeneration') < number('metadata', 'generation');
  const words = `${workload.kind} ${workload.metadata.name}: ${updated} of ${wanted} pods are of the new revision`;
  if (workload.kind === 'StatefulSet') {
    const current = textOf(valueAt(workload, ['status', 'currentRevision']));
    const update = textOf(valueAt(workload, ['status', 'updateRevision']));
    return unseen || (update !== undefined && current !== update) ? words : undefined;
  }
  const total = number('status', 'replicas');
  return unseen || (wanted > 0 && (updated < wanted || total > updated)) ? words : undefined;
}

/** Whether a rollout is under way, or pods have not become ready yet. */
export function rolls({ asked, evidence }: Recording): boolean {
  const live = Live.of(asked, evidence);
  return (
    live !== undefined && (rolloutOf(live) !== undefined || live.pods.some(({ ready, leaving }) => !ready || leaving))
  );
}
