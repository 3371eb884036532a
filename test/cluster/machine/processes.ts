import { readFileSync, writeFileSync } from 'node:fs';

/** A process as a file remembers it: by its id, and by when it started, since ids are used again. */
export interface Remembered {
  readonly pid: number;
  readonly started: string;
}

export function remember(file: string, pid: number): void {
  writeFileSync(file, JSON.stringify({ pid, started: startOf(pid) } satisfies Record<string, unknown>));
}

/** The process of a file, if it still runs. */
export function recall(file: string): number | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as Remembered;
    return startOf(pid) === started ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** When a process started, in ticks since the machine did; `undefined` where there is none, or only what its parent has not yet looked at. */
export function startOf(pid: number): string | undefined {
  try {
    // The fields after the name in parentheses: the first is the state, the twentieth the start.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Waits for something to become true. @throws after `seconds` */
export async function until(what: string, seconds: number, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(200)) {
    if (await isTrue()) return;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
