import type { Report } from '../check';
import type { Level } from '../rule';
import { cell } from './escaping';
import { summary } from './summary';

const SIGNS: Readonly<Record<Level, string>> = { error: '❌', warning: '⚠️', info: 'ℹ️' };

/** For comments and summaries: a table, and what to do below it. */
export function markdown(report: Report): string {
  const lines = [`**holdfast**: ${summary(report)}`, ''];
  if (report.findings.length > 0) {
    lines.push('| | rule | object | field | is | should be | fix |', '|---|---|---|---|---|---|---|');
    for (const finding of report.findings) {
      const { place } = finding;
      const where = place === undefined ? '' : ` (${place.file}:${place.line})`;
      const cells = [
        SIGNS[finding.level],
        `[${finding.code}](${finding.source}) ${finding.title}`,
        `${finding.object}${where}`,
        `\`${finding.path}\``,
        finding.actual,
        finding.expected,
        finding.fix,
      ];
      lines.push(`| ${cells.map(cell).join(' | ')} |`);
    }
    lines.push('');
  }
  for (const problem of report.problems) lines.push(`- could not look: ${cell(problem)}`);
  return `${lines.join('\n').trimEnd()}\n`;
}
