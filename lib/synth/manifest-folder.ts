import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeFolder } from '../input/folder';
import { InvalidInputError } from '../input/problems';

/**
 * A folder that holds manifests and nothing else, replaced as a whole: files are staged beside it and take its place only when all of them
 * are written. What fails before leaves the old folder as it was; what is no longer generated does not stay behind.
 */
export class ManifestFolder {
  private readonly staging: string;
  /** Where the old folder stands until every new one is in its place. */
  private readonly aside: string;
  /** How far the exchange has come. */
  private done: 'nothing' | 'old is aside' | 'new is there' = 'nothing';

  /** @throws {InvalidInputError} when the folder holds something that synthesis did not write, or cannot be made */
  constructor(private readonly folder: string) {
    const foreign = entriesOf(folder).filter((name) => !name.endsWith('.yaml'));
    if (foreign.length > 0) {
      throw new InvalidInputError([
        `${folder} holds ${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ''}, which synthesis did not write ` +
          'and would delete; move them, or choose another output folder',
      ]);
    }
    this.staging = `${folder}.synth-${process.pid}`;
    this.aside = `${folder}.old-${process.pid}`;
    usable(folder, () => {
      for (const left of [this.staging, this.aside]) fs.rmSync(left, { recursive: true, force: true });
      makeFolder(this.staging);
    });
  }

  /** @throws {InvalidInputError} when the file cannot be written */
  write(file: string, text: string): void {
    usable(this.folder, () => fs.writeFileSync(path.join(this.staging, file), text));
  }

  /**
   * Puts the staged folders in the places of the old ones: all of them, or none.
   *
   * @throws {InvalidInputError} when one cannot be exchanged; the others are as they were
   */
  static commit(folders: readonly ManifestFolder[]): void {
    try {
      for (const folder of folders) usable(folder.folder, () => folder.exchange());
    } catch (error) {
      for (const folder of folders) folder.takeBack();
      throw error;
    }
    for (const folder of folders)
      usable(folder.folder, () => fs.rmSync(folder.aside, { recursive: true, force: true }));
  }

  /** Throws the staged files away. */
  discard(): void {
    fs.rmSync(this.staging, { recursive: true, force: true });
  }

  private exchange(): void {
    if (fs.existsSync(this.folder)) fs.renameSync(this.folder, this.aside);
    this.done = 'old is aside';
    fs.renameSync(this.staging, this.folder);
    this.done = 'new is there';
  }

  private takeBack(): void {
    if (this.done === 'new is there') fs.renameSync(this.folder, this.staging);
    if (this.done !== 'nothing' && fs.existsSync(this.aside)) fs.renameSync(this.aside, this.folder);
    this.discard();
  }
}

function entriesOf(folder: string): readonly string[] {
  return usable(folder, () => (fs.existsSync(folder) ? fs.readdirSync(folder) : []));
}

/** What the file system refuses is a wrong choice of folder, and said as such. */
function usable<T>(folder: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new InvalidInputError([
      `${folder} cannot be used as an output folder: ${(error as Error).message}; choose another one`,
    ]);
  }
}
