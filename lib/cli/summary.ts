import type { Report } from '../rules/check';
import type { Format } from '../rules/report/formats';
import { LEVELS, type Level } from '../rules/rule';

/** One line for each rule that found something, with how often: the gravest first. */
export function summary(report: Report, format: Format): string {
  const rows = new Map<string, { code: string; level: Level; count: number; title: string }>();
  for (const { code, level, title } of report.findings) {
    const row = rows.get(`${level} ${code}`) ?? { code, level, count: 0, title };
    rows.set(`${level} ${code}`, { ...row, count: row.count + 1 });
  }
  const sorted = [...rows.values()].sort(
    (a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || a.code.localeCompare(b.code),
  );
  if (format === 'json') return `${JSON.stringify(sorted, null, 2)}\n`;
  const lines = sorted.map(
    ({ code, level, count, title }) => `${code} ${level.padEnd(7)} ${String(count).padStart(5)}  ${title}`,
  );
  return `${[...lines, `${report.findings.length} findings in ${report.objects} objects`].join('\n')}\n`;
}
