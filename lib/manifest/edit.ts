import { dump } from 'js-yaml';
import { splitDocuments } from './documents';
import { type FieldPath, printPath, valueAt } from './field';
import { readYaml } from './read-yaml';
import { entryAt, type SourceNode, sourceTree } from './source-tree';

/** A change of one field: a value to write, or nothing at all to take the field away. */
export interface Edit {
  readonly path: FieldPath;
  readonly value?: unknown;
}

/** An edit could not be made without touching more than it names. */
export class EditError extends Error {}

/**
 * Makes one change in the text of a file and leaves every other character as it is: comments, order, quotes, line ends. The result is read
 * again and compared with what the change means; a text that does not say exactly that is not returned.
 *
 * @throws {EditError} when the change cannot be made in the way the text is written
 */
export function editText(text: string, document: number, edit: Edit): string {
  const part = splitDocuments(text)[document];
  if (part === undefined) throw new EditError(`there is no document ${document}`);
  const root = sourceTree(part.text);
  if (root === undefined) throw new EditError('the document is empty');
  const changed = edit.value === undefined ? removed(part.text, root, edit.path) : written(part.text, root, edit);
  const meant = applied(readYaml(part.text), edit);
  let got: unknown;
  try {
    got = readYaml(changed);
  } catch {
    got = undefined;
  }
  if (got === undefined || JSON.stringify(sorted(got)) !== JSON.stringify(sorted(meant))) {
    throw new EditError(`${printPath(edit.path)} cannot be changed in the way it is written; change it by hand`);
  }
  return text.slice(0, part.offset) + changed + text.slice(part.offset + part.text.length);
}

function written(text: string, root: SourceNode, { path, value }: Edit): string {
  const { entry, depth } = entryAt(root, path);
  const node = entry?.value ?? root;
  if (node.kind === 'alias') throw new EditError(`${printPath(path)} is an alias; change the anchor by hand`);
  if (depth === path.length) {
    const isEmpty = node.start === node.end;
    if (node.kind !== 'scalar' && !node.flow) throw new EditError(`${printPath(path)} is not a single value`);
    return splice(text, node.start, node.end, `${isEmpty ? ' ' : ''}${inline(value)}`);
  }
  // What is missing below becomes part of the value.
  const key = path[depth] as string | number;
  const nested = path.slice(depth + 1).reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
  // A key without a value, such as `annotations:`, becomes a mapping.
  if (
    entry !== undefined &&
    typeof key === 'string' &&
    node.kind === 'scalar' &&
    /^(|null|~)$/.test(text.slice(node.start, node.end))
  ) {
    const pad = node.start === node.end ? ' ' : '';
    return splice(text, node.start, node.end, `${pad}{ ${JSON.stringify(key)}: ${JSON.stringify(nested)} }`);
  }
  if (typeof key === 'number' || node.kind !== 'mapping')
    throw new EditError(`${printPath(path.slice(0, depth))} is no mapping`);
  if (node.flow) {
    const at = node.end - 1;
    const before = node.entries.length === 0 ? '' : ', ';
    const pad = /\s$/.test(text.slice(0, at)) && node.entries.length > 0;
    const insertAt = pad ? (node.entries.at(-1)?.value.end ?? at) : at;
    return splice(text, insertAt, insertAt, `${before}${JSON.stringify(key)}: ${JSON.stringify(nested)}`);
  }
  const first = node.entries[0]?.key;
  if (first === undefined) throw new EditError('the mapping is empty');
  const indent = ' '.repeat(first.start - lineStart(text, first.start));
  // As the lines of this file end: a few that end otherwise are a change of their own in every tool that shows it.
  const end = /\r?\n/.exec(text)?.[0] ?? '\n';
  const lines = dump({ [key]: nested }, { noRefs: true, lineWidth: -1 })
    .trimEnd()
    .split('\n')
    .map((line) => `${indent}${line}${end}`)
    .join('');
  const at = endOfLine(text, trimmedEnd(text, node.end));
  return text[at - 1] === '\n' ? splice(text, at, at, lines) : splice(text, at, at, `${end}${lines.trimEnd()}`);
}

function removed(text: string, root: SourceNode, path: FieldPath): string {
  const { entry, depth } = entryAt(root, path);
  if (entry === undefined || depth < path.length) return text;
  const parent = path.length === 1 ? root : entryAt(root, path.slice(0, -1)).entry?.value;
  const { key } = entry;
  if (parent === undefined || key === undefined) throw new EditError('parts of a list are removed by hand');
  const index = parent.entries.indexOf(entry);
  if (parent.flow) {
    const next = parent.entries[index + 1]?.key;
    const previous = parent.entries[index - 1]?.value;
    if (next !== undefined) return splice(text, key.start, next.start, '');
    return splice(text, previous?.end ?? key.start, entry.value.end, '');
  }
  const start = lineStart(text, key.start);
  if (parent.entries.length === 1 || text.slice(start, key.start).trim() !== '') {
    throw new EditError(`${printPath(path)} shares its line; remove it by hand`);
  }
  return splice(text, start, endOfLine(text, trimmedEnd(text, entry.value.end)), '');
}

/** The value on one line. JSON is YAML, and means the same to every reader. */
function inline(value: unknown): string {
  return typeof value === 'string' &&
    /^[A-Za-z_][A-Za-z0-9_./-]*$/.test(value) &&
    !/^(y|n|yes|no|on|off|true|false|null)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

function applied(value: unknown, { path, value: to }: Edit): unknown {
  const copy = structuredClone(value);
  const parentPath = path.slice(0, -1);
  const last = path.at(-1) as string | number;
  let parent = copy as Record<string | number, unknown>;
  for (const [i, part] of parentPath.entries()) {
    if (valueAt(copy, path.slice(0, i + 1)) === undefined) {
      if (to === undefined) return copy;
      parent[part] = {};
    }
    parent = parent[part] as Record<string | number, unknown>;
  }
  if (to === undefined) delete parent[last];
  else parent[last] = to;
  return copy;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, part]) => [key, sorted(part)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function splice(text: string, start: number, end: number, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** The start of the line after the one that holds the character before `at`. */
function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', Math.max(0, at));
  return end === -1 ? text.length : end + 1;
}

/** Where the last character of what ends at `end` stands: a block scalar ends behind its last line break. */
function trimmedEnd(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length;
}
