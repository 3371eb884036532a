import { type Edit, loadTexts } from '../../lib/manifest';
import { ruleOf } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';
import type { Finding } from '../../lib/rules/finding';
import { assumed } from './fixture';

/** What one rule says of a text, a line for each finding: the object, the field and what stands there. */
export function told(code: string, text: string): readonly string[] {
  return findings(code, text).map(({ kind, name, path, actual }) => `${kind} ${name}: ${path}: ${actual}`);
}

/** The changes that one rule asks for. */
export function fixes(code: string, text: string): readonly string[] {
  return findings(code, text).map(({ fix }) => fix);
}

/** What `--fix` would write for one rule. */
export function edits(code: string, text: string): readonly Edit[] {
  return findings(code, text).flatMap((finding) => finding.edits);
}

/** What one rule says that its findings mean. */
export function because(code: string, text: string): readonly string[] {
  return findings(code, text).map((finding) => finding.because);
}

function findings(code: string, text: string): readonly Finding[] {
  const rule = ruleOf(code);
  if (rule === undefined) throw new Error(`there is no rule ${code}`);
  const loaded = assumed(loadTexts(new Map([['system.yaml', text]])), text);
  if (loaded.problems.length > 0) throw new Error(loaded.problems.join('\n'));
  return evaluate(loaded.bundle, [rule], loaded.texts);
}
