import { CAUSES } from '../causes/all';
import type { Cause } from '../causes/cause';
import { OBSERVATIONS } from '../facts/all';

/** The story of one cause, for people. */
export function causeText(cause: Cause): string {
  const title = (id: string) => OBSERVATIONS.find((kind) => kind.id === id)?.title ?? id;
  const lines = [
    `${cause.code}: ${cause.title}`,
    '',
    `  ${cause.story}`,
    '',
    `  Why   ${cause.why}`,
    ...Object.entries(cause.shows).map(([id, how]) => `  ${how.padEnd(6)} not so: ${title(id)}`),
    ...cause.separates.map(
      ({ from, by }) =>
        `  Not   ${from} ${CAUSES.find(({ code }) => code === from)?.title ?? ''}: look whether ${title(by)}`,
    ),
    ...cause.fix.map((fix) => `  Fix   ${fix}`),
    ...cause.runbook.map((line) => `  Look  ${line}`),
    `  Read  ${cause.source}`,
    '',
  ];
  return lines.join('\n');
}
