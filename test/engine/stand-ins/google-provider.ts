import { setTimeout as sleep } from 'node:timers/promises';
import { answersOf, FILLED_IN, idOf, NAMED_BY, REPLACED_BY } from './google';
import { differences, type Json, pruned, valueAt, within } from './properties';
import { serveProvider } from './provider';
import { checkInputs } from './sdk-types';
import { Refusal } from './serving';
import { trouble, World } from './world';

const world = new World('google');
let project = '';

/** Names that the provider made up, as the bridge to Terraform marks them. */
const DEFAULTS = '__defaults';

serveProvider({
  version: (require('@pulumi/gcp/package.json') as { version: string }).version,
  configure: (settings) => {
    project = String(settings.project ?? '');
  },
  diffConfig: (before, after) => {
    const paths = differences(before, after);
    return { paths, replaces: paths.filter((path) => path === 'project') };
  },
  check: ({ type, name }, given, before, seed) => {
    const failures = checkInputs('gcp', type, given);
    const field = NAMED_BY[type];
    if (field === undefined || given[field] !== undefined) return { inputs: { ...given, [DEFAULTS]: [] }, failures };
    const kept = before !== undefined && Array.isArray(before[DEFAULTS]) && before[DEFAULTS].includes(field);
    const made = kept ? before[field] : `${name}-${seed.slice(0, 7)}`;
    return { inputs: { ...given, [field]: made, [DEFAULTS]: [field] }, failures };
  },
  diff: ({ type }, before, after, ignored) => {
    const leftOut = (FILLED_IN[type] ?? []).filter((field) => after[field] === undefined);
    const paths = differences(before, after).filter((path) => !within(path, [DEFAULTS, ...ignored, ...leftOut]));
    const replaces = paths.filter((path) => within(path, REPLACED_BY[type] ?? []));
    const field = NAMED_BY[type];
    // Two of one name cannot be at once; where the provider chose it, it chooses another.
    const sameName =
      field !== undefined &&
      before[field] === after[field] &&
      !(Array.isArray(after[DEFAULTS]) && after[DEFAULTS].includes(field));
    return { paths, replaces, deleteBeforeReplace: replaces.length > 0 && sameName };
  },
  create: async ({ type }, inputs) => {
    const { slow } = trouble();
    if (slow?.[type] !== undefined) await sleep(slow[type] * 1000);
    const id = idOf(type, inputs, project);
    if (world.get(id) !== undefined) throw new Refusal(`googleapi: Error 409: The resource '${id}' already exists`);
    const parent = inputs.cluster;
    if (type.endsWith(':NodePool') && (typeof parent !== 'string' || world.get(parent) === undefined))
      throw new Refusal(`googleapi: Error 404: Not found: ${String(parent)}`);
    const state = { ...inputs, ...answersOf(type, inputs, id) };
    world.note(`create ${id}`);
    world.put(id, { type, ...state });
    return { id, state };
  },
  update: async ({ type }, id, _before, after) => {
    const state = { ...after, ...answersOf(type, after, id) };
    world.note(`update ${id}`);
    world.put(id, { type, ...state });
    return state;
  },
  read: (_subject, id, inputs) => {
    const live = world.get(id);
    if (live === undefined) return undefined;
    const { type: _type, ...state } = live;
    const managed = Object.keys(inputs).length === 0 ? state : (pruned(state, inputs) as Json);
    return { inputs: managed, state };
  },
  remove: async ({ type }, id, inputs) => {
    const live = world.get(id);
    if (live === undefined) {
      // Its cluster is gone, and with it the API that would answer for it.
      if (type.endsWith(':NodePool')) throw new Refusal(`googleapi: Error 404: Not found: ${String(inputs.cluster)}`);
      return;
    }
    if (live.deletionProtection === true)
      throw new Refusal('Cannot destroy cluster because deletion_protection is set to true');
    world.note(`delete ${id}`);
    world.remove(id);
    for (const [other, thing] of Object.entries(world.all()))
      if (valueAt(thing, 'cluster') === id && String(thing.type).endsWith(':NodePool')) world.remove(other);
  },
});
