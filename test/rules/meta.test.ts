import * as fs from 'node:fs';
import * as path from 'node:path';
import { Bundle, type Manifest } from '../../lib/manifest';
import { check, RULES, type Rule } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';
import { RETIRED } from '../../lib/rules/retired';
import { SYSTEMS } from './production';

const LIB = path.join(__dirname, '../../lib');
const FAMILIES: Readonly<Record<string, string>> = {
  0: 'judging',
  1: 'timing',
  2: 'ingress',
  3: 'workload',
  4: 'observability',
};

test('there are at least forty rules', () => {
  expect(RULES.length).toBeGreaterThanOrEqual(40);
});

test('codes are unique, in order, and none of a retired rule is used again', () => {
  const codes = RULES.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].sort());
  expect(codes.filter((code) => RETIRED.some((one) => one.code === code))).toEqual([]);
});

test('one rule is one file of its family, named by its code', () => {
  for (const { code } of RULES) {
    const folder = path.join(LIB, 'rules', FAMILIES[code.charAt(2)] as string);
    const files = fs.readdirSync(folder).filter((file) => file.startsWith(`${code.toLowerCase()}-`));
    expect([code, files.length]).toEqual([code, 1]);
    expect(fs.readFileSync(path.join(folder, files[0] as string), 'utf8')).toContain(`code: '${code}'`);
  }
});

test('every file of a rule is in the list', () => {
  const files = Object.values(FAMILIES).flatMap((family) => fs.readdirSync(path.join(LIB, 'rules', family)));
  expect(files.map((file) => file.slice(0, 5).toUpperCase()).sort()).toEqual(RULES.map(({ code }) => code));
});

test('every rule tells its story, and says why, what to do, and where it is from', () => {
  for (const { code, title, story, why, fix, source } of RULES) {
    expect([code, title.length > 15 && !/[.!]$/.test(title)]).toEqual([code, true]);
    for (const text of [story, why, fix]) expect([code, /[.}]$/.test(text) && text.length > 15]).toEqual([code, true]);
    expect([code, /^https:\/\//.test(source)]).toEqual([code, true]);
  }
});

test('rules leave what the caller gave untouched, and unfrozen', () => {
  const manifests = structuredClone(SYSTEMS.gke) as Manifest[];
  const before = JSON.stringify(manifests);
  check(manifests);
  expect(JSON.stringify(manifests)).toBe(before);
  expect(Object.isFrozen(manifests[0])).toBe(false);
});

test('fails inside the rule that changes what it is shown, and says which one it was', () => {
  const vandal: Rule = {
    ...(RULES[0] as Rule),
    code: 'WS999',
    *check(bundle) {
      (bundle.objects[0] as { kind: string }).kind = 'Nothing';
      yield* [];
    },
  };
  const [finding, ...rest] = evaluate(new Bundle(structuredClone(SYSTEMS.gke)), [vandal]);
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ code: 'WS000', level: 'error' });
  expect(finding?.actual).toMatch(/^WS999 failed: Cannot assign to read only property/);
});

test('a rule that throws does not keep the others from being asked', () => {
  const broken: Rule = {
    ...(RULES[0] as Rule),
    code: 'WS998',
    check: () => {
      throw new Error('out of order');
    },
  };
  const report = check(
    [
      {
        apiVersion: 'cloud.google.com/v1',
        kind: 'BackendConfig',
        metadata: { name: 'x' },
        spec: { healthCheck: { type: 'TCP' } },
      },
    ],
    {
      rules: [broken, ...RULES],
    },
  );
  expect(report.findings.map(({ code }) => code)).toEqual(['WS000', 'WS218']);
});

test('two runs find the same in the same order, whatever the order of the objects', () => {
  const text = fs.readFileSync(path.join(__dirname, 'sources', 'load-balancer-guide.yaml'), 'utf8');
  const backwards = text.split('\n---\n').reverse().join('\n---\n');
  const codes = (yaml: string) =>
    check(yaml)
      .findings.map(({ code, object }) => `${code} ${object}`)
      .sort();
  expect(codes(backwards)).toEqual(codes(text));
  expect(JSON.stringify(check(text))).toBe(JSON.stringify(check(text)));
});

test('rules and manifests load neither cdk8s nor constructs nor Pulumi', () => {
  const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
  const script = `
    require('@swc/core');
    require('tsx/cjs');
    for (const file of ['cli/program', 'rules', 'rules/plugin', 'manifest']) require(${JSON.stringify(`${LIB}/`)} + file);
    console.log(Object.keys(require.cache).filter((file) => /node_modules.(cdk8s|constructs|@pulumi)/.test(file)).join());
  `;
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).toBe('');
});
