import * as fs from 'node:fs';
import * as path from 'node:path';
import { RULES } from '../../lib/rules';
import { catalogue } from '../../lib/rules/catalogue';

test('docs/rules.md is what the rules say; npm run docs:rules writes it', () => {
  expect(fs.readFileSync(path.join(__dirname, '../../docs/rules.md'), 'utf8')).toBe(catalogue());
});

test('the page has an anchor for every rule', () => {
  const page = catalogue();
  for (const { code } of RULES) expect(page).toContain(`\n### ${code}\n`);
});
