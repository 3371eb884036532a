import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Command, Option } from 'commander';
import { InvalidInputError, shown } from '../input/problems';
import type { Bundle } from '../manifest/bundle';
import type { PaperName, SystemOnPaper } from '../papers';
import type { Terminal } from './terminal';

const NAMES: readonly PaperName[] = ['runbook', 'card', 'incident', 'checklists', 'criteria', 'workshop'];

interface RunbookArguments {
  readonly paper: PaperName;
  readonly workload?: string;
  readonly output?: string;
}

/** `holdfast runbook`: what hangs on the wall, from the manifests of a system. */
export function registerRunbook(program: Command, terminal: Terminal): void {
  program
    .command('runbook')
    .description('write runbook, on-call card, checklists and the rest from the manifests of a system')
    .argument('<where>', 'a folder of manifests, or an environment whose manifests are in manifests/<environment>')
    .addOption(new Option('-p, --paper <name>', 'which page is printed').choices([...NAMES]).default('runbook'))
    .option('--workload <name>', 'whose, where the manifests hold several servers')
    .option('-o, --output <folder>', 'write every page into this folder instead')
    .action((where: string, args: RunbookArguments) => {
      const papers = require('../papers') as typeof import('../papers');
      const system = systemIn(bundleAt(where, terminal.cwd), papers.systemsOnPaper, args.workload);
      if (args.output === undefined) {
        terminal.out(papers.PAPERS.find(({ name }) => name === args.paper)?.write(system) ?? '');
        return;
      }
      const folder = path.resolve(terminal.cwd, args.output);
      const pages = papers.PAPERS.map(({ file, write }) => [file, write(system)] as const);
      try {
        fs.mkdirSync(folder, { recursive: true });
        for (const [file, text] of pages) fs.writeFileSync(path.join(folder, file), text);
      } catch (error) {
        throw new InvalidInputError([
          `${folder} cannot be written to: ${(error as NodeJS.ErrnoException).code}; give another folder with --output`,
        ]);
      }
      terminal.err(`${pages.map(([file]) => file).join(', ')} in ${args.output}\n`);
    });
}

/**
 * The manifests of a folder, or of an environment.
 *
 * @throws {InvalidInputError} for what cannot be read, or is several systems at once
 */
export function bundleAt(where: string, cwd: string): Bundle {
  const { loadPaths } = require('../manifest/load') as typeof import('../manifest/load');
  const { variantsOf } = require('../manifest/variants') as typeof import('../manifest/variants');
  const environment = path.join('manifests', where);
  const found =
    fs.existsSync(path.resolve(cwd, where)) || !fs.existsSync(path.resolve(cwd, environment)) ? where : environment;
  const { bundle, problems } = loadPaths([found], { cwd });
  if (problems.length > 0) throw new InvalidInputError(problems);
  const variants = variantsOf(bundle);
  if (variants.length > 1)
    throw new InvalidInputError([
      `${shown(where)} holds ${variants.length} systems with the same names; give the folder of one of them`,
    ]);
  return bundle;
}

/** @throws {InvalidInputError} where it is not clear which */
export function systemIn(
  bundle: Bundle,
  read: (bundle: Bundle) => readonly SystemOnPaper[],
  workload: string | undefined,
): SystemOnPaper {
  const systems = read(bundle);
  const names = systems.map(({ name }) => name);
  const chosen = systems.filter(({ name }) => workload === undefined || name === workload);
  const [system, ...more] = chosen;
  if (system === undefined)
    throw new InvalidInputError([
      `--workload ${shown(workload)} is not among these manifests; there are ${names.join(', ')}`,
    ]);
  if (more.length > 0)
    throw new InvalidInputError([`the manifests hold several servers: ${names.join(', ')}; name one with --workload`]);
  return system;
}
