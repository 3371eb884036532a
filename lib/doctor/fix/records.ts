import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeFolder } from '../../input/folder';
import { InvalidInputError, shown } from '../../input/problems';
import { whyNot } from '../../input/why-not';
import type { FieldPath } from '../../manifest/field';

/** What a fix is about to do, written before it does it, so that it can be taken back whatever happens. */
export interface UndoRecord {
  readonly holdfast: 'undo';
  readonly version: 1;
  readonly id: string;
  readonly code: string;
  readonly at: string;
  readonly context: string;
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string; readonly uid: string };
  readonly fields: readonly {
    readonly path: FieldPath;
    /** What was there before. */
    readonly from?: unknown;
    /** What the fix wrote. */
    readonly to: unknown;
    /** What takes it back; absent where the field is removed. */
    readonly back?: unknown;
  }[];
}

const OPEN = '.json';
const CLOSED = '.undone.json';

/** The records of one folder. Each is a file of its own; what was undone keeps its record under another name. */
export class UndoRecords {
  constructor(readonly folder: string) {}

  /** Writes a record as a whole or not at all. @throws {InvalidInputError} where it cannot be written; nothing may be changed then */
  write(record: UndoRecord): string {
    const file = path.join(this.folder, `${record.id}${OPEN}`);
    try {
      makeFolder(this.folder);
      fs.writeFileSync(`${file}.part`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
      fs.renameSync(`${file}.part`, file);
    } catch (error) {
      throw new InvalidInputError([
        `the record that would undo the change cannot be written: ${whyNot(error)}; nothing was changed`,
      ]);
    }
    return file;
  }

  /** That nothing has to be taken back: the change was refused. */
  forget({ id }: UndoRecord): void {
    fs.rmSync(path.join(this.folder, `${id}${OPEN}`), { force: true });
  }

  close({ id }: UndoRecord): void {
    fs.renameSync(path.join(this.folder, `${id}${OPEN}`), path.join(this.folder, `${id}${CLOSED}`));
  }

  /** The ids of what can be undone, the newest first. */
  open(): readonly string[] {
    if (!fs.existsSync(this.folder)) return [];
    return fs
      .readdirSync(this.folder)
      .filter((file) => file.endsWith(OPEN) && !file.endsWith(CLOSED))
      .map((file) => file.slice(0, -OPEN.length))
      .sort()
      .reverse();
  }

  /** @throws {InvalidInputError} where there is none, or it is none of ours */
  read(id: string | undefined): UndoRecord {
    const open = this.open();
    const wanted = id ?? open[0];
    if (wanted === undefined) throw new InvalidInputError([`there is nothing to undo in ${this.folder}`]);
    if (!open.includes(wanted))
      throw new InvalidInputError([
        `${shown(wanted)} is no change that can be undone; in ${this.folder} ${open.length === 0 ? 'is none' : `is ${open.join(', ')}`}`,
      ]);
    const text = fs.readFileSync(path.join(this.folder, `${wanted}${OPEN}`), 'utf8');
    try {
      const record = JSON.parse(text) as UndoRecord;
      if (record.holdfast === 'undo' && record.version === 1 && Array.isArray(record.fields)) return record;
    } catch {
      // Said below.
    }
    throw new InvalidInputError([
      `${path.join(this.folder, `${wanted}${OPEN}`)} is no record of a change; it was changed by hand`,
    ]);
  }
}
