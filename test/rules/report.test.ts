import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadTexts } from '../../lib/manifest';
import { checkLoaded, FORMATS, type Report, render } from '../../lib/rules';

const TEXT = fs.readFileSync(path.join(__dirname, 'sources', 'load-balancer-guide.yaml'), 'utf8');
const FOUND = checkLoaded(loadTexts(new Map([['manifests/chat & <more>.yaml', TEXT]])), {
  suppressions: [{ code: 'WS315', object: 'Deployment/*', reason: 'pinned by digest at deploy time' }],
});
const BROKEN = checkLoaded(loadTexts(new Map([['broken.yaml', 'a: [ # <&>\n']])));

test.each(FORMATS)('the format %s is the same every time', (format) => {
  expect(render(FOUND, format)).toBe(render(FOUND, format));
  expect(render(FOUND, format).endsWith('\n')).toBe(true);
});

test.each(FORMATS)('the format %s tells every finding with its code', (format) => {
  const text = render(FOUND, format);
  for (const { code } of FOUND.findings) expect(text).toContain(code);
});

test('SARIF has what code scanning asks for', () => {
  const { $schema, version, runs } = JSON.parse(render(FOUND, 'sarif'));
  expect([$schema, version, runs.length]).toEqual([expect.stringMatching(/sarif-schema-2\.1\.0\.json$/), '2.1.0', 1]);
  const [{ tool, results, invocations }] = runs;
  expect(invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  expect(results).toHaveLength(FOUND.findings.length + 1);
  for (const result of results) {
    expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(result.level).toMatch(/^(error|warning|note)$/);
    expect(result.message.text).not.toBe('');
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    expect(artifactLocation.uri).toBe('manifests/chat%20&%20%3Cmore%3E.yaml');
    expect(region.startLine).toBeGreaterThan(0);
    expect(region.startColumn).toBeGreaterThan(0);
  }
  expect(results.filter((one: { suppressions?: object }) => one.suppressions !== undefined)).toMatchObject([
    { ruleId: 'WS315', suppressions: [{ kind: 'external', justification: 'pinned by digest at deploy time' }] },
  ]);
  const failed = JSON.parse(render(BROKEN, 'sarif')).runs[0].invocations[0];
  expect(failed.executionSuccessful).toBe(false);
  expect(failed.toolExecutionNotifications[0].message.text).toMatch(/^broken\.yaml:/);
});

test.each([
  ['findings', FOUND],
  ['what could not be read', BROKEN],
] as [string, Report][])('JUnit is well-formed XML for %s', (_what, report) => {
  const xml = render(report, 'junit');
  const open: string[] = [];
  const rest = xml
    .replace(/^<\?xml [^?]*\?>\n/, '')
    .replace(
      /<(\/?)([a-z-]+)((?:\s[a-z]+="[^"<&]*(?:&[a-z#0-9]+;[^"<&]*)*")*)\s*(\/?)>/g,
      (_all, close, name, _attributes, empty) => {
        if (close === '/') expect(open.pop()).toBe(name);
        else if (empty !== '/') open.push(name);
        return '';
      },
    );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot|#10);)/);
});

test('JUnit counts failures and errors', () => {
  const failing = FOUND.findings.filter(({ level }) => level !== 'info').length;
  expect(render(FOUND, 'junit')).toContain(`tests="${FOUND.findings.length}" failures="${failing}" errors="0"`);
  expect(render(BROKEN, 'junit')).toContain('tests="1" failures="0" errors="1"');
});

test('annotations for GitHub hold no line break and no comma that would end them', () => {
  for (const line of render(FOUND, 'github').trimEnd().split('\n').slice(0, -1)) {
    expect(line).toMatch(
      /^::(error|warning|notice) file=manifests\/chat & <more>\.yaml,line=\d+,col=\d+,title=[^,:]+::.+$/,
    );
  }
});

test('Markdown is a table with as many cells in every row', () => {
  const rows = render(FOUND, 'markdown')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  expect(rows).toHaveLength(FOUND.findings.length + 2);
  for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(9);
});

test('colours are there only where they are asked for', () => {
  expect(render(FOUND, 'text')).not.toContain('\u001b');
  expect(render(FOUND, 'text', { colour: true })).toContain('\u001b[31m');
});

test('no control sequence of a manifest reaches the terminal', () => {
  const name = '"a\\u001b[2J\\u009b1m\\nb"';
  const report = checkLoaded(
    loadTexts(
      new Map([
        [
          'a.yaml',
          `apiVersion: cloud.google.com/v1\nkind: BackendConfig\nmetadata: { name: ${name} }\nspec: { healthCheck: { type: ${name} } }\n`,
        ],
      ]),
    ),
  );
  const text = render(report, 'text');
  expect(
    [...text].filter(
      (character) => (character < ' ' && character !== '\n') || (character >= '\u007f' && character < '\u00a0'),
    ),
  ).toEqual([]);
  expect(text).toContain('WS218');
  for (const line of render(report, 'github').trimEnd().split('\n').slice(0, -1)) expect(line).toMatch(/^::error /);
});
