import { boolYaml11Tag, CORE_SCHEMA, constructFromEvents, mergeTag, parseEvents, YAMLException } from 'js-yaml';

/**
 * What Kubernetes reads is YAML 1.2 with the words of 1.1 for true and false, and with merge keys.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/34146
 */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag, boolYaml11Tag);

/** Far more than any manifest repeats itself, far less than what a document that explodes needs. */
const MOST_ALIASES = 10_000;

/** Deeper than any schema in a CustomResourceDefinition. */
export const DEEPEST_TEXT = 500;

/** Every document of a stream; the two halves of js-yaml's `loadAll`, without the options that it makes anew for each of a thousand small files. */
function loadAll(text: string, json = false): readonly unknown[] {
  const events = parseEvents(text, { maxDepth: DEEPEST_TEXT });
  return constructFromEvents(events, { schema: SCHEMA, maxAliases: MOST_ALIASES, json, source: text });
}

/** The only document of a text. */
function load(text: string, json = false): unknown {
  const documents = loadAll(text, json);
  if (documents.length === 0) throw new YAMLException('expected a document, but the input is empty');
  if (documents.length > 1) throw new YAMLException('expected a single document in the stream, but found more');
  return documents[0];
}

/**
 * The values of all documents of a stream that hold something, where nothing is wrong with any of them: one by one they take a tenth longer. `undefined` where something is, or where it
 * cannot be told which document is which: a document may also end with three dots.
 */
export function readStream(text: string): readonly unknown[] | undefined {
  if (/(?<![^\r\n])\.\.\./.test(text)) return undefined;
  try {
    return loadAll(text).filter((value) => value !== null && value !== undefined);
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}

/** The value of one document, as Kubernetes would read it. @throws {YAMLException} where it could not */
export function readYaml(text: string): unknown {
  return readRepeated(text).value;
}

/** The same, with the line (counted from 0) of the first key that stands there a second time; of several the last one counts, as for kubectl. */
export function readRepeated(text: string): { readonly value: unknown; readonly repeated: number | undefined } {
  try {
    return { value: load(text), repeated: undefined };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const moved = withinItsBlock(text, error);
    if (moved !== undefined) return readRepeated(moved);
    if (!/duplicated mapping key/.test(error.reason)) throw error;
    return { value: load(text, true), repeated: error.mark?.line ?? 0 };
  }
}

/**
 * The text with the line moved to the right that stands left of its block inside brackets, mostly the bracket that closes them. YAML forbids that, and kubectl reads it, because the
 * library it reads with looks at no indentation there. Nothing else of the line changes, and no line more.
 */
function withinItsBlock(text: string, { reason, mark }: YAMLException): string | undefined {
  const line = mark?.line ?? 0;
  const lines = text.split('\n');
  const own = lines[line];
  const [before] = lines
    .slice(0, line)
    .filter((one) => one.trim() !== '')
    .slice(-1);
  if (!/deficient indentation/.test(reason) || own === undefined || before === undefined) return undefined;
  const depth = before.search(/\S/) + 1;
  // Where it stands deep enough already, something else is wrong.
  if (own.search(/\S/) >= depth) return undefined;
  lines[line] = ' '.repeat(depth) + own.trimStart();
  return lines.join('\n');
}

/** Blanks that a line got so that it can be read. */
export interface Move {
  /** Where they stand in the text with all of them. */
  readonly at: number;
  readonly blanks: number;
}

/** A document as it can be read, with what it got for it, from the first line to the last. */
export function readable(text: string): { readonly text: string; readonly moves: readonly Move[] } {
  const lines = new Map<number, number>();
  let current = text;
  for (;;) {
    try {
      parseEvents(current, { maxDepth: DEEPEST_TEXT });
      break;
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const moved = withinItsBlock(current, error);
      if (moved === undefined) throw error;
      const line = error.mark?.line ?? 0;
      lines.set(line, (lines.get(line) ?? 0) + moved.length - current.length);
      current = moved;
    }
  }
  if (lines.size === 0) return { text, moves: [] };
  let start = 0;
  const moves = current.split('\n').flatMap((line, i): readonly Move[] => {
    const at = start;
    start += line.length + 1;
    const blanks = lines.get(i);
    return blanks === undefined ? [] : [{ at, blanks }];
  });
  return { text: current, moves };
}
