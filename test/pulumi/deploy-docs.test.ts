import * as fs from 'node:fs';
import * as path from 'node:path';
import { Problems } from '../../lib/input';
import { dev } from '../../stacks/dev';
import { readStackConfig } from '../../stacks/pulumi-config';
import { project, ROOT } from './run-program';

const text = fs.readFileSync(path.join(ROOT, 'docs/deploy.md'), 'utf8');

/** Every key that the program reads, as it says itself when it meets one that it does not know. */
function keys(): readonly string[] {
  const problems = new Problems();
  const values = {
    'gcp:project': 'p',
    'kubernetes:context': 'c',
    'holdfast:clusterId': 'c',
    'holdfast:unknown': '',
  };
  readStackConfig(problems, { values, secretKeys: [] }, { project: project.name, name: 'dev' }, [dev]);
  return (/the keys are (.*)$/.exec(problems.found[0] ?? '')?.[1] ?? '').split(', ');
}

test('docs/deploy.md explains every key of the configuration, and no other', () => {
  const explained = [...text.matchAll(/^\| `(holdfast:\w+)` +\|/gm)].map((match) => match[1]);
  expect(explained.sort()).toEqual([...keys()].sort());
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
