import { cell } from '../../rules/report/escaping';
import type { Diagnosis } from '../diagnose';
import { byPhase, heartbeatSaid, percent, rivalSaid, sign, verdict, whereSaid } from './phases';

/** For an incident: what it is, why that and not the nearest others, what to do, and everything that was seen. */
export function markdown(diagnosis: Diagnosis): string {
  const { recording, named, unexplained, notes, notLooked } = diagnosis;
  const { asked, ended } = recording;
  const lines = [
    `**holdfast doctor**: ${cell(verdict(diagnosis))}`,
    '',
    `\`${whereSaid(diagnosis)}\`, ${heartbeatSaid(diagnosis)}, looked at from outside at ${asked.startedAt} for ${ended.seconds} s.`,
    '',
  ];
  for (const { cause, share, because, not, alike, rivals, look } of named) {
    lines.push(`### ${cause.code}: ${cause.title} (${percent(share)})`, '', cause.story, '', cause.why, '');
    lines.push(...because.map(({ said }) => `- because ${cell(said)}`));
    lines.push(
      ...not.map(
        ({ cause: other, why }) => `- not ${other.code} ${other.title}, for this is as it should be: ${cell(why)}`,
      ),
    );
    lines.push(
      ...alike.map(
        ({ cause: other, share: its, by }) =>
          `- or ${other.code} ${other.title} (${percent(its)}), which looks the same; what would tell: ${by.join('; ') || 'nothing known'}`,
      ),
    );
    lines.push(...rivals.map((rival) => `- or ${rivalSaid(rival)}`));
    lines.push('', '**Fix**', '', ...cause.fix.map((fix, i) => `${i + 1}. ${fix}`), '');
    lines.push('```', ...look, '```', '', `[Read more](${cause.source})`, '');
  }
  for (const one of unexplained) lines.push(`- unexplained: not so: ${cell(one.title)}: ${cell(one.said)}`);
  for (const note of notes) lines.push(`- ${cell(note)}`);
  // Who reads an incident wants what is wrong; what is as it should be is there to be unfolded.
  const rows = byPhase(diagnosis).flatMap(({ name, seen }) =>
    seen.map((one) => ({
      so: one.outcome === 'no',
      row: `| ${sign(one)} | ${name}: ${cell(one.title)} | ${cell(one.said)} |`,
    })),
  );
  const table = (some: typeof rows) =>
    some.length === 0 ? [] : ['', '| | looked at | seen |', '|---|---|---|', ...some.map(({ row }) => row)];
  const good = rows.filter(({ so }) => so);
  lines.push(...table(rows.filter(({ so }) => !so)));
  if (good.length > 0)
    lines.push(
      '',
      `<details><summary>${good.length} are as they should be</summary>`,
      ...table(good),
      '',
      '</details>',
    );
  lines.push(
    '',
    ...notLooked.map(
      ({ what, why, wouldTell }) => `- not looked at: ${what} (${cell(why)}); would show ${wouldTell.join(', ')}`,
    ),
  );
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}
