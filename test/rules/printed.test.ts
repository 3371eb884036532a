import * as path from 'node:path';
import { type Format, type Report, RULES, render } from '../../lib/rules';
import type { Finding } from '../../lib/rules/finding';
import { matcher } from '../../lib/rules/suppress';

const FIRST: Finding = {
  code: 'WS218',
  level: 'error',
  title: 'a title',
  object: 'Service a',
  kind: 'Service',
  namespace: '',
  name: 'a',
  path: 'spec.x',
  actual: 'is | <1>',
  expected: 'be 100%',
  because: 'so: it is,\nreally',
  fix: 'mend "it" & go',
  source: 'https://example.com/a',
  place: { file: 'a,b.yaml', line: 12, column: 3, text: '  x: 1' },
  edits: [{ path: ['spec', 'x'], value: 2 }],
  suggestions: [],
  evidence: { tier: 'shown', reasons: ['one', 'two', 'three', 'four'] },
} as unknown as Finding;
const SECOND: Finding = {
  ...FIRST,
  level: 'warning',
  path: 'spec.y',
  edits: [],
  suggestions: [{ path: ['spec', 'y'], value: 2 }],
  evidence: { tier: 'declared', reasons: ['one', 'two', 'three'] },
} as unknown as Finding;
const THIRD: Finding = {
  ...FIRST,
  code: 'WS999',
  level: 'info',
  object: 'Service \u001bb\u007f\u009fc',
  place: undefined,
  edits: [],
  evidence: undefined,
};

const report = (of: Partial<Report>): Report => ({
  findings: [],
  systems: [],
  suppressed: [],
  known: 0,
  problems: [],
  objects: 2,
  ok: false,
  exitCode: 1,
  ...of,
});
const ALL = report({
  findings: [FIRST, SECOND, THIRD],
  systems: ['a way\tof it'],
  suppressed: [{ finding: SECOND, reason: 'for\nnow' }],
  known: 3,
  problems: ['c.yaml: broken\n100%'],
});
const CLEAN = report({ ok: true, exitCode: 0, objects: 1 });

