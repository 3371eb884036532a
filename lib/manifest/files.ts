import { InvalidInputError } from '../input/problems';
import { applyOrderOf, groupOf, identityOf, type Manifest } from './manifest';

/**
 * Names a file for each object, in the order of the objects: `40-service.web.yaml`. Objects of one kind and name in different namespaces, or of
 * different API groups, get `@` and the namespace or the group in addition, which no name can hold, so that no file ever takes the place of another.
 *
 * @throws {InvalidInputError} when one object occurs twice
 */
export function fileNames(manifests: readonly Manifest[]): readonly string[] {
  const duplicates = repeated(manifests.map(identityOf));
  if (duplicates.size > 0) {
    throw new InvalidInputError(
      [...duplicates].map(
        (identity) =>
          `${identity} is defined more than once; one of them would silently replace the other: rename or remove one`,
      ),
    );
  }
  let names = manifests.map((manifest) => `${prefix(manifest)}.${safe(manifest.metadata.name)}`);
  for (const qualifier of [namespaceOf, groupOf]) {
    const taken = repeated(names);
    names = names.map((name, i) =>
      taken.has(name) ? `${name}@${safe(qualifier(manifests[i] as Manifest)) || 'core'}` : name,
    );
  }
  return names.map((name) => `${name}.yaml`);
}

function prefix(manifest: Manifest): string {
  return `${String(applyOrderOf(manifest)).padStart(2, '0')}-${manifest.kind.toLowerCase()}`;
}

function namespaceOf(manifest: Manifest): string {
  return manifest.metadata.namespace ?? 'cluster';
}

/** RBAC names may hold characters that a file name may not. They are written as codes, so that two names never become one. */
function safe(name: string): string {
  return name.replace(
    /[^A-Za-z0-9._-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function repeated(values: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(values.filter((value) => seen.size === seen.add(value).size));
}
