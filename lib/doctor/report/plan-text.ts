import type { Diagnosis } from '../diagnose';
import { type Change, ownerOf } from '../fix/change';
import { shownField } from '../fix/patch';
import { plan } from '../fix/plan';

/** What would be changed, for people: every field with what is there, what it becomes, and what takes it back. */
export function planText(diagnosis: Diagnosis, only?: string): string {
  if (diagnosis.couldNotLook !== undefined) return 'Plan\n\nNone: what there is could not be looked at.\n';
  const { changes, byHand } = plan(diagnosis, only);
  const lines = changes.flatMap((change) => [...changeLines(change), '']);
  for (const { cause } of byHand)
    lines.push(`${cause.code}  ${cause.title}: by hand`, ...cause.fix.map((fix) => `  ${fix}`), '');
  if (lines.length === 0) lines.push('Nothing to change.', '');
  return `Plan\n\n${lines.join('\n')}`;
}

function changeLines(change: Change): readonly string[] {
  const { object, fields, code, why, withinSeconds, rolls, verify } = change;
  const owner = ownerOf(object);
  const name = `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  return [
    `${code}  ${name}`,
    ...fields.flatMap(({ path, from, to, back }) => [
      `  - ${shownField(path, from)}`,
      `  + ${shownField(path, to)}`,
      `  undo: ${shownField(path, back)}`,
    ]),
    `  because ${why}`,
    `  acts within ${withinSeconds} s${rolls ? '; pods are replaced one after the other' : ''}`,
    `  verified by: ${verify.length === 0 ? 'the end of the rollout' : verify.join(', ')}`,
    owner === undefined
      ? '  holdfast doctor --fix makes it'
      : `  not made here: it belongs to ${owner.name}. Change it in ${owner.where}`,
  ];
}

/** The same for programs; `null` where what there is could not be looked at, which is something else than nothing to change. */
export function planJson(diagnosis: Diagnosis, only?: string): object | null {
  if (diagnosis.couldNotLook !== undefined) return null;
  const { changes, byHand } = plan(diagnosis, only);
  return {
    changes: changes.map(({ object, ...change }) => ({
      ...change,
      object: { kind: object.kind, namespace: object.metadata.namespace ?? null, name: object.metadata.name },
      fields: change.fields.map(({ path, from, to, back }) => ({
        path,
        from: from ?? null,
        to: to ?? null,
        undo: back ?? null,
      })),
      owner: ownerOf(object) ?? null,
    })),
    byHand: byHand.map(({ cause }) => ({ code: cause.code, fix: cause.fix })),
  };
}
