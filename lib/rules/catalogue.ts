import { RULES } from './all';
import { RETIRED } from './retired';
import type { Rule } from './rule';
import { SUPPRESSION } from './suppress';

const FAMILIES: readonly (readonly [digit: string, title: string])[] = [
  ['1', 'Timing'],
  ['2', 'Ingress'],
  ['3', 'Workload'],
  ['4', 'Observability'],
  ['0', 'Judging itself'],
];

/** The page about all rules, `docs/rules.md`: written from the rules, never by hand. */
export function catalogue(): string {
  const lines = [
    '<!-- Written by `npm run docs` from lib/rules. Change the rule, not this page. -->',
    '',
    '# Rules',
    '',
    `${RULES.length} rules judge manifests, whoever wrote them. An *error* breaks connections or is refused by the platform, a *warning* hurts at some hour, an *info* is worth`,
    'knowing. `holdfast explain <code>` tells the same in a terminal.',
    '',
    `A rule is switched off for one object by an annotation with a reason (\`${SUPPRESSION}<code>: <reason>\`), from outside by \`--suppress <code>=Kind/name\`, and for`,
    'all objects in `.holdfast.yaml` (`levels: { <code>: off }`). Codes are never used again for something else.',
    '',
    'Rules about connections speak only of workloads that are declared or shown to hold them; `docs/check.md` says what shows it. The annotation `holdfast/websocket` (`"true"` or `"false"`) on',
    'a workload or its Service, `--assume websocket|http` or `assume` in `.holdfast.yaml` decide.',
    '',
  ];
  for (const [digit, title] of FAMILIES) {
    const rules = RULES.filter(({ code }) => code.charAt(2) === digit);
    lines.push(`## ${title}`, '', '| code | level | what must be true |', '|---|---|---|');
    lines.push(
      ...rules.map(
        ({ code, level, title: sentence }) => `| [${code}](#${code.toLowerCase()}) | ${level} | ${cell(sentence)} |`,
      ),
      '',
    );
    lines.push(...rules.flatMap(section));
  }
  if (RETIRED.length > 0)
    lines.push('## Retired', '', ...RETIRED.map(({ code, because }) => `- ${code}: ${because}`), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

function section({ code, level, title, story, why, fix, source }: Rule): readonly string[] {
  return [
    `### ${code}`,
    '',
    `**${text(title)}** (${level})`,
    '',
    text(story),
    '',
    `*Why:* ${text(why)}`,
    '',
    `*Fix:* ${text(fix)} [Source](${source})`,
    '',
  ];
}

function cell(sentence: string): string {
  return text(sentence).replaceAll('|', '\\|');
}

/** Angle brackets would be taken for HTML. */
function text(sentence: string): string {
  return sentence.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('*', '\\*').replaceAll('_', '\\_');
}
