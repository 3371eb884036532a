import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { type Environment, given } from './program';

const SHELL = '/bin/sh';

/**
 * Runs what follows the name of a folder, and ends it when descriptor 3 is closed. The other end is held by the doctor alone, and the system closes it
 * however the doctor ends, SIGKILL included, which no handler of ours would hear. Ctrl-C ends the look and not the way that it goes on. The folder,
 * where there is one, goes with the program. The shell says that it ended a program, and must not die of it where nobody hears it any more.
 */
const KEEPER = `trap '' INT QUIT
trap : PIPE
folder=$1
shift
"$@" 3<&- &
child=$!
{ read -r _ <&3; kill $child; } >/dev/null 2>&1 &
keeper=$!
trap 'kill $child $keeper 2>/dev/null' TERM HUP
wait $child
status=$?
kill $keeper 2>/dev/null
[ -z "$folder" ] || rm -rf -- "$folder"
exit $status`;

/** Starts a program that serves until it is told to end, and that ends when this process does, however that comes. Where there is no POSIX shell, as on Windows, only when this process ends in order. */
export function spawnKept(
  program: string,
  args: readonly string[],
  environment: Environment | undefined,
  /** A folder that is of no use when the program has ended. */
  folder = '',
): ChildProcess {
  if (!fs.existsSync(SHELL))
    return spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'], ...given(environment) });
  return spawn(SHELL, ['-c', KEEPER, 'sh', folder, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    ...given(environment),
  });
}