test.each<[format: Format, all: string, clean: string]>([
  [
    'text',
    `a way of it

Service a  a,b.yaml

  × WS218 a title
    12 |   x: 1
       |   ^
    spec.x: is | <1>; expected be 100%
    so: it is, really
    long connections are shown: one; two; three; and 1 more
    → mend "it" & go (--fix)
    https://example.com/a

  ‼ WS218 a title
    12 |   x: 1
       |   ^
    spec.y: is | <1>; expected be 100%
    so: it is, really
    long connections are declared: one; two; three
    → mend "it" & go (--suggest)
    https://example.com/a

Service  b  c

  i WS999 a title
    spec.x: is | <1>; expected be 100%
    so: it is, really
    → mend "it" & go
    https://example.com/a

  – WS218 Service a suppressed: for now

× c.yaml: broken 100%
× 1 error, 1 warning, 1 info in 2 objects (1 suppressed, 3 in the baseline, 1 could not be read)
`,
    '√ nothing found in 1 object\n',
  ],
  [
    'github',
    `::error file=a%2Cb.yaml,line=12,col=3,title=WS218 a title::Service a spec.x: is | <1>; expected be 100%25%0Aso: it is,%0Areally%0Amend "it" & go
::warning file=a%2Cb.yaml,line=12,col=3,title=WS218 a title::Service a spec.y: is | <1>; expected be 100%25%0Aso: it is,%0Areally%0Amend "it" & go
::notice title=WS999 a title::Service \u001bb\u007f\u009fc spec.x: is | <1>; expected be 100%25%0Aso: it is,%0Areally%0Amend "it" & go
::error title=could not look::c.yaml: broken%0A100%25
1 error, 1 warning, 1 info in 2 objects (1 suppressed, 3 in the baseline, 1 could not be read)
`,
    'nothing found in 1 object\n',
  ],
  [
    'markdown',
    `**holdfast**: 1 error, 1 warning, 1 info in 2 objects (1 suppressed, 3 in the baseline, 1 could not be read)

| | rule | object | field | is | should be | fix |
|---|---|---|---|---|---|---|
| ❌ | [WS218](https://example.com/a) a title | Service a (a,b.yaml:12) | \`spec.x\` | is \\| &lt;1> | be 100% | mend "it" & go |
| ⚠️ | [WS218](https://example.com/a) a title | Service a (a,b.yaml:12) | \`spec.y\` | is \\| &lt;1> | be 100% | mend "it" & go |
| ℹ️ | [WS999](https://example.com/a) a title | Service \u001bb\u007f\u009fc | \`spec.x\` | is \\| &lt;1> | be 100% | mend "it" & go |

- could not look: c.yaml: broken 100%
`,
    '**holdfast**: nothing found in 1 object\n',
  ],
  [
    'junit',
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast">
  <testsuite name="a,b.yaml" tests="2" failures="2" errors="0">
    <testcase classname="Service a" name="WS218 spec.x"><failure type="error" message="a title">spec.x: is | &lt;1&gt;; expected be 100%&#10;so: it is,&#10;really&#10;fix: mend &quot;it&quot; &amp; go&#10;https://example.com/a&#10;a,b.yaml:12</failure></testcase>
    <testcase classname="Service a" name="WS218 spec.y"><failure type="warning" message="a title">spec.y: is | &lt;1&gt;; expected be 100%&#10;so: it is,&#10;really&#10;fix: mend &quot;it&quot; &amp; go&#10;https://example.com/a&#10;a,b.yaml:12</failure></testcase>
  </testsuite>
  <testsuite name="manifests" tests="2" failures="0" errors="1">
    <testcase classname="Service b\u007f\u009fc" name="WS999 spec.x"><system-out>spec.x: is | &lt;1&gt;; expected be 100%&#10;so: it is,&#10;really&#10;fix: mend &quot;it&quot; &amp; go&#10;https://example.com/a</system-out></testcase>
    <testcase classname="holdfast" name="could not look"><error message="c.yaml: broken&#10;100%"/></testcase>
  </testsuite>
</testsuites>
`,
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast">
  <testsuite name="manifests" tests="1" failures="0" errors="0">
    <testcase classname="holdfast" name="nothing found in 1 object"/>
  </testsuite>
</testsuites>
`,
  ],
])('the format %s, letter by letter', (format, all, clean) => {
  expect(render(ALL, format)).toBe(all);
  expect(render(CLEAN, format)).toBe(clean);
});

test('JSON says everything that is known, and nothing of what is not', () => {
  const { findings, suppressed, ...rest } = JSON.parse(render(ALL, 'json'));
  expect(rest).toEqual({ version: 1, ok: false, objects: 2, known: 3, problems: ALL.problems, systems: ALL.systems });
  const { place, edits, suggestions, evidence, ...plain } = FIRST;
  const first = { ...plain, evidence, file: 'a,b.yaml', line: 12, column: 3, fixable: true, suggestible: false };
  const second = {
    ...first,
    level: 'warning',
    path: 'spec.y',
    fixable: false,
    suggestible: true,
    evidence: SECOND.evidence,
  };
  expect(findings.slice(0, 2)).toEqual([first, second]);
  expect(Object.keys(findings[2])).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(evidence|file|line|column)$/)]),
  );
  expect(findings[2]).toMatchObject({ fixable: false, suggestible: false });
  expect(suppressed).toEqual([{ ...second, reason: 'for\nnow' }]);
});

