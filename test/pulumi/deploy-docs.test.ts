import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Problems } from '../../lib/input';
import { dev } from '../../stacks/dev';
import { production } from '../../stacks/production';
import { readStackConfig } from '../../stacks/pulumi-config';
import { blocksOf, keysIn } from '../engine/support/page';
import { project, ROOT } from './run-program';

const text = fs.readFileSync(path.join(ROOT, 'docs/deploy.md'), 'utf8');

const rows = keysIn(text);

/** Reads a configuration, and says what is wrong with it and which keys were asked for. */
function readKeys(given: Readonly<Record<string, string>>): {
  readonly found: readonly string[];
  readonly keys: string[];
} {
  const problems = new Problems();
  const asked = new Set<string>();
  const values = new Proxy(given, {
    get: (target, key: string) => {
      asked.add(key);
      return target[key];
    },
  });
  const secretKeys = ['holdfast:webhook', 'kubernetes:kubeconfig'];
  readStackConfig(problems, { values, secretKeys }, { project: project.name, name: 'production' }, [dev, production]);
  return { found: problems.found, keys: [...asked].sort() };
}

const keys = () => readKeys({}).keys;

test('docs/deploy.md explains every key of the configuration, and no other', () => {
  expect(rows.map(({ key }) => key).sort()).toEqual(keys());
});

test.each(rows)('docs/deploy.md names every field of $key', ({ key, meaning }) => {
  const [problem = ''] = readKeys({ [key]: '{"unknown":1}' }).found.filter((found) =>
    found.startsWith(`${key}.unknown`),
  );
  const fields = /the fields are (.*)$/.exec(problem)?.[1]?.split(', ') ?? [];
  expect(fields.filter((field) => !meaning.includes(`\`${field}\``))).toEqual([]);
});

test('docs/deploy.md sets every key by a command that the program understands', () => {
  const values: Record<string, string> = {};
  for (const { key, set } of rows) {
    const [, name = '', value = ''] = /^(?:--\w+ )?'?([^' ]+)'? (.*)$/.exec(set) ?? [];
    const [own = '', field, item] = name.split(/[.[]/);
    expect(own).toBe(key);
    const plain = value.replaceAll("'", '');
    values[key] = plain;
    if (set.startsWith('--path')) {
      const list = name.endsWith('[0]');
      const inner = list ? [plain] : plain;
      values[key] = JSON.stringify(list && item === undefined ? inner : { [field as string]: inner });
    }
  }
  // The other half of what this one needs.
  values['holdfast:cluster'] = JSON.stringify({ name: 'chat', location: 'europe-west1' });
  expect(readKeys(values).found).toEqual([]);
});

test('docs/deploy.md names no key that the program does not read', () => {
  const known = new Set(keys());
  const named = [...text.matchAll(/holdfast:(\w+)/g)].map((match) => `holdfast:${match[1]}`);
  expect(named.filter((key) => !known.has(key))).toEqual([]);
});

test('docs/deploy.md quotes the example that the tests run', () => {
  const example = fs.readFileSync(path.join(ROOT, 'examples/pulumi/chat.ts'), 'utf8');
  const quoted = /```ts\n([\s\S]*?)```/.exec(text)?.[1];
  expect(quoted).toBe(example.replaceAll("'../../lib", "'holdfast"));
});

test.each(blocksOf(path.join(ROOT, 'docs/deploy.md')).filter(({ language }) => language === 'sh'))(
  'A shell understands $name',
  ({ text: commands }) => {
    execFileSync('bash', ['-n', '-c', commands], { stdio: 'pipe' });
  },
);

test('docs/deploy.md refers to files that are there', () => {
  const files = [...text.matchAll(/\]\(\.\.\/([^)#]+)\)/g)].map((match) => match[1] ?? '');
  expect(files.filter((file) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
});

test.each(fs.readdirSync(path.join(ROOT, project.stackConfigDir)).filter((file) => /^Pulumi\..*\.yaml$/.test(file)))(
  '%s belongs to an environment of the same name',
  (file) => {
    const name = /^Pulumi\.(.*)\.yaml$/.exec(file)?.[1];
    expect(fs.existsSync(path.join(ROOT, project.stackConfigDir, `${name}.ts`))).toBe(true);
  },
);
