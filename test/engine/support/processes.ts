import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';

export interface Running {
  readonly pid: number;
  readonly command: string;
}

/** The processes of this machine that have a text in their environment. */
export function processesWith(text: string): readonly Running[] {
  return (process.platform === 'linux' ? inProc(text) : inTable(text)).filter(({ pid }) => pid !== process.pid);
}

function inProc(text: string): readonly Running[] {
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      if (!fs.readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text)) return [];
      const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return [{ pid: Number(pid), command: words.join(' ').trim() }];
    } catch {
      // It ended meanwhile, or is another user's.
      return [];
    }
  });
}

/** Where there is no `/proc`, `ps` shows each environment behind its command. */
function inTable(text: string): readonly Running[] {
  const lines = execFileSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => line.includes(text))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim() }));
}
