import * as check from './check';
import { registerCheck } from './check-command';
import { type ExitCode, runCommand } from './command-line';
import * as explain from './explain';
import type { Terminal } from './terminal';

/**
 * The same as `run` of program.ts, for arguments that begin with `check`. The build makes one file of this one and of everything that it imports
 * (scripts/bundle.mjs): to find, read and compile 260 small ones takes longer than to judge a small manifest.
 */
export function run(args: readonly string[], terminal?: Terminal): Promise<ExitCode> {
  return runCommand([registerCheck({ checking: () => check, stories: () => explain })], args, terminal);
}
