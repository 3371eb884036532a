import { InvalidInputError } from '../../input/problems';
import { applyOrderOf, identityOf, type Manifest } from '../../manifest/manifest';
import { referencesOf } from './references';

/** Room between two steps of the apply order for objects that wait for others of the same step. */
const STEP = 1000;

/**
 * The objects in groups, each of which waits for the group before it: by the order in which `kubectl apply` meets the files, corrected where an object refers to one
 * that would come later. Sorted by identity within a group, so that it depends on nothing but the objects.
 *
 * @param declared what each object was told to wait for, besides what it refers to
 * @throws {InvalidInputError} when objects wait for each other in a circle
 */
export function deploymentOrder(
  manifests: readonly Manifest[],
  declared: (manifest: Manifest) => readonly Manifest[] = () => [],
): readonly (readonly Manifest[])[] {
  const levels = new Map<Manifest, number>();
  const levelOf = (manifest: Manifest, waiting: readonly Manifest[]): number => {
    const known = levels.get(manifest);
    if (known !== undefined) return known;
    if (waiting.includes(manifest)) {
      const circle = [...waiting.slice(waiting.indexOf(manifest)), manifest].map(identityOf).join(' → ');
      throw new InvalidInputError([
        `these objects wait for each other, so none can be made: ${circle}; cut the circle`,
      ]);
    }
    const before = [...new Set([...referencesOf(manifest, manifests), ...declared(manifest)])];
    const level = Math.max(
      applyOrderOf(manifest) * STEP,
      ...before.map((other) => levelOf(other, [...waiting, manifest]) + 1),
    );
    levels.set(manifest, level);
    return level;
  };
  for (const manifest of manifests) levelOf(manifest, []);

  const groups = new Map<number, Manifest[]>();
  for (const manifest of [...manifests].sort(byIdentity)) {
    const level = levels.get(manifest) as number;
    groups.set(level, [...(groups.get(level) ?? []), manifest]);
  }
  return [...groups].sort(([left], [right]) => left - right).map(([, group]) => group);
}

function byIdentity(left: Manifest, right: Manifest): number {
  const [a, b] = [identityOf(left), identityOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
