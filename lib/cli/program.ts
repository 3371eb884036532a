import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { InvalidInputError } from '../input/problems';
import { ASSUMABLE } from '../manifest/match';
import { FORMATS, type Format } from '../rules/report/formats';
import { LEVELS, type Level } from '../rules/rule';
import type { CheckArguments } from './check';
import { registerCompletion } from './completion';
import { registerDoctor } from './doctor';
import { registerInit } from './init';
import { registerObserve } from './observe';
import { registerRunbook } from './runbook';
import { realTerminal, type Terminal } from './terminal';
import { registerTiming } from './timing';

/** Runs `holdfast` with these arguments: 0 clean, 1 findings, 2 could not look. */
export async function run(args: readonly string[], terminal: Terminal = realTerminal()): Promise<0 | 1 | 2> {
  let code: 0 | 1 | 2 = 0;
  const program = programFor(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    // What a person got wrong is said in words; a stack trace would only hide it.
    terminal.err(
      `${error instanceof InvalidInputError ? error.message : `holdfast failed: ${(error as Error)?.stack ?? String(error)}`}\n`,
    );
    return 2;
  }
}

/** What judges, the stories of all rules, and what follows a route: loaded by whoever needs them. */
const checking = () => require('./check') as typeof import('./check');
const stories = () => require('./explain') as typeof import('./explain');
const following = () => require('./explain-route') as typeof import('./explain-route');

function programFor(terminal: Terminal, done: (code: 0 | 1 | 2) => void): Command {
  const program = new Command('holdfast')
    .description('Keeps long-lived connections: judges Kubernetes manifests of Socket.IO and WebSocket applications.')
    .version(version(), '--version')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', '\nExit codes, in every format: 0 clean, 1 findings, 2 could not look.');

  program
    .command('check')
    .description('judge manifests: files, folders, globs, or - for standard input')
    .argument('[paths...]', 'what to judge; the current folder where nothing is named')
    .addOption(new Option('-f, --format <format>', 'how findings are printed').choices([...FORMATS]).default('text'))
    .option('--fix', 'make the changes that need no decision, in the files', false)
    .option('--suggest', 'print the changes that somebody has to decide about, and write nothing', false)
    .addOption(
      new Option(
        '--assume <protocol>',
        'what workloads speak whose manifests do not show it (default: nothing is assumed, and most rules do not speak of them)',
      ).choices([...ASSUMABLE]),
    )
    .option('--suppress <code=Kind/name>', 'switch a rule off for an object; * stands for anything', collect, [])
    .option('--baseline <file>', 'leave out the findings that this file knows')
    .option('--update-baseline', 'write all findings into the baseline', false)
    .option('--config <file>', 'configuration file (default: .holdfast.yaml, where there is one)')
    .addOption(
      new Option('--fail-on <level>', 'the least level that makes the exit code 1 (default: warning)').choices([
        ...LEVELS,
      ]),
    )
    .option('--summary', 'one line for each rule with the number of its findings', false)
    .option('--timeline', 'draw first how the pods of each server shut down', false)
    .option('--list', 'list the rules', false)
    .option('--no-color', 'no colours, as with NO_COLOR')
    .action(
      (
        paths: string[],
        options: Omit<CheckArguments, 'paths'> & { list: boolean; color: boolean; format: Format; failOn?: Level },
      ) => {
        if (options.list) terminal.out(stories().list(options.format));
        else
          done(checking().runCheck({ ...options, paths }, options.color ? terminal : { ...terminal, colour: false }));
      },
    );

  program
    .command('explain')
    .description(
      'tell the story of a rule: what happens, why, and what to do about it; or follow a route to its process',
    )
    .argument('[codes...]', 'such as WS201; without any, all rules are listed; with --route, files and folders')
    .option(
      '--route <host/path>',
      'follow requests for this address through the manifests that are named, step by step',
    )
    .option('--json', 'print the steps of --route as data', false)
    .action((given: string[], { route, json }: { route?: string; json: boolean }) => {
      if (route !== undefined) done(following().explainRoute(route, given, json, terminal));
      else if (json) throw new InvalidInputError(['--json prints the steps of --route; give one, or leave it out']);
      else {
        const { explain, list } = stories();
        terminal.out(given.length === 0 ? list('text') : given.map((code) => explain(code)).join('\n'));
      }
    });
  registerInit(program, terminal);
  registerTiming(program, terminal);
  registerRunbook(program, terminal);
  registerObserve(program, terminal);
  registerDoctor(program, terminal, done, version());
  registerCompletion(program, terminal);
  // Subcommands do not inherit these.
  for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
    command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  return program;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function version(): string {
  for (const up of ['../..', '../../..']) {
    const file = path.join(__dirname, up, 'package.json');
    if (fs.existsSync(file)) return String((JSON.parse(fs.readFileSync(file, 'utf8')) as { version: unknown }).version);
  }
  return 'unknown';
}
