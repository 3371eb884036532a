import * as path from 'node:path';

/**
 * Thrown when what a caller gave cannot work. It carries every problem at once, so that one correction is enough;
 * each says what is wrong, the value given, what is allowed and the change to make.
 */
export class InvalidInputError extends Error {
  /** One sentence for each problem, in the order they were found. */
  declare readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? problems[0]
        : `${problems.length} problems:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.name = 'InvalidInputError';
    // Not enumerable: whoever prints an error that nobody caught would print every problem twice.
    Object.defineProperty(this, 'problems', { value: Object.freeze([...problems]), enumerable: false });
    this.stack = `${this.name}: ${this.message}${callerOf(this.stack)}`;
  }
}

/** Where the program that gave the input called us, which is all that a stack can tell about it. */
function callerOf(stack = ''): string {
  const frame = stack
    .split('\n')
    .find((line) => /^\s+at /.test(line) && !line.includes(HERE) && !/node_modules|\(?node:/.test(line));
  return frame === undefined ? '' : `\n${frame}`;
}

/** The folder of this library's own code. */
const HERE = `${path.join(__dirname, '..')}${path.sep}`;

/**
 * Collects problems while input is read, so that all of them can be reported together.
 *
 * A scope made with {@link Problems.at} writes into the same list and puts its path in front of each sentence.
 */
export class Problems {
  private readonly list: string[] = [];

  /**
   * The same collector, one level deeper: `at('storage').add('size', …)` reports `storage.size`. `aliases` gives fields, at whatever depth, the names they have for
   * the person who reads: with `{ name: 'names.ingress' }`, `add('name', …)` reports `names.ingress`.
   */
  at(path: string, aliases: Readonly<Record<string, string>> = {}): Problems {
    return new ProblemsAt(this, path, aliases);
  }

  /** Notes one problem with the field `path` of this scope, once; an empty path means the scope itself. */
  add(path: string, sentence: string): void {
    const problem = path === '' ? sentence : `${path}: ${sentence}`;
    if (!this.list.includes(problem)) this.list.push(problem);
  }

  /** Takes over the problems of an {@link InvalidInputError} that `step` throws; anything else is thrown on. */
  gather<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      for (const problem of error.problems) {
        const [, path = '', sentence = problem] = /^([\w$]+(?:\.[\w$-]+|\[\d+\])*): (.+)$/s.exec(problem) ?? [];
        this.add(path, sentence);
      }
      return undefined;
    }
  }

  get found(): readonly string[] {
    return this.list;
  }

  /** @throws {InvalidInputError} when anything was noted. */
  throwIfAny(): void {
    if (this.found.length > 0) throw new InvalidInputError(this.found);
  }
}

class ProblemsAt extends Problems {
  constructor(
    private readonly parent: Problems,
    private readonly path: string,
    private readonly aliases: Readonly<Record<string, string>>,
  ) {
    super();
  }

  override add(path: string, sentence: string): void {
    this.parent.add(join(this.path, this.renamed(path)), sentence);
  }

  override get found(): readonly string[] {
    return this.parent.found;
  }

  /** `edge.timing.idleTimeout` is below `edge.timing`. */
  private renamed(path: string): string {
    const alias = Object.keys(this.aliases).find((name) => path === name || path.startsWith(`${name}.`));
    return alias === undefined ? path : `${this.aliases[alias]}${path.slice(alias.length)}`;
  }
}

function join(left: string, right: string): string {
  return left !== '' && right !== '' ? `${left}.${right}` : left + right;
}

/** A value as it stands in a message: strings quoted, plain data as JSON, what has a class by its name; never longer than a line. */
export function shown(value: unknown): string {
  const text = written(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function written(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`;
  // JSON has no word for these, and null would be another value.
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'object' && value !== null) {
    const { constructor: made } = value as { readonly constructor?: unknown };
    if (typeof made === 'function' && made !== Object && made !== Array) return `an object of ${made.name}`;
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'an object that holds itself';
  }
}
