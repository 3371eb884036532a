import { loadTexts } from '../../lib/manifest';
import { fingerprint, RULES } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';
import { planFixes } from '../../lib/rules/fix';
import { assumed, fixture } from './fixture';

const fixtures = RULES.map((rule) => {
  const { text, loaded } = fixture(rule.code);
  return { rule, text, loaded, findings: evaluate(loaded.bundle, [rule], loaded.texts) };
});
const fixable = fixtures.filter(({ findings }) => findings.some(({ edits }) => edits.length > 0));

test('many rules can mend what they find', () => {
  expect(fixable.length).toBeGreaterThan(20);
});

test.each(fixable.map((fixture) => [fixture.rule.code, fixture] as const))(
  'what %s mends it no longer finds, and nothing else changes',
  (_code, { rule, text, loaded, findings }) => {
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
