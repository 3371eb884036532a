import type { Report } from '../check';
import { xml } from './escaping';
import { summary } from './summary';

/** For build servers: one test case for each finding, one suite for each file. */
export function junit(report: Report): string {
  const groups = new Map<string, string[]>();
  const add = (suite: string, element: string) => groups.set(suite, [...(groups.get(suite) ?? []), element]);
  for (const finding of report.findings) {
    const { place } = finding;
    const body = `${finding.path}: ${finding.actual}; expected ${finding.expected}\n${finding.because}\nfix: ${finding.fix}\n${finding.source}${place === undefined ? '' : `\n${place.file}:${place.line}`}`;
    // What does not count as a failure is told as output of a case that passed.
    const counts = finding.level !== 'info';
    const inside = counts
      ? `<failure type="${finding.level}" message="${xml(finding.title)}">${xml(body)}</failure>`
      : `<system-out>${xml(body)}</system-out>`;
    add(
      place?.file ?? 'manifests',
      `<testcase classname="${xml(finding.object)}" name="${finding.code} ${xml(finding.path)}">${inside}</testcase>`,
    );
  }
  for (const problem of report.problems) {
    add(
      'manifests',
      `<testcase classname="holdfast" name="could not look"><error message="${xml(problem)}"/></testcase>`,
    );
  }
  if (groups.size === 0) add('manifests', `<testcase classname="holdfast" name="${xml(summary(report))}"/>`);
  const suites = [...groups].map(([name, elements]) => {
    const failures = elements.filter((element) => element.includes('<failure ')).length;
    const errors = elements.filter((element) => element.includes('<error ')).length;
    return `  <testsuite name="${xml(name)}" tests="${elements.length}" failures="${failures}" errors="${errors}">\n${elements.map((element) => `    ${element}\n`).join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="holdfast">\n${suites.join('')}</testsuites>\n`;
}
