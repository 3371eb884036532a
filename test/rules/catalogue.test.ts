import { RULES } from '../../lib/rules';
import { catalogue } from '../../lib/rules/catalogue';

test('the page has an anchor for every rule', () => {
  const page = catalogue();
  for (const { code } of RULES) expect(page).toContain(`\n### ${code}\n`);
});
