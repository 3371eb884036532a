import { type Command, Option } from 'commander';
import { InvalidInputError } from '../input/problems';
import { ASSUMABLE } from '../manifest/match';
import { FORMATS, type Format } from '../rules/report/formats';
import { LEVELS, type Level } from '../rules/rule';
import type { CheckArguments } from './check';
import { type Register, several } from './command-line';

/** What the command needs once it runs: what judges, and the stories of all rules. Both are loaded by whoever needs them. */
export interface CheckParts {
  readonly checking: () => typeof import('./check');
  readonly stories: () => typeof import('./explain');
}

/** `holdfast check`. */
export function registerCheck({ checking, stories }: CheckParts): Register {
  return (program, terminal, done) => {
    program
      .command('check')
      .description('judge manifests: files, folders, globs, or - for standard input')
      .argument('[paths...]', 'what to judge; the current folder where nothing is named')
      .addOption(new Option('-f, --format <format>', 'how findings are printed').choices([...FORMATS]).default('text'))
      .option('--json', 'the same as --format json', false)
      .option('--fix', 'make the changes that need no decision, in the files', false)
      .option('--suggest', 'print the changes that somebody has to decide about, and write nothing', false)
      .addOption(
        new Option(
          '--assume <protocol>',
          'what workloads speak whose manifests do not show it (default: nothing is assumed, and most rules do not speak of them)',
        ).choices([...ASSUMABLE]),
      )
      .option('--suppress <code=Kind/name>', 'switch a rule off for an object; * stands for anything', several, [])
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
          options: Omit<CheckArguments, 'paths'> & {
            list: boolean;
            color: boolean;
            json: boolean;
            format: Format;
            failOn?: Level;
          },
          command: Command,
        ) => {
          const { list, color, json } = options;
          const format = json ? 'json' : options.format;
          if (format !== options.format && command.getOptionValueSource('format') === 'cli')
            throw new InvalidInputError([`--json is --format json; leave out --format ${options.format}`]);
          if (list) terminal.out(stories().list(format));
          else
            done(checking().runCheck({ ...options, format, paths }, color ? terminal : { ...terminal, colour: false }));
        },
      );
  };
}
