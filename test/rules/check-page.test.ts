import * as fs from 'node:fs';
import * as path from 'node:path';
import { load } from 'js-yaml';
import { ruleOf } from '../../lib/rules';
import { parseConfig } from '../../lib/rules/config';
import * as plugin from '../../lib/rules/plugin';

const ROOT = path.join(__dirname, '../..');
const PAGE = fs.readFileSync(path.join(ROOT, 'docs/check.md'), 'utf8');
const [config, cdk8s] = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] as string);

test('the configuration on the page is one', () => {
  expect(parseConfig('docs/check.md', config as string)).toEqual({
    levels: { WS228: 'off', WS308: 'error' },
    suppress: [{ code: 'WS216', object: 'BackendConfig/legacy-*', reason: 'replaced with the next release' }],
    exclude: ['**/charts/**'],
    failOn: 'warning',
    assume: [
      { object: 'Deployment/api-*', is: 'http', said: 'assume in docs/check.md' },
      { object: '*/*', is: 'websocket', said: 'assume in docs/check.md' },
    ],
  });
});

test('the plugin on the page is the one that a build makes', () => {
  const [{ package: file, class: name, version }] = (
    load(cdk8s as string) as { validations: [{ package: string; class: string; version: string }] }
  ).validations;
  const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  expect(file).toBe(`./node_modules/holdfast/${manifest.exports['./plugin'].default.slice(2)}`);
  expect(version).toBe(manifest.version);
  expect(plugin).toHaveProperty(name);
});

test('every rule that the page names exists', () => {
  for (const [code] of PAGE.matchAll(/WS\d{3}/g)) expect(ruleOf(code)).toBeDefined();
});
