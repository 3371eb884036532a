import { type FieldPath, listOf, mappingOf, numberOf, wordsOf } from '../manifest/field';
import type { ContainerAt } from './pod';

/** How a container holds its stop signal back. */
export interface PreStop {
  /** Seconds that the hook waits: a sleep of the kubelet's own, or all `sleep` of a shell together. */
  readonly seconds: number;
  /** What it does is told here; otherwise a script of the image, a loop or a request decides how long it takes. */
  readonly readable: boolean;
  /** The command as one text; empty where there is none. */
  readonly command: string;
  readonly path: FieldPath;
  /** Ends the process itself instead of leaving that to the kubelet. */
  readonly signals: boolean;
}

/** The preStop hook of a container; `undefined` where it has none. */
export function preStopOf(container: ContainerAt): PreStop | undefined {
  const hook = mappingOf(mappingOf(container.value.lifecycle).preStop);
  const path = [...container.path, 'lifecycle', 'preStop'];
  const slept = numberOf(mappingOf(hook.sleep).seconds);
  if (slept !== undefined)
    return { seconds: slept, readable: true, command: '', path: [...path, 'sleep', 'seconds'], signals: false };
  const parts = listOf(mappingOf(hook.exec).command).map(wordsOf);
  if (parts.length === 0)
    return Object.keys(hook).length === 0
      ? undefined
      : { seconds: 0, readable: false, command: '', path, signals: false };
  const command = withoutComments(parts.join(' '));
  return {
    seconds: sleeps(command),
    readable: isReadable(command),
    command,
    path: [...path, 'exec', 'command'],
    signals: signalsInit(command),
  };
}

/** `sleep 10`, `sleep 1m`, `/bin/sleep 10`; every one counts, because a script runs them one after the other. */
function sleeps(command: string): number {
  let total = 0;
  for (const match of command.matchAll(/(?:^|[\s;&|(/"'])sleep\s+["']?(\d+(?:\.\d+)?)([smh]?)/g)) {
    total += Number(match[1]) * ({ m: 60, h: 3600 }[match[2] ?? ''] ?? 1);
  }
  return total;
}

/** Shells, waits, and what ends at once; anything else takes as long as it takes. */
const KNOWN_WORDS =
  /^(\/(usr\/)?bin\/)?(sh|bash|ash|dash|sleep|touch|echo|true|exit|rm|mkdir|cat|date|kill|nginx|apachectl)$/;

/** What runs the file that it is given. */
const SHELL = /(^|\/)(ba|da|a)?sh$/;

/** What echo says is no command, whatever stands in it. */
const ECHOED = /\becho\s+(?:'[^']*'|"[^"$`]*")/g;

/** Does a command say by itself how long it takes? A loop, a variable or a program of the image does not. */
function isReadable(command: string): boolean {
  if (/\b(while|until|for|wait)\b|\$\{?\w*(DELAY|SLEEP|SECONDS|TIME|DRAIN|WAIT)|sleep\s+["']?\$/i.test(command))
    return false;
  return command
    .replace(ECHOED, 'echo')
    .split(/&&|\|\||[;|&\n]|\s-[a-z]*c\s/)
    .map((part) =>
      part
        .replace(/["'(){}]/g, ' ')
        .trim()
        .split(/\s+/),
    )
    .filter(([word = '']) => word !== '')
    .every(
      ([word = '', ...more]) => KNOWN_WORDS.test(word) && !(SHELL.test(word) && more.some((one) => /^[^-]/.test(one))),
    );
}

/** A signal to process 1, which ends the container that the hook runs in; `kill -0` only asks whether it is there, and HUP and USR1 are for other things. */
function signalsInit(command: string): boolean {
  const byName = [...command.matchAll(/(?:^|[\s;&|(/])(?:pkill|killall5?)\s+((?:-\S+\s+)*)/g)];
  if (byName.some(([, options]) => !/^-(s\s+)?(SIG)?(0|HUP|1|USR1|10|USR2|12|QUIT|3|WINCH)\b/i.test(options ?? '')))
    return true;
  return [...command.matchAll(/(?:^|[\s;&|(/])kill\s+((?:-\S+\s+|(?<=-s\s+)\w+\s+)*)1(?![\d.])/g)].some(
    ([, options]) => !/^-(s\s+)?0\s/.test(options ?? ''),
  );
}

function withoutComments(command: string): string {
  return command.replace(/(^|\s)#[^\n]*/g, '$1');
}
