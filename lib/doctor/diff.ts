import type { Diagnosis } from './diagnose';
import { percent, verdict } from './report/phases';

/** What changed from one look to the next, in words; ends with a line break. */
export function diff(before: Diagnosis, after: Diagnosis): string {
  const lines = [
    `before  ${before.recording.asked.startedAt}  ${verdict(before)}`,
    `after   ${after.recording.asked.startedAt}  ${verdict(after)}`,
    '',
  ];
  const codes = new Set([...before.named, ...after.named].map(({ cause }) => cause.code));
  for (const code of [...codes].sort()) {
    const [was, is] = [before, after].map(({ named }) => named.find(({ cause }) => cause.code === code));
    const title = (was ?? is)?.cause.title;
    if (was === undefined) lines.push(`+ ${code} ${title} (${percent(is?.p ?? 0)})`);
    else if (is === undefined) lines.push(`- ${code} ${title}`);
    else lines.push(`= ${code} ${title} (${percent(was.p)}, now ${percent(is.p)})`);
  }
  let changed = 0;
  for (const is of after.observations) {
    const was = before.observations.find(({ id }) => id === is.id);
    if (was === undefined || was.outcome === is.outcome) continue;
    changed += 1;
    lines.push(
      `  ${is.title}: ${word(was.outcome)}${was.said === '' ? '' : ` (${was.said})`}, now ${word(is.outcome)}${is.said === '' ? '' : ` (${is.said})`}`,
    );
  }
  if (changed === 0) lines.push('  everything else was seen as before');
  return `${lines.join('\n')}\n`;
}

const WORDS = { yes: 'not so', no: 'so', unclear: 'unclear', skipped: 'not looked at' } as const;

function word(outcome: keyof typeof WORDS): string {
  return WORDS[outcome];
}
