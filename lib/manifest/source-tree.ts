import { type Event, parseEvents, YAMLException } from 'js-yaml';
import type { FieldPath } from './field';
import { DEEPEST_TEXT, type Move, readable } from './read-yaml';

/** A node of a YAML document with the places of its text, end-exclusive. */
export interface SourceNode {
  readonly kind: 'scalar' | 'mapping' | 'list' | 'alias';
  readonly start: number;
  /** For a block: the end of its last part. */
  readonly end: number;
  /** Written with brackets, or, for a scalar, on one line. */
  readonly flow: boolean;
  readonly entries: readonly SourceEntry[];
}

/** A part of a mapping or list. */
export interface SourceEntry {
  /** The key of a mapping, the position in a list. */
  readonly name: string | number;
  /** The key itself; `undefined` in a list. */
  readonly key: SourceNode | undefined;
  readonly value: SourceNode;
}

const SEQUENCE = 2;
const MAPPING = 3;
const SCALAR = 4;
const ALIAS = 5;
const POP = 6;
const BLOCK_COLLECTION = 1;
const PLAIN = 1;
const SINGLE_QUOTED = 2;
const DOUBLE_QUOTED = 3;

/** The places of everything in one YAML document. Made only for documents in which something was found: it costs as much as reading. */
export function sourceTree(text: string): SourceNode | undefined {
  try {
    return treeOf(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    // What was read although YAML forbids it is found in the same way.
    const read = readable(text);
    const root = treeOf(read.text);
    return root === undefined ? undefined : placedBack(root, read.moves);
  }
}

/** A tree with the places that its parts have without the blanks that lines got. */
function placedBack(node: SourceNode, moves: readonly Move[]): SourceNode {
  const back = (place: number) =>
    moves.reduceRight((at, move) => (at <= move.at ? at : Math.max(move.at, at - move.blanks)), place);
  const placed = (one: SourceNode): SourceNode => ({
    ...one,
    start: back(one.start),
    end: back(one.end),
    entries: one.entries.map(({ name, key, value }) => ({
      name,
      key: key === undefined ? undefined : placed(key),
      value: placed(value),
    })),
  });
  return placed(node);
}

function treeOf(text: string): SourceNode | undefined {
  const events = parseEvents(text, { maxDepth: DEEPEST_TEXT });
  let next = events.findIndex((event) => event.type === SEQUENCE || event.type === MAPPING || event.type === SCALAR);
  if (next === -1) return undefined;
  const read = (): SourceNode => {
    const event = events[next] as Event;
    next += 1;
    if (event.type === SCALAR) return scalar(text, event);
    if (event.type === ALIAS) return leaf('alias', event.anchorStart - 1, event.anchorEnd);
    if (event.type !== SEQUENCE && event.type !== MAPPING) throw new Error(`unexpected YAML event ${event.type}`);
    const entries: SourceEntry[] = [];
    while (next < events.length && (events[next] as Event).type !== POP) {
      if (event.type === SEQUENCE) {
        entries.push({ name: entries.length, key: undefined, value: read() });
      } else {
        const key = read();
        const value = read();
        // An empty value stands nowhere; its place is behind the colon.
        const empty = value.kind === 'scalar' && value.end === -1;
        const place = text.indexOf(':', key.end) + 1;
        entries.push({ name: keyText(text, key), key, value: empty ? leaf('scalar', place, place) : value });
      }
    }
    next += 1;
    const flow = event.style !== BLOCK_COLLECTION;
    const last = entries.at(-1)?.value.end ?? event.start + 1;
    return {
      kind: event.type === SEQUENCE ? 'list' : 'mapping',
      start: event.start,
      end: flow ? closing(text, last) : last,
      flow,
      entries,
    };
  };
  return read();
}

/** The entry at `path`; where the way ends earlier, the deepest one on it. */
export function entryAt(root: SourceNode, path: FieldPath): { readonly entry?: SourceEntry; readonly depth: number } {
  let node = root;
  let found: SourceEntry | undefined;
  let depth = 0;
  for (const part of path) {
    // Of a key that stands there twice, the last one counts.
    const entry = node.entries.filter(({ name }) => name === part).at(-1);
    if (entry === undefined) break;
    found = entry;
    node = entry.value;
    depth += 1;
  }
  return found === undefined ? { depth } : { entry: found, depth };
}

function scalar(text: string, event: Extract<Event, { type: 4 }>): SourceNode {
  const { valueStart, valueEnd, style } = event;
  if (style === SINGLE_QUOTED || style === DOUBLE_QUOTED) return leaf('scalar', valueStart - 1, valueEnd + 1);
  if (style === PLAIN) return leaf('scalar', valueStart, valueEnd);
  // A block scalar starts at its header, which is behind the key and before the text.
  const header = Math.max(text.lastIndexOf('|', valueStart), text.lastIndexOf('>', valueStart));
  return { kind: 'scalar', start: header === -1 ? valueStart : header, end: valueEnd, flow: false, entries: [] };
}

function leaf(kind: SourceNode['kind'], start: number, end: number): SourceNode {
  return { kind, start, end, flow: true, entries: [] };
}

function keyText(text: string, key: SourceNode): string {
  const raw = text.slice(key.start, key.end);
  if (raw.startsWith('"')) {
    try {
      return String(JSON.parse(raw));
    } catch {
      return raw.slice(1, -1);
    }
  }
  return raw.startsWith("'") ? raw.slice(1, -1).replaceAll("''", "'") : raw;
}

/** Behind the bracket that closes what ends at `from`. Between them stand white space, a comma and comments only. */
function closing(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === ']' || character === '}') return at + 1;
    if (character === '#') at = text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at);
    else at += 1;
  }
  return text.length;
}
