import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where suites write what they measured, and from where docs/measured.md is made. */
export const MEASURED = process.env.HOLDFAST_MEASURED ?? join(tmpdir(), 'holdfast-measured');

/**
 * Keeps what earlier runs measured of the same code on the same versions, so that a suite can be run again alone, and forgets everything else. A run of all suites
 * forgets all: a suite that does not come to its end must not be on the page with what it once measured.
 */
export function forgetOthers(run: object, all: boolean): void {
  const file = join(MEASURED, 'run.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : undefined;
  if (all || JSON.stringify(before) !== JSON.stringify(run)) rmSync(MEASURED, { recursive: true, force: true });
}

/** Writes down what a part of a suite measured, and prints what it says. */
export function measured(part: string, numbers: object, lines: readonly string[] = []): void {
  mkdirSync(MEASURED, { recursive: true });
  writeFileSync(join(MEASURED, `${part}.json`), `${JSON.stringify(numbers, undefined, 2)}\n`);
  process.stdout.write(`\n${part}\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
