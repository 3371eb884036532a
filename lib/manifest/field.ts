/** Where a field stands in an object: keys and list positions, from the top. */
export type FieldPath = readonly (string | number)[];

/**
 * A field path as people write it.
 *
 * @example printPath(['metadata', 'annotations', 'cloud.google.com/neg']) // 'metadata.annotations["cloud.google.com/neg"]'
 */
export function printPath(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[A-Za-z_$][\w$-]*$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** The value at `path`, or `undefined` where the way ends earlier. Takes whatever people write: it never throws. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    if (!Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string | number, unknown>)[part];
  }
  return here ?? undefined;
}

/** `value` as a mapping; anything else is an empty one. */
export function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** `value` as a list; anything else is an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `value` as text; anything else is `undefined`. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** `value` as a finite number, written as one or as text such as `"80"`; anything else is `undefined`. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\s*-?\d+(\.\d+)?\s*$/.test(value)) return undefined;
  return Number(value);
}

/** Whatever stands in a field, in words. Takes what people write: of a mapping that has a key `toString` JavaScript makes no text. */
export function wordsOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
