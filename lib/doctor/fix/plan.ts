import type { Diagnosis } from '../diagnose';
import { View } from '../facts/view';
import type { Change } from './change';

/** What would mend the causes that a diagnosis names, and those that need a person. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly byHand: Diagnosis['named'];
}

/** Plans for every cause that is named, or for one of them. */
export function plan({ recording, observations, named }: Diagnosis, only?: string): Plan {
  const { live } = new View(recording.asked, recording.evidence);
  const wanted = named.filter(({ cause }) => only === undefined || cause.code === only);
  const pairs = wanted.map((one) => ({
    one,
    change: live === undefined ? undefined : one.cause.mend?.({ live, recording, observations }),
  }));
  return {
    changes: pairs.flatMap(({ one, change }) => (change === undefined ? [] : [{ code: one.cause.code, ...change }])),
    byHand: pairs.filter(({ change }) => change === undefined).map(({ one }) => one),
  };
}
