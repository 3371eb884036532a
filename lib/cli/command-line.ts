import { Command, CommanderError } from 'commander';
import { InvalidInputError, shown } from '../input/problems';
import { realTerminal, type Terminal } from './terminal';
import { ownVersion } from './version';

/** 0 clean, 1 findings, 2 could not look. */
export type ExitCode = 0 | 1 | 2;

/** What a command says when its exit code is not 0. */
export type Done = (code: ExitCode) => void;

/** Adds a command to the program. */
export type Register = (program: Command, terminal: Terminal, done: Done) => void;

/** For an option that may be given again and again. */
export const several = (value: string, before: string[]): string[] => [...before, value];

/** Runs `holdfast`, of these commands, with these arguments. */
export async function runCommand(
  register: readonly Register[],
  args: readonly string[],
  terminal: Terminal = realTerminal(),
): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = programOf(register, terminal, (result) => {
    code = result;
  });
  try {
    checkArguments(args);
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

/** @throws {InvalidInputError} where an argument could be the name of no file and the value of no variable */
function checkArguments(args: readonly string[]): void {
  const bad = args.filter((one) => one.includes('\0'));
  if (bad.length > 0)
    throw new InvalidInputError(
      bad.map((one) => `${shown(one)} holds a NUL, which no name of a file and no value may; leave it out`),
    );
}

function programOf(register: readonly Register[], terminal: Terminal, done: Done): Command {
  const program = new Command('holdfast')
    .description('Keeps long-lived connections: judges Kubernetes manifests of Socket.IO and WebSocket applications.')
    .version(ownVersion(), '--version')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', '\nExit codes, in every format: 0 clean, 1 findings, 2 could not look.');
  for (const command of register) command(program, terminal, done);
  // Subcommands do not inherit these.
  for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
    command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  return program;
}