test('SARIF has each rule once, places where there are some, and what somebody decided', () => {
  const [{ tool, invocations, results }] = JSON.parse(render(ALL, 'sarif')).runs;
  const rule = RULES.find(({ code }) => code === 'WS218');
  expect(tool.driver.rules).toEqual([
    {
      id: 'WS218',
      shortDescription: { text: rule?.title },
      fullDescription: { text: `${rule?.story} ${rule?.why}` },
      help: {
        text: rule?.fix,
        markdown: `${rule?.story}\n\n${rule?.why}\n\n**${rule?.fix}**\n\n[Source](${rule?.source})`,
      },
      helpUri: rule?.source,
      defaultConfiguration: { level: 'error' },
    },
  ]);
  expect(invocations).toEqual([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [{ level: 'error', message: { text: 'c.yaml: broken\n100%' } }],
    },
  ]);
  const first = {
    ruleId: 'WS218',
    ruleIndex: 0,
    level: 'error',
    message: { text: 'spec.x: is | <1>; expected be 100%. so: it is,\nreally Fix: mend "it" & go.' },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'a,b.yaml' }, region: { startLine: 12, startColumn: 3 } },
        logicalLocations: [{ fullyQualifiedName: 'Service a spec.x', kind: 'object' }],
      },
    ],
    properties: { evidence: { tier: 'shown', reasons: ['one', 'two', 'three', 'four'] } },
    partialFingerprints: { 'holdfast/v1': 'WS218 Service a spec.x' },
  };
  expect(results).toHaveLength(4);
  expect(results[0]).toEqual({ ...first, message: { text: expect.stringContaining(first.message.text.slice(0, 34)) } });
  expect(results.map(({ level }: { level: string }) => level)).toEqual(['error', 'warning', 'note', 'warning']);
  expect(results[2].locations).toEqual([
    { logicalLocations: [{ fullyQualifiedName: `${THIRD.object} spec.x`, kind: 'object' }] },
  ]);
  for (const absent of ['ruleIndex', 'properties', 'suppressions']) expect(results[2]).not.toHaveProperty(absent);
  expect(results[3].suppressions).toEqual([{ kind: 'external', justification: 'for\nnow' }]);
  const at = (file: string) =>
    JSON.parse(render(report({ findings: [{ ...FIRST, place: { file, line: 1, column: 1, text: '' } }] }), 'sarif'))
      .runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri;
  expect([at(path.resolve('x/a.yaml')), at('./x/../b c.yaml')]).toEqual(['x/a.yaml', 'b%20c.yaml']);
});

test.each<[column: number, shown: string, caret: number]>([
  [1, 'a'.repeat(100), 0],
  [100, 'a'.repeat(100), 99],
  [101, 'a'.repeat(99), 49],
  [130, 'a'.repeat(70), 49],
])('of a long line column %i stays in sight', (column, shown, caret) => {
  const place = { file: 'a.yaml', line: 7, column, text: 'a'.repeat(150) };
  const lines = render(report({ findings: [{ ...FIRST, place }] }), 'text').split('\n');
  expect(lines.slice(3, 5)).toEqual([`    7 | ${shown}`, `      | ${' '.repeat(caret)}^`]);
});

test('each level has its colour', () => {
  const paint = (finding: Finding) =>
    render(report({ findings: [finding] }), 'text', { colour: true })
      .split('\n')
      .find((line) => /[×‼i] WS/.test(line));
  expect(paint(FIRST)).toBe('  \u001b[31m× WS218\u001b[39m a title');
  expect(paint(SECOND)).toBe('  \u001b[33m‼ WS218\u001b[39m a title');
  expect(paint(THIRD)).toBe('  \u001b[34mi WS999\u001b[39m a title');
  const all = render(ALL, 'text', { colour: true });
  for (const part of [
    '\u001b[1mService a\u001b[22m\u001b[2m  a,b.yaml\u001b[22m',
    '\u001b[32m→\u001b[39m mend',
    '\u001b[31m^\u001b[39m',
    '\u001b[31m×\u001b[39m c.yaml',
    '\u001b[31m×\u001b[39m 1 error',
  ])
    expect(all).toContain(part);
  expect(render(CLEAN, 'text', { colour: true })).toBe('\u001b[32m√\u001b[39m nothing found in 1 object\n');
});

test.each([
  ['Service/a', true],
  ['*/*', true],
  ['Ingress/a', false],
  ['Service/b', false],
  ['Service/shop/a', false],
])('%s means Service a: %s', (pattern, means) => {
  expect(matcher(pattern)(FIRST)).toBe(means);
});
