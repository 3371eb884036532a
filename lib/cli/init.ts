import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Command } from 'commander';
import { makeFolder } from '../input/folder';
import { checkHost, checkImage, checkLabelName, checkPort } from '../input/kubernetes';
import { InvalidInputError, Problems, shown } from '../input/problems';
import { whyNot } from '../input/why-not';
import type { Terminal } from './terminal';

interface InitArguments {
  readonly name?: string;
  readonly image?: string;
  readonly host?: string;
  readonly port: string;
}

/** The part of our own package.json that a new project takes its versions from. */
interface OwnPackage {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const TEMPLATE = path.join('templates', 'project');

/** `holdfast init`: a project of one's own, an environment with its test, which synthesizes at once. */
export function registerInit(program: Command, terminal: Terminal): void {
  program
    .command('init')
    .description('make a project: an environment, a test with snapshots, a workflow for pull requests')
    .argument('[folder]', 'where; the current folder unless another is named', '.')
    .option('--name <name>', 'what the application is called (default: the name of the folder)')
    .option('--image <image>', 'its image, by tag or digest (default: <name>:1.0.0)')
    .option('--host <host>', 'the host that clients use (default: <name>.example.com)')
    .option('--port <port>', 'the port that the application listens on', '3000')
    .action((folder: string, args: InitArguments) => terminal.out(init(path.resolve(terminal.cwd, folder), args)));
}

/**
 * Writes the project into `folder`, which may hold other files but none of the same name.
 *
 * @returns what to do next
 * @throws {InvalidInputError} with everything that is wrong; nothing is written then
 */
export function init(folder: string, args: InitArguments): string {
  const problems = new Problems();
  const { name = path.basename(folder) } = args;
  const { image = `${name}:1.0.0`, host = `${name}.example.com` } = args;
  // 0x50, 3e3 and nothing at all would be numbers too, which nobody means; said as it was written.
  const port = /^(0|[1-9]\d*)$/.test(args.port) ? Number(args.port) : args.port;
  const before = problems.found.length;
  // As long as a server's, which gets suffixes.
  checkLabelName(problems, 'name', name, 52);
  const named = problems.found.length === before;
  if (named || args.image !== undefined) checkImage(problems, 'image', image);
  if (named || args.host !== undefined) checkHost(problems, 'host', host);
  checkPort(problems, 'port', port as number);
  const root = ownRoot();
  const template = path.join(root, TEMPLATE);
  const files = fs
    .readdirSync(template, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tpl'))
    .sort()
    .map((file) => [file, file.replace(/^git(ignore|hub)/, '.git$1').replace(/\.tpl$/, '')] as const);
  for (const [, target] of files) {
    if (fs.existsSync(path.join(folder, target)))
      problems.add(target, `is in ${shown(folder)} already, and would be lost; take it away, or name another folder`);
  }
  const blocked = notAFolder(folder);
  if (blocked !== undefined) problems.add('folder', `${shown(blocked)} is no folder; name another one`);
  problems.throwIfAny();
  const values = valuesFor({ name, image, host, port: String(port) }, root);
  try {
    for (const [file, target] of files) {
      const text = fs.readFileSync(path.join(template, file), 'utf8');
      const to = path.join(folder, target);
      makeFolder(path.dirname(to));
      fs.writeFileSync(to, filled(text, values), { flag: 'wx' });
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new InvalidInputError([`folder: ${shown(folder)} cannot be written to: ${whyNot(error)}; name another one`]);
  }
  const into = path.relative(process.cwd(), folder);
  return [
    ...files.map(([, target]) => `  ${target}`),
    '',
    `Next: ${into === '' ? '' : `cd ${into} && `}npm install && npm test && npm run synth`,
    'environments/production.ts is the whole system; say there what your application needs.',
    '',
  ].join('\n');
}

/** The nearest thing on the way to `folder` that exists and is no folder. */
function notAFolder(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    // The root of the file system is there.
    if (fs.existsSync(at)) return fs.statSync(at).isDirectory() ? undefined : at;
  }
}

/** The folder of the package, beside its package.json: from the sources as well as from what was built of them. */
function ownRoot(): string {
  const found = ['../..', '../../..']
    .map((up) => path.join(__dirname, up))
    .find((at) => fs.existsSync(path.join(at, TEMPLATE)));
  if (found === undefined) throw new Error(`${TEMPLATE} is not in the package`);
  return found;
}

function valuesFor(given: Readonly<Record<string, string>>, root: string): Readonly<Record<string, string>> {
  const own = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as OwnPackage;
  const ranges = {
    // The versions that this one is tested with, and whatever claims to be compatible with them.
    ...Object.fromEntries(Object.entries(own.devDependencies).map(([name, version]) => [name, `^${version}`])),
    ...own.peerDependencies,
    holdfast: `^${own.version}`,
  };
  return { ...given, ...Object.fromEntries(Object.entries(ranges).map(([name, range]) => [`range:${name}`, range])) };
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{([^{}]+)\}\}/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template asks for ${name}, which nobody gives`);
    return value;
  });
}
