import type { Report } from '../check';
import type { Finding } from '../finding';

/** For programs: everything that is known, in the words of the types. */
export function json(report: Report): string {
  return `${JSON.stringify(
    {
      version: 1,
      ok: report.ok,
      objects: report.objects,
      known: report.known,
      problems: report.problems,
      systems: report.systems,
      findings: report.findings.map(plain),
      suppressed: report.suppressed.map(({ finding, reason }) => ({ ...plain(finding), reason })),
    },
    null,
    2,
  )}\n`;
}

function plain({ place, edits, suggestions, evidence, ...finding }: Finding): object {
  return {
    ...finding,
    ...(evidence === undefined ? {} : { evidence: { tier: evidence.tier, reasons: evidence.reasons } }),
    ...(place === undefined ? {} : { file: place.file, line: place.line, column: place.column }),
    fixable: edits.length > 0,
    suggestible: suggestions.length > 0,
  };
}
