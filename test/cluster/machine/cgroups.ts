import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FOLDER } from './folder';

const ROOT = '/sys/fs/cgroup';
/** One for each cluster, so that the end of one leaves the groups of another alone. */
export const CGROUP = basename(FOLDER);

/** Where control groups are made: once, or once for each controller in version 1. */
function hierarchies(): string[] {
  if (existsSync(join(ROOT, 'cgroup.controllers'))) return [ROOT];
  return readdirSync(ROOT)
    .map((name) => join(ROOT, name))
    .filter((path) => statSync(path).isDirectory() && existsSync(join(path, 'cgroup.procs')));
}

/** The most that a group can weigh against what runs beside it, in either version. */
const WEIGHTS: Readonly<Record<string, string>> = { 'cpu.shares': '262144', 'cpu.weight': '10000' };

/** Within them, the parts of the cluster. Not the group itself: version 2 has processes or groups in a group, never both. */
const PARTS = 'parts';

/**
 * The groups that all pods and the parts of the cluster are in, so that they can be found again. They use little and are judged by the second: whoever compiles beside them
 * waits, and not they.
 */
export function makeCgroups(): void {
  for (const hierarchy of hierarchies()) {
    const group = join(hierarchy, CGROUP);
    mkdirSync(group, { recursive: true });
    for (const [file, weight] of Object.entries(WEIGHTS)) {
      if (!existsSync(join(group, file))) continue;
      writeFileSync(join(group, file), weight);
      mkdirSync(join(group, PARTS), { recursive: true });
    }
  }
}

/** The command line that runs a part of the cluster in its group. */
export function weighted(command: string, args: readonly string[]): readonly [string, string[]] {
  const groups = hierarchies().map((hierarchy) => join(hierarchy, CGROUP, PARTS));
  const enter = groups.filter(existsSync).map((group) => `echo $$ >${group}/cgroup.procs`);
  return ['bash', ['-euc', [...enter, 'exec "$@"'].join('\n'), 'part', command, ...args]];
}

/** Removes them, once no process is in them. */
export function removeCgroups(): void {
  for (const hierarchy of hierarchies()) removeTree(join(hierarchy, CGROUP));
}

function removeTree(group: string): void {
  if (!existsSync(group)) return;
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(group, entry.name));
  }
  rmdirSync(group);
}
