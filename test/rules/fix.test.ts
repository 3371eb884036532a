import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadTexts } from '../../lib/manifest';
import { fingerprint, RULES } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';
import { planFixes } from '../../lib/rules/fix';
import { assumed, fixture } from './fixture';

/** The rules whose findings are kept with an edit: nothing is judged before the tests are. */
const fixable = RULES.filter(({ code }) =>
  /^ {2}edit /m.test(fs.readFileSync(path.join(__dirname, 'findings', `${code.toLowerCase()}.txt`), 'utf8')),
);

test('many rules can mend what they find', () => {
  expect(fixable.length).toBeGreaterThan(20);
});

test.each(fixable.map((rule) => [rule.code, rule] as const))(
  'what %s mends it no longer finds, and nothing else changes',
  (code, rule) => {
    const { text, loaded } = fixture(code);
    const findings = evaluate(loaded.bundle, [rule], loaded.texts);
    const plan = planFixes(loaded, findings);
    expect(plan.refused).toEqual([]);
    const mended = plan.texts.get('fixture.yaml') as string;
    const again = assumed(loadTexts(new Map([['fixture.yaml', mended]])), mended);
    expect(again.problems).toEqual([]);
    const left = evaluate(again.bundle, [rule], again.texts).map(fingerprint);
    const meant = findings.filter(({ edits }) => edits.length === 0).map(fingerprint);
    expect(left).toEqual(meant);
    // Comments are what a rewrite loses first.
    const comments = (yaml: string) => yaml.split('\n').filter((line) => line.includes('# expect:')).length;
    const removed = findings.flatMap(({ edits }) => edits.filter(({ value }) => value === undefined)).length;
    expect(comments(mended)).toBeGreaterThanOrEqual(comments(text) - removed);
  },
);
