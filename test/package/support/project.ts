import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const root = path.join(__dirname, '..', '..', '..');

/** The packed package, as a registry would hold it. */
export function tarball(): string {
  const file = process.env.HOLDFAST_PACKAGE;
  if (file === undefined) throw new Error('run this suite with jest.package.config.js, which packs the package');
  return file;
}

/** What a program printed and how it ended. */
export interface Run {
  readonly status: number | null;
  readonly output: string;
}

/** A stranger's project: a folder with the packed package and its peers installed, and nothing else of ours. */
export class Project {
  readonly folder: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-project-')));
    const modules = path.join(this.folder, 'node_modules');
    fs.mkdirSync(path.join(modules, 'holdfast'), { recursive: true });
    // The same packages that npm would install, without a registry.
    for (const name of fs.readdirSync(path.join(root, 'node_modules'))) {
      if (name !== '.package-lock.json' && name !== '.bin') {
        fs.symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
      }
    }
    execFileSync('tar', ['xzf', tarball(), '--strip-components=1', '-C', path.join(modules, 'holdfast')]);
    this.write(files);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
  }

  /** Runs a program of Node in the project. */
  node(...args: readonly string[]): Run {
    return this.nodeIn('.', ...args);
  }

  /** The same in a folder of it. */
  nodeIn(folder: string, ...args: readonly string[]): Run {
    const cwd = path.join(this.folder, folder);
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  }

  /** Runs the command line of the installed package. */
  holdfast(...args: readonly string[]): Run {
    return this.node(path.join('node_modules', 'holdfast', 'dist', 'lib', 'cli', 'main.js'), ...args);
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
