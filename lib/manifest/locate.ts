import type { Origin } from './bundle';
import { type DocumentText, splitDocuments } from './documents';
import type { FieldPath } from './field';
import { entryAt, type SourceNode, sourceTree } from './source-tree';

/** A place in a file; lines and columns are counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line itself, without its line end. */
  readonly text: string;
}

/** Finds the places of fields in texts that were read. Remembers what it took apart: findings come in swarms. */
export class Locator {
  private readonly documents = new Map<string, readonly DocumentText[]>();
  private readonly trees = new Map<string, SourceNode | undefined>();

  constructor(private readonly texts: ReadonlyMap<string, string>) {}

  /** Where `path` is written; where it is not, what it is missing from. `undefined` for objects that were made in memory. */
  place(origin: Origin | undefined, path: FieldPath): Place | undefined {
    if (origin === undefined) return undefined;
    const text = this.texts.get(origin.file);
    if (text === undefined) return undefined;
    const parts = this.documents.get(origin.file) ?? splitDocuments(text);
    this.documents.set(origin.file, parts);
    const part = parts[origin.document];
    if (part === undefined) return undefined;
    const at = part.offset + this.offset(origin, part, pathInDocument(origin, path));
    const start = text.lastIndexOf('\n', at - 1) + 1;
    const end = text.indexOf('\n', at);
    const before = text.slice(part.offset, at);
    return {
      file: origin.file,
      line: part.line + before.split('\n').length - 1,
      column: at - start + 1,
      text: text.slice(start, end === -1 ? text.length : end).replace(/\r$/, ''),
    };
  }

  private offset(origin: Origin, part: DocumentText, path: FieldPath): number {
    const id = `${origin.file}\u0000${origin.document}`;
    if (!this.trees.has(id)) this.trees.set(id, sourceTree(part.text));
    const root = this.trees.get(id);
    if (root === undefined) return 0;
    const { entry } = entryAt(root, path);
    return entry === undefined ? root.start : (entry.key?.start ?? entry.value.start);
  }
}

/** The path from the top of the document, which is longer for an object that stands in a `List`. */
export function pathInDocument(origin: Origin, path: FieldPath): FieldPath {
  return origin.item === undefined ? path : ['items', origin.item, ...path];
}
