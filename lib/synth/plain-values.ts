import { shown } from '../input/problems';
import { type FieldPath, printPath } from '../manifest/field';

const ALLOWED = 'give text, a number, true or false, a list or a plain object';

/** What no manifest can hold, a sentence each: YAML has no word for it, or one that no API server reads. */
export function unwritable(value: unknown, path: FieldPath = []): readonly string[] {
  if (isWritable(value)) return [];
  if (typeof value !== 'object' || value === null)
    return [`${printPath(path)}: ${shown(value)} cannot stand in a manifest; ${ALLOWED}`];
  return Array.isArray(value)
    ? value.flatMap((each, i) => unwritable(each, [...path, i]))
    : Object.entries(value).flatMap(([name, each]) => unwritable(each, [...path, name]));
}

/** Asked of every field of every object, so that no way to it is remembered until one cannot be written. */
function isWritable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null)
    return value === null || typeof value === 'string' || typeof value === 'boolean' || value === undefined;
  if (Array.isArray(value)) return value.every(isWritable);
  for (const name in value) if (!isWritable((value as Readonly<Record<string, unknown>>)[name])) return false;
  return true;
}

/** What cdk8s says of an object of a class, which it does not write. Which field holds it, it does not say. */
const NOT_SIMPLE = /can't render non-simple object of type '([^']*)'/;

/** Why cdk8s makes no plain data of an object; `undefined` where that is somebody else's error. */
export function whyNotPlain(error: unknown): string | undefined {
  const message = String(error);
  if (/: RangeError: Maximum call stack/.test(message))
    return 'holds itself, and would have no end; take the circle out';
  const [, made] = NOT_SIMPLE.exec(message) ?? [];
  return made === undefined ? undefined : `holds an object of ${made}, which cannot stand in a manifest; ${ALLOWED}`;
}
