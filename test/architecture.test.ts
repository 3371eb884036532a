import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const lib = path.join(__dirname, '..', 'lib');

/** Lowest first: a folder imports only what stands before it. */
const ORDER = [
  'input',
  'timing',
  'manifest',
  'rules',
  'cli',
  'server',
  'nginx',
  'synth',
  'workload',
  'ingress',
  'pulumi',
];

/** Folders that load no cdk8s when a program runs: whoever only wants numbers, text, YAML or findings does not pay for it. */
const WITHOUT_CDK8S = ['input', 'timing', 'manifest', 'rules', 'server', 'nginx'];

const files = fs.readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function importsOf(file: string): readonly { readonly from: string; readonly typeOnly: boolean }[] {
  const text = fs.readFileSync(path.join(lib, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from '([^']+)'/gms)].map((match) => ({
    from: match[2] as string,
    typeOnly: match[1] !== undefined,
  }));
}

function folderOf(file: string): string {
  return file.split(path.sep)[0] as string;
}

test('every folder has a place in the order', () => {
  expect([...new Set(files.filter((file) => file.includes(path.sep)).map(folderOf))].sort()).toEqual([...ORDER].sort());
});

test.each(files.filter((file) => file.includes(path.sep)))('%s imports downwards only', (file) => {
  for (const { from } of importsOf(file).filter(({ from }) => from.startsWith('.'))) {
    const target = folderOf(path.relative(lib, path.resolve(lib, path.dirname(file), from)));
    expect(ORDER.indexOf(target)).toBeGreaterThanOrEqual(0);
    expect(ORDER.indexOf(target)).toBeLessThanOrEqual(ORDER.indexOf(folderOf(file)));
  }
});

test('index files only re-export', () => {
  for (const file of files.filter((name) => path.basename(name) === 'index.ts')) {
    const code = fs.readFileSync(path.join(lib, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    expect(code.split(';').filter((statement) => statement.trim() !== '' && !/^\s*export\b/.test(statement))).toEqual(
      [],
    );
  }
});

test('files stay short enough to be read at one go', () => {
  const long = files.filter((file) => fs.readFileSync(path.join(lib, file), 'utf8').split('\n').length > 300);
  expect(long).toEqual([]);
});

test.each(WITHOUT_CDK8S)('%s runs without cdk8s', (folder) => {
  const program = `require(${JSON.stringify(path.join(lib, folder, 'index.ts'))}); console.log(Object.keys(require.cache).filter((f) => /node_modules.(cdk8s|constructs)/.test(f)).length)`;
  expect(execFileSync(process.execPath, ['--require', 'tsx/cjs', '--eval', program], { encoding: 'utf8' }).trim()).toBe(
    '0',
  );
});
