import { oneLine, printable } from '../../input/printable';
import { type Problems, shown } from '../../input/problems';

/** Where the values of a stack's configuration come from. */
export interface ConfigSource {
  /** Every value by its full key, `namespace:name`, as text; structured values as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** The full keys of values that are stored encrypted. */
  readonly secretKeys: readonly string[];
}

/** A value and the way it must look. */
export type Parse<T> = (problems: Problems, path: string, value: unknown) => T | undefined;

/** The fields of a structured value. */
export type Shape = Readonly<Record<string, Parse<unknown>>>;

export type Read<S extends Shape> = { readonly [K in keyof S]?: NonNullable<ReturnType<S[K]>> };

/** The command that sets a value. A field or an item is a path, which the shell must not take for a pattern. */
const set = (path: string, value: string) => `pulumi config set ${argument(path)} ${value}`;

/** The commands that put a structure where a single value is, into which the command line sets no field. */
const setAnew = (path: string, first: string) =>
  `run: pulumi config rm ${argument(path)}, and: ${set(`${path}${first}`, '<value>')}`;

function argument(path: string): string {
  if (path.includes('[')) return `--path '${path}'`;
  return path.includes('.') ? `--path ${path}` : path;
}

/** More than any name, address or path has. */
const LONGEST_TEXT = 1000;

/** Text on one line, as a name or an address is: nothing in it that a terminal would obey, no blank at its ends, at most a thousand characters. */
export const text: Parse<string> = (problems, path, value) => {
  const wrong = wrongWith(value);
  if (wrong === undefined) return value as string;
  // Where a path is set, the command line takes what looks like a number for one.
  const command = typeof value === 'number' || typeof value === 'boolean' ? 'set --type string' : 'set';
  problems.add(path, `${shown(value)} ${wrong}; run: pulumi config ${command} ${argument(path)} <text>`);
  return undefined;
};

function wrongWith(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'is not text';
  if (value === '') return 'is empty';
  if (oneLine(value) !== value || printable(value) !== value)
    return 'has a line break, or another character that is not shown';
  if (value.trim() !== value) return 'begins or ends with a blank';
  return value.length > LONGEST_TEXT
    ? `is ${value.length} characters long; at most ${LONGEST_TEXT} are used`
    : undefined;
}

/** Whatever was stored, a file for example. Never shown. */
const stored: Parse<string> = (problems, path, value) => {
  if (typeof value === 'string' && value.trim() !== '') return value;
  problems.add(path, `is empty; run: pulumi config set --secret ${path}, or: pulumi config rm ${path}`);
  return undefined;
};

/** True or false, and nothing that only looks like it. */
export const flag: Parse<boolean> = (problems, path, value) => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  problems.add(path, `${shown(value)} is neither true nor false; run: ${set(path, '<true or false>')}`);
  return undefined;
};

/** A number. */
export const count: Parse<number> = (problems, path, value) => {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  problems.add(path, `${shown(value)} is not a number; run: ${set(path, '<number>')}`);
  return undefined;
};

/** What is no structure, so that it is not read as JSON. */
const AS_WRITTEN: readonly Parse<unknown>[] = [text, stored, flag, count];

/** A list of texts. */
export const texts: Parse<readonly string[]> = (problems, path, value) => {
  if (!Array.isArray(value)) {
    problems.add(path, `${shown(value)} is not a list; ${setAnew(path, '[0]')}`);
    return undefined;
  }
  return value.flatMap((item, i) => text(problems, `${path}[${i}]`, item) ?? []);
};

/** An object with known fields. A field that is not known is a mistake in writing, not something to ignore. */
export function object<S extends Shape>(shape: S): Parse<Read<S>> {
  return (problems, path, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const fields = Object.keys(shape);
      const [first = ''] = fields;
      const example = shape[first] === texts ? `.${first}[0]` : `.${first}`;
      problems.add(path, `${shown(value)} is not an object with ${fields.join(', ')}; ${setAnew(path, example)}`);
      return undefined;
    }
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(shape, key))
        problems.add(`${path}.${key}`, `is unknown; the fields are ${Object.keys(shape).join(', ')}`);
    }
    return Object.fromEntries(
      Object.entries(shape).flatMap(([key, parse]) => {
        const item = (value as Readonly<Record<string, unknown>>)[key];
        return item === undefined ? [] : [[key, parse(problems, `${path}.${key}`, item)]];
      }),
    ) as Read<S>;
  };
}

/**
 * Reads the configuration of a stack and notes everything that is wrong with it: a wrong type, a key that nobody reads, a secret in plain text. Pulumi's own `Config` stops at the first.
 */
export class ConfigReader {
  private readonly read = new Set<string>();

  constructor(
    private readonly problems: Problems,
    private readonly source: ConfigSource,
  ) {}

  /** A value that may be left out. */
  optional<T>(key: string, parse: Parse<T>): T | undefined {
    this.read.add(key);
    const value = this.source.values[key];
    if (value === undefined) return undefined;
    return parse(this.problems, key, AS_WRITTEN.includes(parse) ? value : json(value));
  }

  /** A value that must be there. */
  required<T>(key: string, parse: Parse<T>, example: string): T | undefined {
    if (this.source.values[key] === undefined)
      this.problems.add(key, `is not set; run: pulumi config set ${key} ${example}`);
    return this.optional(key, parse);
  }

  /** A value that must be stored encrypted. */
  secret(key: string): string | undefined {
    const value = this.optional(key, stored);
    if (value !== undefined && !this.source.secretKeys.includes(key))
      this.problems.add(
        key,
        `is stored in plain text, where everybody can read it; run: pulumi config set --secret ${key}`,
      );
    return value;
  }

  /** Notes every key of a namespace that was not asked for. */
  refuseUnknown(namespace: string): void {
    for (const key of Object.keys(this.source.values).sort()) {
      if (!key.startsWith(`${namespace}:`) || this.read.has(key)) continue;
      const [structure = ''] = key.split(/[.[]/);
      if (structure !== key && this.read.has(structure)) {
        // As `pulumi config set` stores it without --path, and takes it out again without one.
        this.problems.add(
          key,
          `is one name, and no part of ${structure}, as it was set without --path; run: pulumi config rm '${key}', and: ${set(key, '<value>')}`,
        );
        continue;
      }
      const known = [...this.read].filter((name) => name.startsWith(`${namespace}:`));
      this.problems.add(
        key,
        `is unknown; the keys are ${known.sort().join(', ')}; to take it out, run: pulumi config rm '${key}'`,
      );
    }
  }
}

function json(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
