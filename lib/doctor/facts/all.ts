import { oneLine } from '../../input/printable';
import type { Recording } from '../evidence';
import { either, WITNESSES } from './balancer/witnesses';
import { CLOSED } from './closed';
import { HANDSHAKE } from './handshake';
import { IDLE } from './idle';
import { INSIDE } from './inside/all';
import { LIMITS } from './limits';
import type { Observation, ObservationKind } from './observation';
import { PATH } from './path';
import { PLAIN } from './plain';
import { SESSIONS } from './sessions';
import { View } from './view';
import { WEBSOCKET } from './websocket';

/** Everything that may be seen, in the order of a report. */
export const OBSERVATIONS: readonly ObservationKind[] = [
  ...PATH,
  ...HANDSHAKE,
  ...SESSIONS,
  ...WEBSOCKET,
  ...PLAIN,
  ...LIMITS,
  ...IDLE,
  ...CLOSED,
  ...INSIDE,
].map(witnessed);

function witnessed(kind: ObservationKind): ObservationKind {
  const told = WITNESSES[kind.id];
  return told === undefined ? kind : { ...kind, read: (view) => either(kind.read?.(view), told(view)) };
}

/** What may be seen of those who speak what was asked for. */
export function observationsFor({ protocol }: Recording['asked']): readonly ObservationKind[] {
  return OBSERVATIONS.filter(({ over }) => over === undefined || over === protocol);
}

/** Observations are functions of the evidence and of nothing else. */
export function observe(recording: Pick<Recording, 'asked' | 'evidence'>, hop = 'edge'): readonly Observation[] {
  const view = new View(recording.asked, recording.evidence, hop);
  return observationsFor(recording.asked).map(({ id, phase, title, read }) => {
    const reading = read?.(view);
    const rest = reading ?? { outcome: 'skipped' as const, said: '', refs: [] };
    return { id, phase, title, hop, ...rest, said: oneLine(rest.said) };
  });
}
