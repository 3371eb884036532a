import { createInterface } from 'node:readline/promises';
import type { Cluster, ExamineOptions, Recording } from '../doctor';
import { InvalidInputError } from '../input/problems';
import type { Terminal } from './terminal';

/** @throws {InvalidInputError} where nobody can be asked, or something else is wanted at once */
export function checkDisrupt(args: {
  readonly disrupt?: string;
  readonly yes: boolean;
  readonly from?: string;
  readonly fix?: true | string;
  readonly checklist?: string;
}): void {
  if (args.disrupt === undefined) return;
  const beside = (['from', 'fix', 'checklist'] as const).filter((name) => args[name] !== undefined);
  if (beside.length > 0)
    throw new InvalidInputError([`--disrupt evicts pods that are there now; leave out --${beside.join(', --')}`]);
  if (!args.yes && (process.stdin.isTTY !== true || process.stderr.isTTY !== true))
    throw new InvalidInputError([
      `--disrupt asks before it evicts anything, and nobody can be asked here; say --yes to evict ${args.disrupt}`,
    ]);
}

/** Evicts what was named, after asking, and prints the drain as it was predicted beside the one that was measured. */
export async function measureDrain(
  doctor: typeof import('../doctor'),
  cluster: Cluster,
  { asked, evidence }: Recording,
  what: string,
  yes: boolean,
  options: ExamineOptions,
  terminal: Terminal,
): Promise<0 | 1 | 2> {
  const { live } = new doctor.View(asked, evidence);
  if (live === undefined) return 2;
  const pods = doctor.podsMeant(live, what);
  if (!yes && !(await agreed(pods.map(({ name }) => name)))) {
    terminal.err('nothing was evicted\n');
    return 2;
  }
  const path = new URL(asked.url).pathname;
  const disruption = await doctor.disrupt({
    cluster,
    live,
    asked,
    pods,
    targetAt: (port) => doctor.targetAt({ live }, port, path),
    version: options.version,
    signal: options.signal,
    progress: options.progress,
  });
  terminal.out(doctor.disruptionText(disruption));
  return doctor.went(disruption).length === 0 ? 0 : 1;
}

async function agreed(names: readonly string[]): Promise<boolean> {
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asked.question(`evict ${names.join(', ')}? Who is connected there is moved. [y/N] `);
  asked.close();
  return /^y(es)?$/i.test(answer.trim());
}
