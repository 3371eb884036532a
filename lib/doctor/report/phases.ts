import type { Diagnosis, Named } from '../diagnose';
import type { Observation, Phase } from '../facts/observation';

/** The phases, as they are headed. */
export const PHASES: readonly (readonly [Phase, string])[] = [
  ['environment', '1 environment validation'],
  ['headers', '2 header analysis'],
  ['backend', '3 backend investigation'],
  ['configuration', '4 backend configuration analysis'],
  ['health', '5 health check verification'],
  ['affinity', '6 session affinity testing'],
  ['handshake', '7 WebSocket handshake simulation'],
];

/** √ as it should be, × abnormal, ‼ not clear; what was not looked at has a place of its own. */
export function sign({ outcome }: Observation): '√' | '×' | '‼' {
  if (outcome === 'yes') return '×';
  return outcome === 'no' ? '√' : '‼';
}

export function percent(p: number): string {
  const rounded = Math.round(p * 1000) / 10;
  return `${rounded >= 99.9 ? '99.9' : rounded >= 10 && rounded < 99 ? Math.round(rounded) : rounded} %`;
}

/** What was looked at, phase by phase; a phase in which nothing was seen is empty. */
export function byPhase(
  diagnosis: Diagnosis,
): readonly { readonly name: string; readonly seen: readonly Observation[] }[] {
  return PHASES.map(([phase, name]) => ({
    name,
    seen: diagnosis.observations.filter((one) => one.phase === phase && one.outcome !== 'skipped'),
  }));
}

/** What was looked at: the address, or the namespace where its routes give none. */
export function whereSaid({ recording: { asked } }: Diagnosis): string {
  const { cluster } = asked;
  if (cluster === undefined || !asked.url.startsWith(`http://${cluster.namespace}.invalid/`)) return asked.url;
  return `namespace ${cluster.namespace}`;
}

/** `heartbeat on the wire 25 s + 20 s`. */
export function heartbeatSaid({ heartbeat, recording, couldNotLook }: Diagnosis): string {
  if (couldNotLook !== undefined && heartbeat === undefined) return 'not looked at';
  if (heartbeat === undefined)
    return recording.asked.protocol === 'websocket' ? 'plain WebSocket' : 'no heartbeat was heard';
  const text = (ms: number) => (ms >= 1000 ? `${Math.round(ms / 100) / 10} s` : `${ms} ms`);
  return `heartbeat on the wire ${text(heartbeat.pingInterval)} + ${text(heartbeat.pingTimeout)}`;
}

/** A cause that explains the same less well, and what would tell. */
export function rivalSaid({ cause, share, by }: Named['rivals'][number]): string {
  return `${cause.code} ${cause.title} (${percent(share)})${by.length === 0 ? '' : `; what would tell: ${by.join('; ')}`}`;
}

/** A cause, and those that look the same. */
function oneOf({ cause, share, alike, rivals }: Named): string {
  const all = [...alike, ...rivals];
  const [other, ...more] = all;
  const first = `${cause.code} ${cause.title} (${percent(share)})`;
  if (other === undefined) return first;
  if (more.length === 0) return `${first} or ${other.cause.code} ${other.cause.title} (${percent(other.share)})`;
  return `${first} or one that looks much the same: ${all
    .map((one) => `${one.cause.code} (${percent(one.share)})`)
    .join(', ')}`;
}

/** The one line that says how it went. */
export function verdict(diagnosis: Diagnosis): string {
  const { named, unexplained, couldNotLook, recording } = diagnosis;
  if (couldNotLook !== undefined) return `could not look: ${couldNotLook}`;
  if (named.length > 0) {
    const list = named.map(oneOf).join('; ');
    return named.length === 1 ? `the cause: ${list}` : `${named.length} causes: ${list}`;
  }
  if (unexplained.length > 0) return 'something is abnormal that no cause explains';
  if (recording.ended.ended === 'interrupted') return 'interrupted; nothing wrong in what was seen';
  if (recording.asked.quick) return 'nothing wrong in what a quick look sees';
  return diagnosis.lookedAtAll ? 'nothing wrong here' : 'nothing wrong in what was looked at';
}
