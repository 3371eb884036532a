import * as fs from 'node:fs';
import * as path from 'node:path';
import { Problems } from '../input/problems';
import { whyNot } from '../input/why-not';
import type { Bundle, Origin } from '../manifest/bundle';
import { EditError, editText } from '../manifest/edit';
import { printPath } from '../manifest/field';
import { type Loaded, STDIN } from '../manifest/load';
import { identityOf } from '../manifest/manifest';
import type { Finding } from './finding';

/** What `--fix` did, or would do. */
export interface FixResult {
  /** New texts of the files that change, by name. */
  readonly texts: ReadonlyMap<string, string>;
  /** One sentence for each finding that was mended. */
  readonly fixed: readonly string[];
  /** One sentence for each finding whose edit could not be made in the way the file is written. */
  readonly refused: readonly string[];
}

/** Makes the mechanical edits of findings in the texts they were read from. Writes nothing. */
export function planFixes(loaded: Loaded, findings: readonly Finding[]): FixResult {
  const texts = new Map<string, string>();
  const fixed: string[] = [];
  const refused: string[] = [];
  const touched = new Set<string>();
  const origins = originsByIdentity(loaded.bundle);
  for (const finding of findings) {
    const origin = finding.place === undefined ? undefined : origins.get(`${finding.object} ${finding.place.file}`);
    if (finding.edits.length === 0 || origin === undefined || origin.file === STDIN) continue;
    const keys = finding.edits.map((edit) => `${origin.file} ${origin.document} ${printPath(edit.path)}`);
    // Two rules that want one field: the first has it; the next run judges the result.
    if (keys.some((key) => touched.has(key))) continue;
    const before = texts.get(origin.file) ?? loaded.texts.get(origin.file) ?? '';
    try {
      const after = finding.edits.reduce((text, edit) => editText(text, origin.document, edit), before);
      if (after === before) continue;
      texts.set(origin.file, after);
      for (const key of keys) touched.add(key);
      fixed.push(`${finding.code} ${finding.object}: ${finding.fix}`);
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      refused.push(`${finding.code} ${finding.object}: ${error.message}`);
    }
  }
  return { texts, fixed, refused };
}

/**
 * Writes texts in the place of files: all beside them first, then by renaming, so that no reader ever sees half of one.
 *
 * @throws {InvalidInputError} with every file that cannot be written; then none is changed
 */
export function writeTexts(texts: ReadonlyMap<string, string>, cwd = process.cwd()): void {
  const problems = new Problems();
  const staged: { readonly beside: string; readonly at: string }[] = [];
  for (const [file, text] of texts) {
    try {
      const at = fs.realpathSync(path.resolve(cwd, file));
      const beside = `${at}.holdfast-${process.pid}`;
      staged.push({ beside, at });
      fs.writeFileSync(beside, text, { mode: fs.statSync(at).mode });
    } catch (error) {
      problems.add(file, `cannot be written, and nothing was changed: ${whyNot(error)}`);
    }
  }
  if (problems.found.length > 0) for (const { beside } of staged) fs.rmSync(beside, { force: true });
  problems.throwIfAny();
  for (const { beside, at } of staged) fs.renameSync(beside, at);
}

/** Where each object was read, by its identity and file. */
export function originsByIdentity(bundle: Bundle): ReadonlyMap<string, Origin> {
  const found = new Map<string, Origin>();
  for (const object of bundle.objects) {
    const origin = bundle.originOf(object);
    const id = `${identityOf(object)} ${origin?.file}`;
    if (origin !== undefined && !found.has(id)) found.set(id, origin);
  }
  return found;
}
