import * as path from 'node:path';
import { mappingOf, textOf } from './field';
import type { Manifest } from './manifest';

/** As much of an origin as says what was installed together. */
interface Source {
  readonly file: string;
}

/** Groups objects by what is installed together: a release, by its label; without one, a file of several objects, or a folder of single ones. */
export function companies(
  objects: readonly Manifest[],
  originOf: (object: Manifest) => Source | undefined,
): ReadonlyMap<Manifest, readonly Manifest[]> {
  const inFile = new Map<string, number>();
  for (const object of objects) {
    const file = originOf(object)?.file ?? '';
    inFile.set(file, (inFile.get(file) ?? 0) + 1);
  }
  const groups = new Map<string, Manifest[]>();
  const found = new Map<Manifest, readonly Manifest[]>();
  for (const object of objects) {
    const name = nameOf(object, originOf(object), inFile);
    const group = groups.get(name) ?? [];
    group.push(object);
    groups.set(name, group);
    found.set(object, group);
  }
  return found;
}

function nameOf(object: Manifest, origin: Source | undefined, inFile: ReadonlyMap<string, number>): string {
  const labels = mappingOf(object.metadata.labels);
  const release = textOf(labels['app.kubernetes.io/instance']) ?? textOf(labels.release);
  const place =
    origin === undefined ? '' : (inFile.get(origin.file) ?? 0) > 1 ? origin.file : path.dirname(origin.file);
  return release === undefined ? `at ${place}` : `release ${release} at ${place}`;
}
