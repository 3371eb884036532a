import { registerCheck } from './check-command';
import { type ExitCode, type Register, runCommand } from './command-line';
import { registerCompletion } from './completion';
import { registerDoctor } from './doctor';
import { registerExplain } from './explain-command';
import { registerInit } from './init';
import { registerObserve } from './observe';
import { registerRunbook } from './runbook';
import type { Terminal } from './terminal';
import { registerTiming } from './timing';

/** Every command, in the order of the help. */
const COMMANDS: readonly Register[] = [
  registerCheck({
    checking: () => require('./check') as typeof import('./check'),
    stories: () => require('./explain') as typeof import('./explain'),
  }),
  registerExplain,
  registerInit,
  registerTiming,
  registerRunbook,
  registerObserve,
  registerDoctor,
  registerCompletion,
];

/** Runs `holdfast` with these arguments: 0 clean, 1 findings, 2 could not look. */
export function run(args: readonly string[], terminal?: Terminal): Promise<ExitCode> {
  return runCommand(COMMANDS, args, terminal);
}
