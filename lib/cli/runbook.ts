import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Command, Option } from 'commander';
import { makeFolder } from '../input/folder';
import { InvalidInputError, shown } from '../input/problems';
import { whyNot } from '../input/why-not';
import type { Bundle } from '../manifest/bundle';
import type { PaperName, SystemOnPaper } from '../papers';
import type { Terminal } from './terminal';

const NAMES: readonly PaperName[] = ['runbook', 'card', 'incident', 'checklists', 'criteria', 'workshop'];

interface RunbookArguments {
  readonly paper: PaperName;
  readonly workload?: string;
  readonly namespace?: string;
  readonly output?: string;
}

/** `holdfast runbook`: what hangs on the wall, from the manifests of a system. */
export function registerRunbook(program: Command, terminal: Terminal): void {
  program
    .command('runbook')
    .description('write runbook, on-call card, checklists and the rest from the manifests of a system')
    .argument(
      '<where>',
      'a folder of manifests, an environment whose manifests are in manifests/<environment>, or - for standard input',
    )
    .addOption(new Option('-p, --paper <name>', 'which page is printed').choices([...NAMES]).default('runbook'))
    .option('--workload <name>', 'whose, where the manifests hold several servers')
    .option('-n, --namespace <name>', 'the namespace it is applied to, where the manifests name none')
    .option('-o, --output <folder>', 'write every page into this folder instead')
    .action((where: string, args: RunbookArguments) => {
      const papers = require('../papers') as typeof import('../papers');
      const system = systemIn(bundleAt(where, terminal), args);
      if (args.output === undefined) {
        terminal.out(papers.PAPERS.find(({ name }) => name === args.paper)?.write(system) ?? '');
        return;
      }
      const folder = path.resolve(terminal.cwd, args.output);
      const pages = papers.PAPERS.map(({ file, write }) => [file, write(system)] as const);
      try {
        makeFolder(folder);
        for (const [file, text] of pages) fs.writeFileSync(path.join(folder, file), text);
      } catch (error) {
        throw new InvalidInputError([
          `${args.output}: cannot be written to: ${whyNot(error)}; give another folder with --output`,
        ]);
      }
      terminal.err(`${pages.map(([file]) => file).join(', ')} in ${args.output}\n`);
    });
}

/**
 * The manifests of a folder, of an environment, or of standard input.
 *
 * @throws {InvalidInputError} for what cannot be read, or is several systems at once
 */
export function bundleAt(where: string, terminal: Terminal): Bundle {
  const { cwd } = terminal;
  const { loadPaths, loadTexts } = require('../manifest/load') as typeof import('../manifest/load');
  const { variantsOf } = require('../manifest/variants') as typeof import('../manifest/variants');
  const environment = path.join('manifests', where);
  const found =
    fs.existsSync(path.resolve(cwd, where)) || !fs.existsSync(path.resolve(cwd, environment)) ? where : environment;
  const { bundle, problems } =
    where === '-' ? loadTexts(new Map([['standard input', terminal.stdin()]])) : loadPaths([found], { cwd });
  if (problems.length > 0) throw new InvalidInputError(problems);
  const variants = variantsOf(bundle);
  if (variants.length > 1)
    throw new InvalidInputError([
      `${shown(where)} holds ${variants.length} systems with the same names; give the folder of one of them`,
    ]);
  return bundle;
}

/** @throws {InvalidInputError} where it is not clear which, or its names are none */
export function systemIn(
  bundle: Bundle,
  { workload, namespace }: { readonly workload?: string; readonly namespace?: string },
): SystemOnPaper {
  const { systemsOnPaper, unprintable } = require('../papers') as typeof import('../papers');
  const systems = systemsOnPaper(bundle, namespace);
  const called = ({ kind, namespace: within, name }: SystemOnPaper) =>
    `${kind} ${within === '' ? '' : `${within}/`}${name}`;
  const inside = systems.filter((one) => namespace === undefined || one.namespace === namespace);
  if (inside.length === 0)
    throw new InvalidInputError([
      `--namespace ${shown(namespace)} holds no server of these manifests; there are ${systems.map(called).join(', ')}`,
    ]);
  const [system, ...more] = inside.filter(({ name }) => workload === undefined || name === workload);
  if (system === undefined)
    throw new InvalidInputError([
      `--workload ${shown(workload)} is not among these manifests; there are ${inside.map(({ name }) => name).join(', ')}`,
    ]);
  if (more.length > 0)
    throw new InvalidInputError([
      `the manifests hold several servers: ${[system, ...more].map(called).join(', ')}; name one with --workload, and its namespace with -n`,
    ]);
  const problems = unprintable(system);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return system;
}
