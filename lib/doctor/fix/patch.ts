import { isDeepStrictEqual } from 'node:util';
import { type FieldPath, printPath, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';

/** What a field is to become; `undefined` removes it. */
export interface Wanted {
  readonly path: FieldPath;
  readonly to: unknown;
}

const pointer = (path: FieldPath): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * JSON Patch for some fields of an object as it is now. The first operation holds the patch against its version: where somebody else was faster, the API server
 * refuses the whole.
 */
export function operations(object: Manifest, fields: readonly Wanted[]): readonly object[] {
  const made = new Set<string>();
  const found: object[] = [{ op: 'test', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion }];
  for (const { path, to } of fields) {
    if (to === undefined || to === null) {
      if (valueAt(object, path) !== undefined) found.push({ op: 'remove', path: pointer(path) });
      continue;
    }
    for (let depth = 1; depth < path.length; depth += 1) {
      const parent = path.slice(0, depth);
      const at = pointer(parent);
      if (valueAt(object, parent) !== undefined || made.has(at)) continue;
      made.add(at);
      found.push({ op: 'add', path: at, value: {} });
    }
    found.push({ op: valueAt(object, path) === undefined ? 'add' : 'replace', path: pointer(path), value: to });
  }
  return found;
}

/** Two values that say the same. */
export function same(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a ?? null, b ?? null);
}

/** A field and a value as a line of a report. */
export function shownField(path: FieldPath, value: unknown): string {
  return `${printPath(path)} = ${value === undefined || value === null ? '(absent)' : JSON.stringify(value)}`;
}
