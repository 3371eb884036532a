import { type Problems, shown } from './problems';

/**
 * What may stand in a field. Callers in plain JavaScript, or with a cast, meet a sentence and never a TypeError; what is wrong is exchanged for something usable, so
 * that everything else is judged in the same run.
 */
export interface Field {
  /** May it be left out? */
  readonly optional: boolean;
  /** What to give, as it stands in a sentence. */
  readonly allowed: string;
  /** Judged in the place of what cannot be used. */
  readonly standIn: unknown;
  /** The value with something usable in each of its parts; `undefined` where it is no such thing at all. */
  readonly read: (problems: Problems, path: string, value: unknown) => unknown;
}

/** A field that may be left out. */
export interface OptionalField extends Field {
  readonly optional: true;
}

/** The fields of an object: each is named, and one that may be left out is an {@link OptionalField}. */
export type Shape<Props> = {
  readonly [Name in keyof Props]-?: Record<never, never> extends Pick<Props, Name> ? OptionalField : Field;
};

/** Something that `fits` tells from everything else. */
export function thing(fits: (value: unknown) => boolean, allowed: string, standIn: unknown): Field {
  return { optional: false, allowed, standIn, read: (_problems, _path, value) => (fits(value) ? value : undefined) };
}

export const text = (example: string): Field =>
  thing((value) => typeof value === 'string', `text, such as ${shown(example)}`, example);

export const number = (example: number): Field =>
  thing((value) => typeof value === 'number', `a number, such as ${example}`, example);

export const flag: Field = thing((value) => typeof value === 'boolean', 'true or false', false);

/** An object of cdk8s-plus that bears a name, as far as anybody can tell. */
export const named = (allowed: string): Field =>
  thing((value) => isObject(value) && typeof value.name === 'string', allowed, { name: 'stand-in' });

/** Judged by whoever reads it, whatever it is. */
export const anything: OptionalField = {
  optional: true,
  allowed: 'anything',
  standIn: undefined,
  read: (_problems, _path, value) => value,
};

/** `standIn` is judged in the place of what cannot be used; without one it counts as left out. */
export function optional(field: Field, standIn?: unknown): OptionalField {
  return { ...field, optional: true, standIn };
}

/** A list whose items are all alike. */
export function list(item: Field, example: readonly unknown[]): Field {
  return {
    optional: false,
    allowed: `a list, such as ${shown(example)}`,
    standIn: example,
    read: (problems, path, value) =>
      // A hole in a list is an item that is missing.
      Array.isArray(value) ? Array.from(value, (each, i) => use(problems, `${path}[${i}]`, each, item)) : undefined,
  };
}

/** An object whose values are all alike, under names of the caller's. */
export function record(item: Field, example: object): Field {
  return {
    optional: false,
    allowed: `an object, such as ${shown(example)}`,
    standIn: {},
    read: (problems, path, value) =>
      isRecord(value)
        ? Object.fromEntries(
            Object.entries(plain(problems.at(path), value, () => item)).map(([name, each]) => [
              name,
              use(problems.at(path), name, each, item),
            ]),
          )
        : undefined,
  };
}

/** An object with fields of its own. */
export function object<Props>(shape: Shape<Props>): Field {
  const names = Object.keys(shape);
  return {
    optional: false,
    allowed: `an object with ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' and so on' : ''}`,
    standIn: standInFor(shape),
    read: (problems, path, value) =>
      hasFields(value, names) ? fitted(problems.at(path), value as unknown as Props, shape) : undefined,
  };
}

/**
 * `props` with something usable in every field: what does not fit is noted and exchanged, what nobody would read is noted.
 *
 * @param props what a caller gave, whatever it is
 */
export function fitted<Props>(problems: Problems, props: Props, shape: Shape<Props>): Props {
  const fields = shape as Readonly<Record<string, Field>>;
  if (!hasFields(props, Object.keys(fields))) {
    const needed = Object.keys(fields).filter((name) => fields[name]?.optional === false);
    problems.add('', misfit(props, `an object${needed.length === 0 ? '' : ` with ${needed.join(', ')}`}`));
    return standInFor(shape);
  }
  const given = plain(problems, props, (name) => fields[name], Object.keys(fields));
  const read: Record<string, unknown> = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  for (const [name, field] of Object.entries(fields)) {
    if (given[name] === undefined && field.optional) continue;
    const value = use(problems, name, given[name], field);
    if (value === undefined) delete read[name];
    else read[name] = value;
  }
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(fields, name) || value === undefined) continue;
    problems.add(name, `is not read by anything here; ${meant(name, Object.keys(fields))}`);
    delete read[name];
  }
  return read as Props;
}

/**
 * The values of an object, each read once; the fields of a class may stand in its prototype. One that throws when it is read is noted, and counts as what stands in.
 */
export function plain(
  problems: Problems,
  given: Readonly<Record<string, unknown>>,
  fieldOf: (name: string) => Field | undefined,
  inherited: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const read = (name: string): unknown => {
    try {
      return given[name];
    } catch (error) {
      problems.add(name, `cannot be read: it throws ${shown(String(error))}; give a plain value`);
      return fieldOf(name)?.standIn;
    }
  };
  const names = new Set([...Object.keys(given), ...inherited.filter((name) => name in given)]);
  return Object.fromEntries([...names].map((name) => [name, read(name)]));
}

function use(problems: Problems, path: string, value: unknown, field: Field): unknown {
  const read = field.read(problems, path, value);
  if (read !== undefined || field === anything) return read;
  problems.add(path, `${misfit(value, field.allowed)}${field.optional ? ', or leave it out' : ''}`);
  return field.standIn;
}

function standInFor<Props>(shape: Shape<Props>): Props {
  return Object.fromEntries(
    Object.entries<Field>(shape).flatMap(([name, { optional, standIn }]) => (optional ? [] : [[name, standIn]])),
  ) as Props;
}

function misfit(value: unknown, allowed: string): string {
  return value === undefined ? `is missing; give ${allowed}` : `${shown(value)} cannot be used here; give ${allowed}`;
}

function meant(name: string, names: readonly string[]): string {
  const near =
    names.find((one) => distance(one.toLowerCase(), name.toLowerCase()) <= 2) ??
    names.find((one) => isStem(name.toLowerCase(), one.toLowerCase()));
  return near === undefined ? `the fields are ${names.join(', ')}` : `did you mean ${shown(near)}?`;
}

/** Is it what a field's name is made of, as "live" is in "liveness" and "ready" in "readiness"? */
function isStem(name: string, field: string): boolean {
  return name.length >= 4 && field.startsWith(name.replace(/y$/, 'i'));
}

/** How many letters have to be added, taken out or exchanged. */
export function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const exchanged = (row[j - 1] as number) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[right.length] as number;
}

/** Is it an object, so that its fields can be looked at? */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Is it values under names, and nothing besides? What has a class keeps them elsewhere, as a Map does, or has none, as a Date. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Another realm, such as a test runner's, has an Object.prototype of its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Can it have been meant as an object with these fields? One of a class of the caller's can, where it has any of them. */
export function hasFields(value: unknown, names: readonly string[]): value is Readonly<Record<string, unknown>> {
  return isRecord(value) || (isObject(value) && !isBuiltIn(value) && names.some((name) => name in value));
}

/** A Map has a size, and an Error a name; neither is anybody's property. */
function isBuiltIn(value: object): boolean {
  return Object.prototype.toString.call(value) !== '[object Object]';
}
