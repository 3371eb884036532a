import type { Diagnosis } from '../doctor';
import { InvalidInputError } from '../input/problems';
import type { ChecklistName } from '../papers';
import type { Terminal } from './terminal';

/** @throws {InvalidInputError} where a checklist and something else are wanted at once */
export function checkChecklist(args: {
  readonly checklist?: ChecklistName;
  readonly format: string;
  readonly output?: string;
  readonly fix?: true | string;
  readonly plan: boolean;
}): void {
  if (args.checklist === undefined) return;
  const wanted = [
    ...(args.format === 'text' ? [] : [`--format ${args.format}`]),
    ...(args.output === undefined ? [] : ['--output']),
    ...(args.fix === undefined ? [] : ['--fix']),
    ...(args.plan ? ['--plan'] : []),
  ];
  if (wanted.length > 0)
    throw new InvalidInputError([
      `--checklist prints a list that is ticked, and nothing else; leave out ${wanted.join(', ')}`,
    ]);
}

const SIGN = { holds: '[x]', fails: '[!]', open: '[ ]' } as const;

/** Prints a list as far as the evidence ticks it: 0 where nothing of it fails, 1 where something does. */
export function tick(
  list: ChecklistName,
  diagnosis: Diagnosis,
  terminal: Terminal,
): { readonly code: 0 | 1 | 2; readonly diagnosis: Diagnosis } {
  const { ticked } = require('../papers') as typeof import('../papers');
  const items = ticked(list, diagnosis);
  const count = (state: keyof typeof SIGN) => items.filter((item) => item.state === state).length;
  const lines = items.flatMap(({ holds, state, evidence }) => [`${SIGN[state]} ${holds}`, `      ${evidence}`]);
  terminal.out(
    `${list === 'pre' ? 'Before' : 'After'} a deployment: ${diagnosis.recording.asked.url}\n\n${lines.join('\n')}\n\n${count('holds')} hold, ${count('fails')} do not, ${count('open')} are open\n`,
  );
  return { code: count('fails') > 0 ? 1 : 0, diagnosis };
}
