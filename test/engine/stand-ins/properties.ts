import { isDeepStrictEqual } from 'node:util';
import { type JavaScriptValue, Struct } from 'google-protobuf/google/protobuf/struct_pb';

export type Json = Record<string, unknown>;

/** How the protocol writes a value that is not known before the deployment. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export function read(properties: Struct | undefined): Json {
  return (properties?.toJavaScript() ?? {}) as Json;
}

export function written(properties: Json): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path such as `spec.selector`. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((found, key) => (isRecord(found) ? found[key] : undefined), value);
}

/** The paths at which two values differ: into objects, but not into lists. */
export function differences(before: unknown, after: unknown, path: readonly string[] = []): readonly string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [path.join('.')];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => differences(before[key], after[key], [...path, key]));
}

/** The part of `live` that stands where `managed` has a value: what a provider compares with the program. */
export function pruned(live: unknown, managed: unknown): unknown {
  if (!isRecord(managed) || !isRecord(live)) return live;
  return Object.fromEntries(
    Object.keys(managed)
      .filter((key) => live[key] !== undefined)
      .map((key) => [key, pruned(live[key], managed[key])]),
  );
}

/** Does `path` lie at or below one of `fields`? */
export function within(path: string, fields: readonly string[]): boolean {
  return fields.some((field) => path === field || path.startsWith(`${field}.`));
}
