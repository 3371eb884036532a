import * as fs from 'node:fs';
import * as path from 'node:path';
import { WebSocketChart } from '../../lib/environments';
import { InvalidInputError } from '../../lib/input';
import type { Manifest } from '../../lib/manifest';
import { listOf, mappingOf } from '../../lib/manifest/field';
import { RULES } from '../../lib/rules';
import { HoldfastApp } from '../../lib/synth';
import { containersOf } from '../../lib/system/pod';
import { generatedPages } from '../../scripts/docs';
import { BUILDERS, writtenTable } from '../../scripts/platforms';
import { production } from '../../stacks/production';
import { ranLine } from '../cluster/support/measured-page';
import { whatRan } from '../cluster/support/what-ran';

const root = path.join(__dirname, '..', '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...fs
    .readdirSync(path.join(root, 'docs'))
    .filter((f) => f.endsWith('.md'))
    .map((f) => `docs/${f}`),
];
const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8');

test.each([...generatedPages()])('the generated parts of %s are up to date (npm run docs)', (page, text) => {
  expect(read(page)).toBe(text);
});

test('docs/measured.md is of the manifests and the application that are here; else measure again (CONTRIBUTING.md)', () => {
  expect(read('docs/measured.md')).toContain(ranLine(whatRan()));
});

test('the contract of a server names every variable that its pods are given', () => {
  const app = new HoldfastApp({ outdir: 'unused' });
  new WebSocketChart(app, production);
  const workload = app
    .manifests()
    .get(production.name)
    ?.find(({ kind }) => kind === 'StatefulSet');
  const given = containersOf(workload as Manifest).flatMap(({ name, value }) =>
    name === production.server.name ? listOf(value.env).map((entry) => String(mappingOf(entry).name)) : [],
  );
  expect(given).toContain('METRICS_PORT');
  const named = [...read('docs/server-contract.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  // What every program of Node is told, and says nothing to another language.
  expect(given.filter((name) => name !== 'NODE_ENV' && !named.includes(name))).toEqual([]);
});

describe('the page of platforms', () => {
  const refusing = (...problems: readonly string[]) => ({
    ...BUILDERS,
    'aws-alb': () => {
      throw new InvalidInputError(problems);
    },
  });

  test('says "refused" where an affinity is', () => {
    expect(writtenTable(refusing('affinity: is impossible'))).toContain(
      '| AWS Application Load Balancer | refused | refused | refused |',
    );
  });

  test.each([
    ['something else is wrong', refusing('host: is wrong')],
    ['something else is wrong too', refusing('affinity: is impossible', 'host: is wrong')],
    ['nothing is made', { ...BUILDERS, 'aws-alb': () => undefined }],
    ['a platform has no builder', { ...BUILDERS, 'aws-alb': undefined as never }],
  ])('fails to be written where %s', (_title, builders) => {
    expect(() => writtenTable(builders)).toThrow();
  });
});

test.each(pages)('no link in %s is dead', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] as string)
    .filter((link) => !/^https?:/.test(link));
  for (const link of links)
    expect({ link, exists: fs.existsSync(path.join(root, path.dirname(page), link)) }).toEqual({ link, exists: true });
});

describe('what the README says of others', () => {
  const section = /## Beside what people use otherwise\n([\s\S]*?)\n## /.exec(read('README.md'))?.[1] ?? '';
  const rows = section.split('\n').filter((line) => /^\| [^-|]/.test(line) && !/^\| \*\*/.test(line));

  test('is of all that the table is for', () => {
    for (const name of [
      'YAML',
      'cdk8s-plus',
      'Centrifugo',
      'Coder',
      'JupyterHub',
      'Agones',
      'kube-linter',
      'kube-score',
      'Polaris',
    ])
      expect(rows.filter((row) => row.split('|')[1]?.includes(name))).toHaveLength(1);
  });

  test.each(rows)('has its source at a commit: %s', (row) => {
    expect(row).toMatch(/https:\/\/github\.com\/[^)]+\/(blob|tree)\/[0-9a-f]{40}\//);
  });
});

test('the pictures of the README are drawn by npm run docs, or by the live suite', () => {
  const shown = [...read('README.md').matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map((match) => match[1]);
  expect(shown).toEqual(['docs/way.svg', 'docs/check.svg', 'docs/dashboard.svg']);
  for (const picture of shown.slice(0, 2)) expect([...generatedPages().keys()]).toContain(picture);
});

describe('requirements', () => {
  const codes = RULES.map((rule) => rule.code);
  const rows = read('docs/requirements.md')
    .split('\n')
    .filter((line) => /^\| [A-Z]\d+ \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  test('there is one row for each requirement', () => {
    const ids = rows.map(([id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(35);
  });

  test.each(rows.map((row) => [row[0] as string, row] as const))(
    '%s names the file that implements it and a test that exists',
    (_id, row) => {
      const [, , , implementation = '', proof = ''] = row;
      expect(implementation).toMatch(/\]\(\.\.\/(lib|stacks|examples)\//);
      for (const code of (row[5] ?? '').match(/WS\d+/g) ?? []) expect(codes).toContain(code);
      const test = /`(test\/[^`]+)` “([^”]+)”/.exec(proof);
      expect(test).not.toBeNull();
      expect(read(test?.[1] ?? '').replaceAll("\\'", "'")).toContain(test?.[2]);
    },
  );
});

test('nothing in the project refers to what is outside of it', () => {
  const files = fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => !/(^|\/)node_modules\/|^(node_modules|dist|manifests|\.git|docs\/api)(\/|$)/.test(file));
  const outside = files.filter(
    (file) => fs.statSync(path.join(root, file)).isFile() && read(file).includes(['..', 'shared'].join('/')),
  );
  expect(outside).toEqual([]);
});
