import type { Report } from '../check';
import { LEVELS } from '../rule';

/** `2 errors, 1 warning in 12 objects`: one line that says how it went. */
export function summary(report: Report): string {
  const counts = LEVELS.map((level) => {
    const count = report.findings.filter((finding) => finding.level === level).length;
    return count === 0 ? undefined : `${count} ${level}${count === 1 || level === 'info' ? '' : 's'}`;
  }).filter((one) => one !== undefined);
  const found = counts.length === 0 ? 'nothing found' : counts.join(', ');
  const rest = [
    ...(report.suppressed.length === 0 ? [] : [`${report.suppressed.length} suppressed`]),
    ...(report.known === 0 ? [] : [`${report.known} in the baseline`]),
    ...(report.problems.length === 0 ? [] : [`${report.problems.length} could not be read`]),
  ];
  const objects = `${report.objects} object${report.objects === 1 ? '' : 's'}`;
  return `${found} in ${objects}${rest.length === 0 ? '' : ` (${rest.join(', ')})`}`;
}
