import * as fs from 'node:fs';
import * as path from 'node:path';
import { printPath } from '../../lib/manifest';
import { RULES, type Rule } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';
import type { Finding } from '../../lib/rules/finding';
import { fixture } from './fixture';

/** What each fixture is told, word for word, to be read like code. `UPDATE_FINDINGS=1 npx jest test/rules/fixtures` writes it. */
const FINDINGS = path.join(__dirname, 'findings');

/** The lines that a fixture marks with `# expect: CODE`. */
function expectedLines(text: string, code: string): readonly number[] {
  return text.split('\n').flatMap((line, i) => (line.includes(`# expect: ${code}`) ? [i + 1] : []));
}

/** One finding as a paragraph: where, what is there, what should be, what to do, and what `--fix` writes or `--suggest` shows. */
function paragraph(
  { object, place, path: field, level, actual, expected, because, fix, edits, suggestions }: Finding,
  { story, level: usual }: Rule,
): string {
  return [
    `${place?.line}: ${object}: ${field}`,
    `  actual    ${actual}`,
    `  expected  ${expected}`,
    ...(level === usual ? [] : [`  level     ${level}`]),
    ...(because === story ? [] : [`  because   ${because}`]),
    `  fix       ${fix}`,
    ...[...edits, ...suggestions].map(
      ({ path: at, value }) =>
        `  ${edits.length > 0 ? 'edit     ' : 'suggest  '} ${printPath(at)} = ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
    ),
    '',
  ].join('\n');
}

test('no findings are kept for a rule that is gone', () => {
  expect(fs.readdirSync(FINDINGS).sort()).toEqual(RULES.map(({ code }) => `${code.toLowerCase()}.txt`).sort());
});

describe.each(RULES.map((rule) => [rule.code, rule] as const))('the fixture of %s', (code, rule) => {
  test('can be read', () => {
    expect(fixture(code).loaded.problems).toEqual([]);
  });

  // One test, and nothing judged before it: so a mutation of one rule is tried on its fixture alone.
  test('gets exactly the findings that it expects, on the lines where they are expected, word for word', () => {
    const { text, loaded } = fixture(code);
    const findings = evaluate(loaded.bundle, [rule], loaded.texts);
    expect([...new Set(findings.map(({ place }) => place?.line))]).toEqual(expectedLines(text, code));
    expect(findings.length).toBeGreaterThan(0);

    const told = findings.map((finding) => paragraph(finding, rule)).join('\n');
    const file = path.join(FINDINGS, `${code.toLowerCase()}.txt`);
    if (process.env.UPDATE_FINDINGS === '1') fs.writeFileSync(file, told);
    expect(told).toBe(fs.readFileSync(file, 'utf8'));

    // A good object of a kind in which something was found stands beside the bad ones.
    const bad = new Set(findings.map(({ object }) => object));
    const kinds = new Set(findings.map(({ kind }) => kind));
    const good = loaded.bundle.objects.filter(({ kind, metadata }) => kinds.has(kind) && metadata.name === 'good');
    expect(good.length).toBeGreaterThan(0);
    expect([...bad].some((object) => object.endsWith(' good'))).toBe(false);
  });
});
