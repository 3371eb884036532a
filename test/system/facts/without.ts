import { Bundle, type FieldPath, type Manifest, printPath } from '../../../lib/manifest';
import { factsOf } from './told';

/** What makes an object one; without it there is none. */
const IDENTITY = new Set(['apiVersion', 'kind', 'metadata', 'metadata.name']);

/**
 * What is read of some manifests, a fact on a numbered line, and what becomes of it when one field or one object is not there, or says something else: the numbers of the facts that go (`-`) and that
 * come (`+`). A fact that was not there before is written under the first change that makes it. What stands beside the manifests is not changed.
 */
export function factsWithout(manifests: readonly Manifest[], beside: readonly Manifest[] = []): string {
  const numbers = new Map<string, number>();
  const lines: string[] = [];
  const numberOf = (fact: string) => numbers.get(fact) ?? numbers.set(fact, numbers.size + 1).size;
  const write = (facts: Iterable<string>) => {
    for (const fact of facts) if (!numbers.has(fact)) lines.push(`${numberOf(fact)} ${fact}`);
  };
  const read = (these: readonly Manifest[]) => new Set(factsOf(new Bundle([...these, ...beside])));
  const base = read(manifests);
  write(base);
  const compare = (change: string, changed: readonly Manifest[]) => {
    const now = read(changed);
    const gone = [...base].filter((fact) => !now.has(fact)).map((fact) => `-${numberOf(fact)}`);
    const come = [...now].filter((fact) => !base.has(fact));
    if (gone.length + come.length === 0) return;
    const at = lines.push('');
    write(come);
    lines[at - 1] = `${change}: ${[...gone, ...come.map((fact) => `+${numberOf(fact)}`)].join(' ')}`;
  };
  for (const [at, manifest] of manifests.entries()) {
    const replaced = (other: Manifest) => manifests.map((one) => (one === manifest ? other : one));
    const name = `${manifest.kind} ${manifest.metadata.name}`;
    compare(`without ${name}`, [...manifests.slice(0, at), ...manifests.slice(at + 1)]);
    for (const [path, value] of fieldsOf(manifest)) {
      const where = `${name} ${printPath(path)}`;
      if (IDENTITY.has(printPath(path))) continue;
      compare(`${where}: nothing`, replaced(changed(manifest, path, undefined)));
      for (const [said, other] of others(value)) compare(`${where}: ${said}`, replaced(changed(manifest, path, other)));
    }
  }
  return lines.join('\n');
}

/** Something else of the same type, and how it is called: of a text of several lines, the same without one of them. */
function others(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value === 'number') return [[String(value + 1), value + 1]];
  if (typeof value === 'boolean') return [[String(!value), !value]];
  if (typeof value !== 'string') return [];
  const lines = value.split('\n');
  if (lines.length > 1)
    return lines.map((line, at) => [`without ${line.trim()}`, lines.filter((_, i) => i !== at).join('\n')]);
  return (/^\d/.test(value) ? ['7s', 'other'] : ['other']).map((other) => [other, other]);
}

function* fieldsOf(value: unknown, path: FieldPath = []): Generator<readonly [FieldPath, unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    yield [at, part];
    yield* fieldsOf(part, at);
  }
}

/** A copy with one field that is gone or says something else. */
function changed(manifest: Manifest, path: FieldPath, value: unknown): Manifest {
  const copy = structuredClone(manifest) as Manifest;
  let holder = copy as unknown as Record<string | number, unknown>;
  for (const part of path.slice(0, -1)) holder = holder[part] as Record<string | number, unknown>;
  const last = path.at(-1) as string | number;
  if (value !== undefined) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(last as number, 1);
  else delete holder[last];
  return copy;
}
