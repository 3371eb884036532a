import type { Report } from '../check';
import type { Level } from '../rule';
import { summary } from './summary';

const COMMAND: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * Annotations in the pull request, written by a workflow of GitHub.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function github(report: Report): string {
  const lines = report.findings.map((finding) => {
    const { place } = finding;
    const where = place === undefined ? '' : `file=${property(place.file)},line=${place.line},col=${place.column},`;
    const message = `${finding.object} ${finding.path}: ${finding.actual}; expected ${finding.expected}\n${finding.because}\n${finding.fix}`;
    return `::${COMMAND[finding.level]} ${where}title=${property(`${finding.code} ${finding.title}`)}::${data(message)}`;
  });
  lines.push(...report.problems.map((problem) => `::error title=could not look::${data(problem)}`), summary(report));
  return `${lines.join('\n')}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
