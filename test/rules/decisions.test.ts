import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Problems } from '../../lib/input/problems';
import { loadTexts, STDIN } from '../../lib/manifest/load';
import { checkLoaded, type Finding } from '../../lib/rules';
import { baselineText, readBaseline, writeBaseline } from '../../lib/rules/baseline';
import { assumeAll, parseConfig, parseSuppression, readConfig } from '../../lib/rules/config';
import { planFixes, writeTexts } from '../../lib/rules/fix';
import { suggestions } from '../../lib/rules/suggest';
import { suppress } from '../../lib/rules/suppress';
import { problemsOf } from '../problems';

describe('a configuration', () => {
  test.each<[text: string, config: object]>([
    ['', { levels: {}, suppress: [], exclude: [], failOn: undefined, assume: [] }],
    ['levels: { WS218: off, ws219: false, WS216: info }', { levels: { WS218: 'off', WS219: 'off', WS216: 'info' } }],
    ['# levels:\n#   WS218: off\r\n\n', { levels: {}, suppress: [] }],
    ['levels:\n  # WS218: off\nsuppress:\nexclude:\n', { levels: {}, suppress: [], exclude: [] }],
    ['failOn: error', { failOn: 'error' }],
    ['exclude: [a, 3]', { exclude: ['a', '3'] }],
    ['assume: http', { assume: [{ object: '*/*', is: 'http', said: 'assume in c.yaml' }] }],
    [
      'assume: { Deployment/a: websocket }',
      { assume: [{ object: 'Deployment/a', is: 'websocket', said: 'assume in c.yaml' }] },
    ],
    [
      'suppress: [{ rule: WS216, object: A/b, reason: "abc" }]',
      { suppress: [{ code: 'WS216', object: 'A/b', reason: 'abc' }] },
    ],
    ['suppress: [{ rule: ws216, object: A/b, reason: abc }]', { suppress: [{ code: 'WS216' }] }],
  ])('"%s" is read', (text, config) => {
    expect(parseConfig('c.yaml', text)).toMatchObject(config);
  });

  test.each<[text: string, problems: readonly string[]]>([
    ['a: [', ['c.yaml: not readable as YAML: ']],
    ['WS218: off', ['c.yaml.WS218: is unknown; give levels']],
    ['levels WS218 off', ['c.yaml: "levels WS218 off" is no mapping; give levels, suppress']],
    ['- levels', ['c.yaml: ["levels"] is no mapping; give levels, suppress']],
    ['levels: [WS218]', ['c.yaml.levels: ["WS218"] is no mapping; give a level for each code']],
    ['levels: off', ['c.yaml.levels: "off" is no mapping; give a level for each code']],
    ['exclude: "charts/**"', ['c.yaml.exclude: "charts/**" is no list; begin each entry with a dash']],
    ['suppress: { rule: WS216, object: A/b, reason: abc }', ['c.yaml.suppress: {"rule":"WS216",']],
    ['more: 1', ['c.yaml.more: is unknown; give levels, suppress, exclude, failOn or assume']],
    ['failOn: loud', ['c.yaml.failOn: "loud" is no level; give error, warning, info']],
    ['levels: { WS218: true }', ['c.yaml.levels.WS218: true is no level; give error, warning, info or off']],
    ['levels: { WS777: off }', ['c.yaml.levels: "WS777" is no rule']],
    ['assume: null', ['c.yaml.assume: null is not known; give websocket or http']],
    ['assume: { Deployment/a: grpc }', ['c.yaml.assume: "grpc" is not known; give websocket or http']],
    ['assume: { a: http }', ['c.yaml.assume: "a" is no object; give Kind/name']],
    ['suppress: [{ rule: WS777, object: A/b, reason: abc }]', ['c.yaml.suppress[0].rule: "WS777" is no rule']],
    ['suppress: [{ object: A/b, reason: abc }]', ['c.yaml.suppress[0].rule: is missing; give a code such as WS216']],
    ['suppress: [{ rule: WS216, object: b, reason: abc }]', ['c.yaml.suppress[0].object: is missing']],
    ['suppress: [{ rule: WS216, object: 3, reason: abc }]', ['c.yaml.suppress[0].object: is missing']],
    ['suppress: [{ rule: WS216, object: A/b, reason: " ab " }]', ['c.yaml.suppress[0].reason: is missing']],
    ['suppress: [{ rule: WS216, object: A/b, reason: 333 }]', ['c.yaml.suppress[0].reason: is missing']],
  ])('"%s" is refused', (text, problems) => {
    const found = problemsOf(() => parseConfig('c.yaml', text));
    expect(found).toHaveLength(problems.length);
    problems.forEach((problem, i) => {
      expect(found[i]?.startsWith(problem)).toBe(true);
    });
    // Only levels of rules can be off.
    if (text.startsWith('failOn')) expect(found[0]).not.toContain('or off');
  });

  test.each<[given: string, code: string | undefined, object: string | undefined]>([
    ['ws216=BackendConfig/a', 'WS216', 'BackendConfig/a'],
    ['WS216=A/b/c*', 'WS216', 'A/b/c*'],
    ['WS777=A/b', undefined, undefined],
    ['WS216', undefined, undefined],
    ['WS216=A', undefined, undefined],
    ['WS216=A=/b', undefined, undefined],
    ['WS216=A/b=c', undefined, undefined],
    ['WS216=/b', undefined, undefined],
    ['WS216=A/', undefined, undefined],
    ['xWS216=A/b', undefined, undefined],
    ['WS2165=A/b', undefined, undefined],
  ])('--suppress %s means rule %s of %s', (given, code, object) => {
    const problems = new Problems();
    const found = parseSuppression(problems, given);
    expect(found).toEqual(code === undefined ? undefined : { code, object, reason: 'on the command line' });
    expect(problems.found).toHaveLength(code === undefined ? 1 : 0);
    expect(problems.found.every((problem) => problem.startsWith(`--suppress "${given}"`))).toBe(true);
  });

  test('of the command line may speak of the whole tree', () => {
    expect(assumeAll('http')).toEqual({ object: '*/*', is: 'http', said: '--assume http' });
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-decisions-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const put = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  };

  test('the nearest configuration up to the root of the repository counts, and its globs are meant from where it stands', () => {
    const text = 'exclude: ["a/*.yaml", "**/b", "/c"]\nfailOn: info\n';
    put('.holdfast.yaml', text);
    put('repository/.git/HEAD', '');
    put('repository/x/y/z', '');
    const at = (name: string) => readConfig(undefined, path.join(folder, name));
    expect(at('repository/x').failOn).toBeUndefined();
    put('repository/.holdfast.yaml', text);
    expect(at('repository').exclude).toEqual(['a/*.yaml', '**/b', '/c']);
    expect(at('repository/x/y')).toMatchObject({
      exclude: [`${folder}/repository/a/*.yaml`, '**/b', '/c'],
      failOn: 'info',
    });
    expect(readConfig('../.holdfast.yaml', path.join(folder, 'repository/x')).exclude[0]).toBe('a/*.yaml');
    expect(problemsOf(() => readConfig('none.yaml', folder))).toEqual(['none.yaml: there is no such file']);
    expect(problemsOf(() => readConfig('repository', folder))).toEqual([
      expect.stringMatching(/^repository: cannot be read as configuration: /),
    ]);
    put('repository/x/.holdfast.yaml', 'failOn: loud');
    expect(problemsOf(() => at('repository/x/y'))[0]).toMatch(/^\.\.\/\.holdfast\.yaml\.failOn: /);
  });

  test('a baseline is read as it was written, sorted and each finding once', () => {
    const finding = (code: string) => ({ code, object: 'A b', path: 'c' }) as Finding;
    const findings = [finding('WS2'), finding('WS1'), finding('WS2')];
    expect(baselineText(findings)).toBe(
      '{\n  "version": 1,\n  "known": [\n    "WS1 A b c",\n    "WS2 A b c"\n  ]\n}\n',
    );
    writeBaseline('known.json', findings, folder);
    expect([...readBaseline('known.json', folder)]).toEqual(['WS1 A b c', 'WS2 A b c']);
    const refused = (text: string) => {
      put('other.json', text);
      return problemsOf(() => readBaseline('other.json', folder));
    };
    for (const text of ['{', '[]', '{}', '{"known": {}}', '{"known": ["a", 1]}', 'null'])
      expect(refused(text)).toEqual(['other.json: is no baseline; make it anew with --update-baseline']);
    expect(refused('{"known": []}')).toEqual([]);
    expect(problemsOf(() => readBaseline('gone.json', folder))[0]).toMatch(/^gone\.json: there is no such baseline/);
    expect(problemsOf(() => readBaseline('.', folder))[0]).toMatch(/^\.: cannot be read as a baseline: /);
    expect(problemsOf(() => writeBaseline('.', [], folder))[0]).toMatch(/^\.: the baseline cannot be written: /);
  });

  test('texts are written all or none, with the mode that the file had', () => {
    put('a.yaml', 'a');
    put('b.yaml', 'b');
    fs.chmodSync(path.join(folder, 'a.yaml'), 0o640);
    const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
    const gone = new Map([
      ['a.yaml', 'A'],
      ['gone.yaml', 'G'],
    ]);
    expect(problemsOf(() => writeTexts(gone, folder))[0]).toMatch(
      /^gone\.yaml: cannot be written, and nothing was changed: /,
    );
    expect([read('a.yaml'), fs.readdirSync(folder)]).toEqual(['a', ['a.yaml', 'b.yaml']]);
    writeTexts(new Map([['a.yaml', 'A']]), folder);
    expect([read('a.yaml'), read('b.yaml'), fs.statSync(path.join(folder, 'a.yaml')).mode & 0o777]).toEqual([
      'A',
      'b',
      0o640,
    ]);
    expect(fs.readdirSync(folder)).toEqual(['a.yaml', 'b.yaml']);
  });
});

describe('changes', () => {
  const LINES = [
    'kind: A',
    'apiVersion: v1',
    'metadata: { name: a }',
    'spec:',
    '  one: 1',
    '  two: 2',
    '  three: 3',
    '  four: 4',
    '',
  ];
  const loaded = loadTexts(new Map([['a.yaml', LINES.join('\n')]]));
  const finding = (of: Partial<Finding>): Finding =>
    ({
      code: 'WS218',
      object: 'A a',
      fix: 'mend it',
      place: { file: 'a.yaml', line: 1, column: 1, text: '' },
      edits: [],
      suggestions: [],
      ...of,
    }) as Finding;
  const change = (field: string, value: unknown) => ({ path: ['spec', field], value });
  const NO = change('none', { at: 'all' });

  test('that somebody has to decide are shown with two lines around them', () => {
    const shown = (...all: readonly Partial<Finding>[]) => suggestions(loaded, all.map(finding));
    const head = '# WS218 A a: mend it\n--- a.yaml\n+++ a.yaml\n';
    expect(shown({ suggestions: [change('two', 9)] })).toBe(
      `${head}@@ -4,5 +4,5 @@\n spec:\n   one: 1\n-  two: 2\n+  two: 9\n   three: 3\n   four: 4\n`,
    );
    expect(shown({ suggestions: [change('one', 1.5), change('four', undefined)] })).toBe(
      `${head}@@ -3,7 +3,6 @@\n metadata: { name: a }\n spec:\n-  one: 1\n-  two: 2\n-  three: 3\n-  four: 4\n+  one: 1.5\n+  two: 2\n+  three: 3\n \n`,
    );
    expect(shown({ suggestions: [{ path: ['kind'], value: 'B' }] })).toBe(
      `${head}@@ -1,3 +1,3 @@\n-kind: A\n+kind: B\n apiVersion: v1\n metadata: { name: a }\n`,
    );
    const nothing = 'nothing to suggest';
    expect(shown()).toBe(`${nothing}\n`);
    expect(shown({})).toBe(`${nothing}; what the finding needs is told without --suggest\n`);
    expect(shown({}, { suggestions: [change('two', 9)], place: undefined }, { object: 'A b', suggestions: [NO] })).toBe(
      `${nothing}; what the 3 findings need is told without --suggest\n`,
    );
    expect(shown({ suggestions: [{ path: ['spec', 'two', 'x'], value: 1 }] })).toMatch(
      /^# WS218 A a: mend it\n# .+\n$/,
    );
    expect(shown({ suggestions: [change('two', 9)] }, { suggestions: [change('one', 9)] }).split('\n# ')).toHaveLength(
      2,
    );
  });

  test('that need no decision are made, the first of two that want one field, and what cannot be is said', () => {
    const plan = planFixes(loaded, [
      finding({ edits: [change('one', 7)] }),
      finding({ code: 'WS219', edits: [change('one', 8)] }),
      finding({ code: 'WS216', edits: [change('two', 9)] }),
      finding({ code: 'WS215', edits: [change('three', 3)] }),
      finding({ code: 'WS214', edits: [{ path: ['spec', 'two', 'x'], value: 1 }] }),
      finding({ code: 'WS213', edits: [change('four', 9)], place: undefined }),
      finding({ code: 'WS212' }),
    ]);
    expect(plan.texts.get('a.yaml')).toBe(LINES.join('\n').replace('one: 1', 'one: 7').replace('two: 2', 'two: 9'));
    expect(plan.fixed).toEqual(['WS218 A a: mend it', 'WS216 A a: mend it']);
    expect(plan.refused).toEqual([expect.stringMatching(/^WS214 A a: /)]);
    const stdin = loadTexts(new Map([[STDIN, LINES.join('\n')]]));
    const place = { file: STDIN, line: 1, column: 1, text: '' };
    expect([...planFixes(stdin, [finding({ edits: [change('one', 7)], place })]).texts]).toEqual([]);
  });
});

describe('what is switched off', () => {
  const text = (annotation: string) =>
    `apiVersion: v1\nkind: A\nmetadata: { name: a, annotations: { holdfast/ignore-WS218: "${annotation}" } }\n`;
  const finding = (of: Partial<Finding>): Finding =>
    ({
      code: 'WS218',
      object: 'A a',
      kind: 'A',
      namespace: '',
      name: 'a',
      place: { file: 'a.yaml' },
      ...of,
    }) as Finding;
  const off = (annotation: string, found: Finding, ...given: Parameters<typeof suppress>[2]) => {
    const { bundle } = loadTexts(new Map([['a.yaml', text(annotation)]]));
    return suppress([found], bundle, given).suppressed.map(({ reason }) => reason);
  };

  test('by an annotation needs a reason, and from outside the code and the object', () => {
    expect(off(' abc ', finding({}))).toEqual(['abc']);
    expect(off('  ab ', finding({}))).toEqual([]);
    expect(off('abc', finding({ code: 'WS219' }))).toEqual([]);
    expect(off('abc', finding({ place: { file: 'b.yaml' } as never }))).toEqual([]);
    const given = { code: 'WS218', object: 'A/a', reason: 'outside' };
    expect(off('ab', finding({}), given)).toEqual(['outside']);
    expect(off('abc', finding({}), given)).toEqual(['abc']);
    expect(off('', finding({}), { ...given, object: 'A/b' }, { ...given, code: 'WS219' })).toEqual([]);
    expect(off('', finding({ code: 'WS001' }), { ...given, code: 'WS001' })).toEqual([]);
  });

  test('is what the baseline knows, and the level that counts is the one that was asked for', () => {
    const loaded = loadTexts(
      new Map([
        [
          'a.yaml',
          'apiVersion: cloud.google.com/v1\nkind: BackendConfig\nmetadata: { name: a }\nspec: { logging: { sampleRate: 100 } }\n',
        ],
      ]),
    );
    const all = checkLoaded(loaded);
    expect(all.findings).toMatchObject([{ code: 'WS223' }]);
    const { level } = all.findings[0] as Finding;
    expect([all.ok, all.exitCode, all.known, all.objects]).toEqual(
      level === 'info' ? [true, 0, 0, 1] : [false, 1, 0, 1],
    );
    const known = checkLoaded(loaded, {
      baseline: new Set(['WS223 cloud.google.com/BackendConfig a spec.logging.sampleRate']),
    });
    expect([known.findings.length, known.known, known.ok, known.exitCode]).toEqual([0, 1, true, 0]);
    expect(checkLoaded(loaded, { levels: { WS223: 'off' } }).findings).toEqual([]);
    const exit = (is: 'error' | 'warning' | 'info', failOn: 'error' | 'warning' | 'info') =>
      checkLoaded(loaded, { levels: { WS223: is }, failOn }).exitCode;
    expect([
      exit('error', 'error'),
      exit('warning', 'error'),
      exit('warning', 'warning'),
      exit('info', 'warning'),
      exit('info', 'info'),
    ]).toEqual([1, 0, 1, 0, 1]);
    expect(checkLoaded({ ...loaded, problems: ['b.yaml: broken'] }, { levels: { WS223: 'off' } }).exitCode).toBe(2);
  });
});
