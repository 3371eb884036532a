import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { identityOf, Locator, loadPaths, loadTexts, STDIN } from '../../lib/manifest';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-load-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return name;
}

function read(text: string) {
  return loadTexts(new Map([['a.yaml', text]]));
}

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n';

test('reads several documents, whatever stands between them, and knows where each begins', () => {
  const { bundle, problems } = read(
    `# a comment\n---\n${SERVICE}---\n# nothing\n---\n${SERVICE.replace(': a', ': b')}...\n---\n`,
  );
  expect(problems).toEqual([]);
  expect(bundle.objects.map((object) => [identityOf(object), bundle.originOf(object)?.line])).toEqual([
    ['Service a', 2],
    ['Service b', 9],
  ]);
});

test('reads merge keys and the words for true and false as Kubernetes does', () => {
  const { bundle } = read(`${SERVICE}spec:\n  base: &base { a: yes, b: 'yes' }\n  more: { <<: *base, c: off }\n`);
  expect(bundle.objects[0]?.spec).toEqual({ base: { a: true, b: 'yes' }, more: { a: true, b: 'yes', c: false } });
});

test('takes a List apart and finds the lines of its items', () => {
  const loaded = read(
    `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: a\n  spec:\n    type: ClusterIP\n`,
  );
  const [service] = loaded.bundle.objects;
  const place = new Locator(loaded.texts).place(loaded.bundle.originOf(service as never), ['spec', 'type']);
  expect(place).toEqual({ file: 'a.yaml', line: 9, column: 5, text: '    type: ClusterIP' });
});

test('reads JSON, and says where in it', () => {
  const loaded = loadTexts(
    new Map([
      [
        'a.json',
        JSON.stringify(
          { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { type: 'NodePort' } },
          null,
          2,
        ),
      ],
    ]),
  );
  const place = new Locator(loaded.texts).place(loaded.bundle.originOf(loaded.bundle.objects[0] as never), [
    'spec',
    'type',
  ]);
  expect(place).toMatchObject({ line: 8, text: '    "type": "NodePort"' });
});

test('a field that is missing is reported where it would stand', () => {
  const loaded = read(SERVICE);
  const locator = new Locator(loaded.texts);
  const origin = loaded.bundle.originOf(loaded.bundle.objects[0] as never);
  expect(locator.place(origin, ['metadata', 'annotations', 'x'])).toMatchObject({ line: 3, column: 1 });
  expect(locator.place(origin, ['spec'])).toMatchObject({ line: 1, column: 1 });
});

test('reads folders, globs and standard input, each file once, and leaves others alone', () => {
  write('tree/a.yaml', SERVICE);
  write('tree/deep/b.yml', SERVICE.replace(': a', ': b'));
  write('tree/values.yaml', 'replicas: 3\n');
  write('tree/notes.txt', 'no: yaml');
  const names = (paths: string[]) =>
    loadPaths(paths, { cwd: folder, stdin: () => SERVICE.replace(': a', ': in') }).bundle.objects.map(
      ({ metadata }) => metadata.name,
    );
  expect(names(['tree'])).toEqual(['a', 'b']);
  expect(names(['tree/*.yaml', 'tree/a.yaml'])).toEqual(['a']);
  expect(names(['tree/a.yaml', '-'])).toEqual(['a', 'in']);
  expect(loadPaths(['tree'], { cwd: folder }).foreign).toBe(1);
  expect(loadPaths(['tree'], { cwd: folder, exclude: ['**/deep/**'] }).bundle.objects).toHaveLength(1);
  expect(loadPaths(['-'], { stdin: () => 'a: [' }).problems[0]).toMatch(STDIN);
});

test('a folder may hold files of other tools that are not even readable', () => {
  write('project/a.yaml', SERVICE);
  write('project/page.yaml', '{{ layout }}\na: b: c\n');
  const { bundle, problems, foreign } = loadPaths(['project'], { cwd: folder });
  expect([bundle.objects.length, problems, foreign]).toEqual([1, [], 1]);
  expect(loadPaths(['project/page.yaml'], { cwd: folder }).problems).toHaveLength(1);
});

