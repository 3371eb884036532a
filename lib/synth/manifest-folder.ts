import * as fs from 'node:fs';
import * as path from 'node:path';
import { InvalidInputError } from '../input/problems';

/**
 * A folder that holds manifests and nothing else, replaced as a whole: files are staged beside it and take its place only when all of them
 * are written. What fails before leaves the old folder as it was; what is no longer generated does not stay behind.
 */
export class ManifestFolder {
  private readonly staging: string;

  /** @throws {InvalidInputError} when the folder holds something that synthesis did not write */
  constructor(private readonly folder: string) {
    const foreign = entriesOf(folder).filter((name) => !name.endsWith('.yaml'));
    if (foreign.length > 0) {
      throw new InvalidInputError([
        `${folder} holds ${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ''}, which synthesis did not write ` +
          'and would delete; move them, or choose another output folder',
      ]);
    }
    this.staging = `${folder}.synth-${process.pid}`;
    usable(folder, () => {
      fs.rmSync(this.staging, { recursive: true, force: true });
      fs.mkdirSync(this.staging, { recursive: true });
    });
  }

  write(file: string, text: string): void {
    fs.writeFileSync(path.join(this.staging, file), text);
  }

  /** Puts the staged files in the place of the folder. */
  commit(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
    fs.renameSync(this.staging, this.folder);
  }

  /** Throws the staged files away. */
  discard(): void {
    fs.rmSync(this.staging, { recursive: true, force: true });
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
    throw new InvalidInputError([`${folder} cannot be used as an output folder: ${(error as Error).message}`]);
  }
}
