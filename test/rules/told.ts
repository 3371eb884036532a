import { loadTexts } from '../../lib/manifest';
import { ruleOf } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';
import { assumed } from './fixture';

/** What one rule says of a text, a line for each finding: the object, the field and what stands there. */
export function told(code: string, text: string): readonly string[] {
  const rule = ruleOf(code);
  if (rule === undefined) throw new Error(`there is no rule ${code}`);
  const loaded = assumed(loadTexts(new Map([['system.yaml', text]])), text);
  if (loaded.problems.length > 0) throw new Error(loaded.problems.join('\n'));
  return evaluate(loaded.bundle, [rule], loaded.texts).map(
    ({ kind, name, path, actual }) => `${kind} ${name}: ${path}: ${actual}`,
  );
}
