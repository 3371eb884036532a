import type { Evidence } from '../../system/evidence';
import type { Report } from '../check';
import type { Finding } from '../finding';
import type { Level } from '../rule';
import { type Colours, colours } from './colours';
import type { RenderOptions } from './options';
import { summary } from './summary';

const SIGNS: Readonly<Record<Level, string>> = { error: '×', warning: '‼', info: 'i' };

/** For people: grouped by object, the line in question with a caret under the field, what to do about it. */
export function text(report: Report, { colour = false }: RenderOptions = {}): string {
  const c = colours(colour);
  const paint: Readonly<Record<Level, (s: string) => string>> = { error: c.red, warning: c.yellow, info: c.blue };
  const groups = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const head = `${finding.place?.file ?? ''}\u0000${finding.object}`;
    groups.set(head, [...(groups.get(head) ?? []), finding]);
  }
  const lines: string[] = report.systems.flatMap((sentence) => [oneLine(sentence), '']);
  for (const [head, findings] of groups) {
    const [file = '', object = ''] = head.split('\u0000').map(oneLine);
    lines.push(`${c.bold(object)}${file === '' ? '' : c.dim(`  ${file}`)}`, '');
    for (const finding of findings) {
      const { place, level } = finding;
      lines.push(`  ${paint[level](`${SIGNS[level]} ${finding.code}`)} ${finding.title}`);
      if (place !== undefined) lines.push(...excerpt(place.line, place.column, place.text, c));
      lines.push(
        `    ${oneLine(`${finding.path}: ${finding.actual}; expected ${finding.expected}`)}`,
        `    ${oneLine(finding.because)}`,
        ...(finding.evidence === undefined ? [] : [`    ${c.dim(oneLine(inWords(finding.evidence)))}`]),
        `    ${c.green('→')} ${oneLine(finding.fix)}${finding.edits.length > 0 ? c.dim(' (--fix)') : finding.suggestions.length > 0 ? c.dim(' (--suggest)') : ''}`,
        `    ${c.dim(finding.source)}`,
        '',
      );
    }
  }
  for (const { finding, reason } of report.suppressed) {
    lines.push(c.dim(`  – ${finding.code} ${oneLine(`${finding.object} suppressed: ${reason}`)}`));
  }
  if (report.suppressed.length > 0) lines.push('');
  for (const problem of report.problems) lines.push(`${c.red('×')} ${oneLine(problem)}`);
  lines.push(report.ok ? `${c.green('√')} ${summary(report)}` : `${c.red('×')} ${summary(report)}`);
  return `${lines.join('\n')}\n`;
}

/** Why a way is taken for one of long connections, in one line. */
function inWords({ tier, reasons }: Evidence): string {
  return `long connections are ${tier}: ${reasons.slice(0, 3).join('; ')}${reasons.length > 3 ? `; and ${reasons.length - 3} more` : ''}`;
}

/** No terminal shows more of a line than this; a long one is cut so that the caret stays in sight. */
const WIDTH = 100;

function excerpt(line: number, column: number, source: string, c: Colours): readonly string[] {
  const from = column > WIDTH ? column - WIDTH / 2 : 0;
  const shown = oneLine(source.slice(from, from + WIDTH));
  const gutter = String(line);
  return [
    `    ${c.dim(`${gutter} |`)} ${shown}`,
    `    ${c.dim(`${' '.repeat(gutter.length)} |`)} ${' '.repeat(Math.max(0, column - 1 - from))}${c.red('^')}`,
  ];
}

/** What stands in manifests was written by others: no line break and no control sequence of theirs reaches the terminal. */
function oneLine(text: string): string {
  return [...text]
    .map((character) => (character < ' ' || (character >= '\u007f' && character < '\u00a0') ? ' ' : character))
    .join('');
}
