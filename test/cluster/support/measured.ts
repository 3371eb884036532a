import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where suites write what they measured, and from where docs/measured.md is made. */
export const MEASURED = process.env.HOLDFAST_MEASURED ?? join(tmpdir(), 'holdfast-measured');

/** Forgets what an earlier run measured, so that a page is of one run. */
export function forgetMeasured(): void {
  rmSync(MEASURED, { recursive: true, force: true });
}

/** Writes down what a part of a suite measured, and prints what it says. */
export function measured(part: string, numbers: object, lines: readonly string[] = []): void {
  mkdirSync(MEASURED, { recursive: true });
  writeFileSync(join(MEASURED, `${part}.json`), `${JSON.stringify(numbers, undefined, 2)}\n`);
  process.stdout.write(`\n${part}\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
