import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../lib/rules';

const DENY = readFileSync(join(__dirname, 'fixtures', 'ws319.yaml'), 'utf8');
const codes = (text: string) => check(text).findings.map(({ code }) => code);

test.each([
  ['GlobalNetworkPolicy', 'projectcalico.org/v3'],
  ['NetworkPolicy', 'crd.projectcalico.org/v1'],
])('WS319 is not judged beside a %s of %s, which may come before', (kind, apiVersion) => {
  const other = `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: let-in }\nspec: { order: 10, selector: all(), types: [Ingress], ingress: [{ action: Allow }] }\n`;
  expect(codes(DENY)).toContain('WS319');
  expect(codes(`${DENY}\n${other}`)).not.toContain('WS319');
});
