import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import packageJson from '../package.json';

const lib = path.join(__dirname, '..', 'lib');

/** Lowest first: a folder imports only what stands before it. */
const ORDER = [
  'input',
  'timing',
  'server',
  'manifest',
  'observability',
  'system',
  'rules',
  'doctor',
  'papers',
  'cli',
  'nginx',
  'synth',
  'workload',
  'monitors',
  'ingress',
  'environments',
  'pulumi',
];

/** Folders that load no cdk8s when a program runs: whoever only wants numbers, text, YAML or findings does not pay for it. */
const WITHOUT_CDK8S = [
  'input',
  'timing',
  'observability',
  'manifest',
  'system',
  'rules',
  'doctor',
  'papers',
  'server',
  'nginx',
];

const files = fs.readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** What a file imports of lib, types included: TypeScript's own reading of it, in whatever form an import stands. */
function importsOf(file: string): readonly string[] {
  const { importedFiles } = ts.preProcessFile(fs.readFileSync(path.join(lib, file), 'utf8'), true, true);
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => {
      const target = path.join(path.dirname(file), fileName);
      const found = [`${target}.ts`, path.join(target, 'index.ts')].find((one) => files.includes(one));
      if (found === undefined) throw new Error(`${file} imports ${fileName}, which is not in lib`);
      return found;
    });
}

/** The circles of a graph: sets of nodes that all reach each other. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): void => {
    const number = order.size;
    order.set(node, number);
    let low = number;
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low = Math.min(low, lowest.get(next) ?? (order.get(next) as number));
    }
    lowest.set(node, low);
    if (low !== number) return;
    const members = stack.splice(stack.indexOf(node));
    if (members.length > 1 || graph.get(node)?.includes(node)) circles.push(members.sort());
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;
}

function folderOf(file: string): string {
  return file.split(path.sep)[0] as string;
}

test('every folder has a place in the order', () => {
  expect([...new Set(files.filter((file) => file.includes(path.sep)).map(folderOf))].sort()).toEqual([...ORDER].sort());
});

test.each(files.filter((file) => file.includes(path.sep)))('%s imports downwards only', (file) => {
  for (const target of importsOf(file)) {
    expect(ORDER.indexOf(folderOf(target))).toBeGreaterThanOrEqual(0);
    expect(ORDER.indexOf(folderOf(target))).toBeLessThanOrEqual(ORDER.indexOf(folderOf(file)));
  }
});

test('no files import each other in a circle, types included', () => {
  const graph = new Map(files.map((file) => [file, importsOf(file)]));
  expect([...graph.values()].flat().length).toBeGreaterThan(files.length);
  expect(circlesOf(graph)).toEqual([]);
});

test('the search for circles finds them', () => {
  const graph = (edges: Readonly<Record<string, readonly string[]>>) => circlesOf(new Map(Object.entries(edges)));
  expect(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual([]);
  expect(graph({ a: ['b'], b: ['c'], c: ['b', 'd'], d: [], e: ['e'] })).toEqual([['b', 'c'], ['e']]);
  expect(graph({ x: ['a'], a: ['b'], b: ['c', 'x'], c: ['a'] })).toEqual([['a', 'b', 'c', 'x']]);
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

describe('folders that run without cdk8s', () => {
  // One process loads them all, lightest first, and says after each what it has loaded so far.
  const indexes = WITHOUT_CDK8S.map((folder) => path.join(lib, folder, 'index.ts'));
  const program = `for (const index of ${JSON.stringify(indexes)}) {
    require(index);
    console.log(Object.keys(require.cache).filter((file) => /node_modules.(cdk8s|constructs)/.test(file)).length);
  }`;
  let loaded: readonly string[] = [];
  beforeAll(() => {
    loaded = execFileSync(process.execPath, ['--require', 'tsx/cjs', '--eval', program], { encoding: 'utf8' })
      .trim()
      .split('\n');
  });

  test.each(WITHOUT_CDK8S.map((folder, i) => [folder, i] as const))('%s', (_, i) => {
    expect(loaded[i]).toBe('0');
  });
});

test('older compilers are told the same entries as exports', () => {
  const entries = Object.entries(packageJson.exports).flatMap(([name, entry]) =>
    name === '.' || typeof entry === 'string' ? [] : [[name.slice(2), [entry.types]]],
  );
  expect(packageJson.typesVersions).toEqual({ '*': Object.fromEntries(entries) });
});

describe('seconds are decided in lib/timing only', () => {
  /** What writes or judges a system. A doctor's own patience, the window of an alert and what an engine waits for decide nothing about a connection. */
  const DECIDED = ['nginx', 'server', 'system', 'rules', 'synth', 'workload', 'ingress'];

  /** Numbers that stand for seconds: constants and fields that are named so, and text that nginx reads so. */
  function secondsIn(name: string, source: string): readonly string[] {
    // Most files name none, and are not worth a syntax tree.
    if (!/SECONDS|seconds:|\ds\b/i.test(source)) return [];
    const found: string[] = [];
    const isNumber = (node: ts.Node | undefined): boolean =>
      node !== undefined && ts.isNumericLiteral(node) && Number(node.text) > 0;
    const visit = (node: ts.Node): void => {
      const named =
        (ts.isVariableDeclaration(node) && /SECONDS/.test(node.name.getText())) ||
        (ts.isPropertyAssignment(node) && /seconds$/i.test(node.name.getText()));
      if (named && isNumber(node.initializer)) found.push(node.getText());
      if (
        (ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node)) &&
        /^[a-z_]+ [^;]*\b[1-9]\d*m?s\b[^;]*$/.test(node.text) &&
        folderOf(name) === 'nginx'
      )
        found.push(node.getText());
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(name, source, ts.ScriptTarget.ES2022, true));
    return found;
  }

  /** What servers of others do is a fact about them, with its source. */
  const FACTS = path.join('system', 'servers');

  test.each(files.filter((file) => DECIDED.includes(folderOf(file)) && !file.startsWith(FACTS)))('%s', (file) => {
    expect(secondsIn(file, fs.readFileSync(path.join(lib, file), 'utf8'))).toEqual([]);
  });

  test.each([
    ['rules/a.ts', 'const LEAST_SECONDS = 10;'],
    ['workload/a.ts', 'f({ periodSeconds: 60 });'],
    ['nginx/a.ts', "f('client_body_timeout 60s');"],
    ['nginx/a.ts', 'f(`fail_timeout=5s`, `keepalive_timeout 5s`);'],
  ])('fails on %s: %s', (name, source) => {
    expect(secondsIn(name, source)).toHaveLength(1);
  });
});