test('a banner of comments costs no time, and a byte order mark is no character', () => {
  const started = process.cpuUsage();
  const { bundle, problems } = read(
    `\uFEFF${'#'.repeat(5000)}\n${SERVICE}---\n${'# '.repeat(5000)}\n${SERVICE.replace(': a', ': b')}`,
  );
  expect(problems).toEqual([]);
  expect(bundle.objects).toHaveLength(2);
  expect(computedMs(started)).toBeLessThan(1000);
});

test('reads schemas that are nested deeply', () => {
  let schema = 'type: object';
  for (let i = 0; i < 120; i += 1) schema = `{ properties: { a: ${i === 0 ? `{ ${schema} }` : schema} } }`;
  expect(read(`${SERVICE}spec: ${schema}\n`).problems).toEqual([]);
});

test('finds pods by their labels, in their namespace only', () => {
  const pod = (name: string, namespace: string, labels: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: { template: { metadata: { labels: ${labels} } } }\n`;
  const { bundle } = read(
    [
      pod('a', 'one', '{ app: x, tier: web }'),
      pod('b', 'one', '{ app: x }'),
      pod('c', 'two', '{ app: x, tier: web }'),
    ].join('---\n'),
  );
  expect(bundle.selectedBy('one', { app: 'x', tier: 'web' }).map(({ metadata }) => metadata.name)).toEqual(['a']);
  expect(bundle.selectedBy('one', {})).toEqual([]);
});

describe('fails with one sentence, with file and line, for', () => {
  test.each([
    ['YAML that is none', `${SERVICE}spec:\n  type: a: b\n`, /^a\.yaml:6: not readable as YAML: /],
    [
      'a cyclic anchor',
      `${SERVICE}spec: &a\n  again: *a\n`,
      /^a\.yaml:1: an alias refers to what contains it \(cyclic anchor\)/,
    ],
    ['aliases that multiply', bomb(), /^a\.yaml:1: its aliases multiply it to more than 1000000 values/],
    [
      'nesting without an end',
      `${SERVICE}spec: ${'['.repeat(5000)}${']'.repeat(5000)}\n`,
      /^a\.yaml:5: not readable as YAML: /,
    ],
    ['a Helm template', `{{- if .Values.on }}\n${SERVICE}{{- end }}\n`, /^a\.yaml:1: this is a Helm template/],
    [
      'a value of a Helm template',
      `${SERVICE}spec:\n  type: {{ .Values.type }}\n`,
      /^a\.yaml:6: this is a Helm template/,
    ],
    [
      'an object without a name',
      'apiVersion: v1\nkind: Service\nmetadata: {}\n',
      /^a\.yaml:1: this Service has no metadata\.name/,
    ],
    [
      'a kind that is no text',
      'apiVersion: v1\nkind: [Service]\nmetadata: { name: a }\n',
      /^a\.yaml:1: kind must be text/,
    ],
  ])('%s', (_what, text, sentence) => {
    const started = process.cpuUsage();
    const { problems, bundle } = read(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(sentence);
    expect(bundle.objects).toEqual([]);
    expect(computedMs(started)).toBeLessThan(2000);
  });

  test('a file of 50 MB, without reading it', () => {
    const file = path.join(folder, 'large.yaml');
    fs.closeSync(fs.openSync(file, 'w'));
    fs.truncateSync(file, 50_000_000);
    const started = process.cpuUsage();
    expect(loadPaths(['large.yaml'], { cwd: folder }).problems).toEqual([
      'large.yaml: 48 MiB is more than the 32 MiB that are read at once; split it, or name the files you mean',
    ]);
    expect(computedMs(started)).toBeLessThan(500);
  });

  test('a file that is not there, and a folder without manifests', () => {
    fs.mkdirSync(path.join(folder, 'empty'));
    expect(loadPaths(['gone.yaml', 'empty'], { cwd: folder }).problems).toEqual([
      'gone.yaml: there is no such file or folder',
      'empty: holds no .yaml, .yml or .json file',
    ]);
  });
});

/** How long this process computed: what else the machine did meanwhile is no matter. */
function computedMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

/** A million laughs: each line holds the one before it ten times. */
function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 10; i += 1)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  return `${SERVICE}spec:\n  ${lines.join('\n  ')}\n`;
}
