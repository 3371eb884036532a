/**
 * Thrown when what a caller gave cannot work. It carries every problem at once, so that one correction is enough;
 * each says what is wrong, the value given, what is allowed and the change to make.
 */
export class InvalidInputError extends Error {
  /** One sentence for each problem, in the order they were found. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? problems[0]
        : `${problems.length} problems:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.name = 'InvalidInputError';
    this.problems = Object.freeze([...problems]);
  }
}

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

/** A value as it stands in a message: strings quoted, the rest as JSON or as JavaScript calls it (`NaN`), never longer than a line. */
export function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** JSON knows no NaN and throws at what it cannot write, which a message about bad input must not. */
function textOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
