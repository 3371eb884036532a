import { printPath, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { Cluster } from '../ask/cluster';
import { reasonOf } from '../inside/collect';
import { objectPath } from '../inside/kinds';
import { HIDDEN } from '../inside/redact-objects';
import { type Change, ownerOf } from './change';
import { operations, same } from './patch';
import type { UndoRecord, UndoRecords } from './records';

/** How a change went. */
export type Outcome =
  | { readonly state: 'made'; readonly id: string }
  | { readonly state: 'undone' | 'kept'; readonly id: string; readonly why: string }
  | { readonly state: 'refused'; readonly why: string };

export interface ApplyOptions {
  readonly cluster: Cluster;
  readonly records: UndoRecords;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** What of these is still seen, looked at anew. */
  readonly stillSeen: (observations: readonly string[]) => Promise<readonly string[]>;
  /** A rollout is still under way. */
  readonly rolling: () => Promise<boolean>;
  /** Milliseconds between two looks. @default 3000 */
  readonly everyMs?: number;
  /** @default - the clock */
  readonly now?: () => Date;
}

/**
 * Makes a change: asks the server without storing, writes down how to undo it, patches the version that was read, waits until what convicted is no longer seen, and
 * takes it back where that does not come.
 */
export async function apply(change: Change, options: ApplyOptions): Promise<Outcome> {
  const { cluster, records, say, signal } = options;
  const { object } = change;
  const owner = ownerOf(object);
  if (owner !== undefined)
    return { state: 'refused', why: `${nameOf(object)} belongs to ${owner.name}; change it in ${owner.where}` };
  const at = objectPath(object.kind, cluster.namespace, object.metadata.name);
  if (at === undefined) return { state: 'refused', why: `objects of kind ${object.kind} are not changed` };
  const read = await cluster.get(at);
  if (read.status !== 200) return { state: 'refused', why: `${nameOf(object)} cannot be read: ${reasonOf(read)}` };
  const now = JSON.parse(read.body) as Manifest;
  const moved = change.fields.find(
    ({ path, from }) => !same(from, valueAt(now, path)) && !JSON.stringify(from ?? '').includes(HIDDEN),
  );
  if (moved !== undefined)
    return {
      state: 'refused',
      why: `somebody else has changed ${nameOf(object)}: ${printPath(moved.path)} is ${JSON.stringify(valueAt(now, moved.path) ?? null)} now; look again`,
    };
  const patch = operations(now, change.fields);
  const tried = await cluster.patch({ path: at, operations: patch, dryRun: true });
  if (tried.status !== 200) return { state: 'refused', why: `the API server refuses it: ${reasonOf(tried)}` };
  if (signal.aborted) return { state: 'refused', why: 'interrupted before anything was changed' };
  const when = (options.now?.() ?? new Date()).toISOString();
  const record: UndoRecord = {
    holdfast: 'undo',
    version: 1,
    id: `${when.replace(/[:.]/g, '-')}-${change.code}`,
    code: change.code,
    at: when,
    context: cluster.context,
    object: {
      kind: object.kind,
      namespace: cluster.namespace,
      name: object.metadata.name,
      uid: String(now.metadata.uid),
    },
    fields: change.fields.map(({ path, from, to, back }) => ({ path, from, to, back })),
  };
  records.write(record);
  const made = await cluster.patch({ path: at, operations: patch, dryRun: false });
  if (made.status !== 200) {
    // Where the answer got lost it may have been made all the same.
    if (made.status !== 0) records.forget(record);
    return {
      state: 'refused',
      why:
        made.status === 0
          ? `no answer came: ${reasonOf(made)}; whether it was made is not known, holdfast doctor undo ${record.id} takes it back if it was`
          : made.status === 409 || made.status === 422
            ? `somebody else was changing ${nameOf(object)} at the same time; look again (${reasonOf(made)})`
            : `the API server refuses it: ${reasonOf(made)}`,
    };
  }
  say(`changed ${nameOf(object)}; holdfast doctor undo ${record.id} takes it back`);
  const left = await waitFor(change, options);
  if (left.length === 0) return { state: 'made', id: record.id };
  const why = `after ${change.withinSeconds} s this is still seen: ${left.join(', ')}`;
  if (signal.aborted) return { state: 'kept', id: record.id, why: 'interrupted before it could be verified' };
  say(`${why}; taking it back`);
  const back = await undo(record, cluster, records);
  return back.state === 'undone'
    ? { state: 'undone', id: record.id, why }
    : { state: 'kept', id: record.id, why: `${why}; and it could not be taken back: ${back.why}` };
}

/** Waits until nothing of what convicted is seen and nothing rolls any more. Returns what is seen at the end of its time. */
async function waitFor(
  change: Change,
  { stillSeen, rolling, everyMs = 3000, signal, say }: ApplyOptions,
): Promise<readonly string[]> {
  const until = Date.now() + change.withinSeconds * 1000;
  let left: readonly string[] = change.verify;
  say(`waiting until it acts, at most ${change.withinSeconds} s`);
  for (;;) {
    const busy = change.rolls && (await rolling());
    left = busy ? ['a rollout that has not ended'] : await stillSeen(change.verify);
    if (left.length === 0 || Date.now() >= until || signal.aborted) return left;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** How an undo went. */
export interface Undone {
  readonly state: 'undone' | 'nothing' | 'refused';
  readonly why: string;
}

/** Takes a change back: with the values that were there, written out, where nobody has changed the fields since. */
export async function undo(record: UndoRecord, cluster: Cluster, records: UndoRecords): Promise<Undone> {
  const { kind, name, namespace, uid } = record.object;
  const words = `${kind} ${name}`;
  if (record.context !== cluster.context)
    return {
      state: 'refused',
      why: `it was made in context ${record.context}, and this is ${cluster.context}; give --context ${record.context}`,
    };
  const at = objectPath(kind, namespace, name);
  if (at === undefined) return { state: 'refused', why: `objects of kind ${kind} are not changed` };
  const read = await cluster.get(at);
  if (read.status === 404) {
    records.close(record);
    return { state: 'nothing', why: `${words} is gone` };
  }
  if (read.status !== 200) return { state: 'refused', why: `${words} cannot be read: ${reasonOf(read)}` };
  const now = JSON.parse(read.body) as Manifest;
  if (String(now.metadata.uid) !== uid)
    return { state: 'refused', why: `${words} is another object of the same name by now` };
  const is = (which: 'from' | 'to') => record.fields.every((field) => same(valueAt(now, field.path), field[which]));
  if (!is('to')) {
    if (!is('from')) {
      const changed = record.fields.find((field) => !same(valueAt(now, field.path), field.to));
      const path = changed?.path ?? [];
      return {
        state: 'refused',
        why: `somebody has changed ${words} since: ${printPath(path)} is ${JSON.stringify(valueAt(now, path) ?? null)}`,
      };
    }
    records.close(record);
    return { state: 'nothing', why: `${words} is as it was; the change was never made, or was taken back already` };
  }
  const fields = record.fields.map(({ path, back }) => ({ path, to: back }));
  const made = await cluster.patch({ path: at, operations: operations(now, fields), dryRun: false });
  if (made.status !== 200) return { state: 'refused', why: `the API server refuses it: ${reasonOf(made)}` };
  records.close(record);
  return { state: 'undone', why: `${words} has its values back` };
}

function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}
