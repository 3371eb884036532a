import { mappingOf, valueAt, wordsOf } from './field';
import type { Manifest } from './manifest';

/** An annotation as text; YAML people forget the quotes, and the reader should still see what they meant. */
export function annotationOf(object: Manifest, name: string): string | undefined {
  const value = valueAt(object, ['metadata', 'annotations', name]);
  return value === undefined ? undefined : wordsOf(value);
}

/** The annotations of an object. */
export function annotationsOf(object: Manifest): readonly (readonly [name: string, value: string])[] {
  return Object.entries(mappingOf(object.metadata.annotations)).map(([name, value]) => [name, wordsOf(value)] as const);
}
