import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadTexts } from '../../lib/manifest';
import { RULES } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';

const FOLDER = path.join(__dirname, 'fixtures');

/** The lines that a fixture marks with `# expect: CODE`. */
function expectedLines(text: string, code: string): readonly number[] {
  return text.split('\n').flatMap((line, i) => (line.includes(`# expect: ${code}`) ? [i + 1] : []));
}

describe.each(RULES.map((rule) => [rule.code, rule] as const))('the fixture of %s', (code, rule) => {
  const text = fs.readFileSync(path.join(FOLDER, `${code.toLowerCase()}.yaml`), 'utf8');
  const loaded = loadTexts(new Map([['fixture.yaml', text]]));
  const findings = evaluate(loaded.bundle, [rule], loaded.texts);

  test('can be read', () => {
    expect(loaded.problems).toEqual([]);
  });

  test('gets exactly the findings that it expects, on the lines where they are expected', () => {
    expect([...new Set(findings.map(({ place }) => place?.line))]).toEqual(expectedLines(text, code));
    expect(findings.length).toBeGreaterThan(0);
  });

  test('holds a good object of a kind in which something was found', () => {
    const bad = new Set(findings.map(({ object }) => object));
    const kinds = new Set(findings.map(({ kind }) => kind));
    expect(
      loaded.bundle.objects.filter(({ kind, metadata }) => kinds.has(kind) && metadata.name === 'good').length,
    ).toBeGreaterThan(0);
    expect([...bad].some((object) => object.endsWith(' good'))).toBe(false);
  });
});
