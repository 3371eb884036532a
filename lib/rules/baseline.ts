import * as fs from 'node:fs';
import * as path from 'node:path';
import { InvalidInputError } from '../input/problems';
import { whyNot } from '../input/why-not';
import { mappingOf } from '../manifest/field';
import { type Finding, fingerprint } from './finding';

/**
 * What was found on the day somebody began to check an old tree. Known findings are not reported; new ones are. A finding is known by rule, object and field, so lines
 * may move and values change.
 */
export function readBaseline(file: string, cwd = process.cwd()): ReadonlySet<string> {
  const at = path.resolve(cwd, file);
  if (!fs.existsSync(at)) {
    throw new InvalidInputError([`${file}: there is no such baseline; make it with --update-baseline`]);
  }
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(at, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw noBaseline(file);
    throw new InvalidInputError([`${file}: cannot be read as a baseline: ${whyNot(error)}`]);
  }
  const { known } = mappingOf(value);
  if (!Array.isArray(known) || known.some((one) => typeof one !== 'string')) throw noBaseline(file);
  return new Set(known as string[]);
}

function noBaseline(file: string): InvalidInputError {
  return new InvalidInputError([`${file}: is no baseline; make it anew with --update-baseline`]);
}

/** @throws {InvalidInputError} when the file cannot be written */
export function writeBaseline(file: string, findings: readonly Finding[], cwd = process.cwd()): void {
  try {
    fs.writeFileSync(path.resolve(cwd, file), baselineText(findings));
  } catch (error) {
    throw new InvalidInputError([`${file}: the baseline cannot be written: ${whyNot(error)}`]);
  }
}

/** The text of a baseline: sorted, one finding on a line, so that a review shows what was accepted. */
export function baselineText(findings: readonly Finding[]): string {
  const known = [...new Set(findings.map(fingerprint))].sort();
  return `${JSON.stringify({ version: 1, known }, null, 2)}\n`;
}
