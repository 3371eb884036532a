import * as fs from 'node:fs';
import * as path from 'node:path';
import { RULES } from '../../lib/rules';
import { catalogue } from '../../lib/rules/catalogue';

test('the page has an anchor for every rule, and is the one that was written', () => {
  const page = catalogue();
  for (const { code } of RULES) expect(page).toContain(`\n### ${code}\n`);
  expect(page).toBe(fs.readFileSync(path.join(__dirname, '../../docs/rules.md'), 'utf8'));
});
