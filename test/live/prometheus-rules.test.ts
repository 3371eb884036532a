import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { type RuleGroup, ruleGroups } from '../../lib/observability';
import { CASES, type Case, RUNBOOK, WATCHED } from '../observability/cases';
import { secondsOf } from '../observability/situations';

const groups = ruleGroups(WATCHED, { runbookUrl: RUNBOOK });
const alerts = groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule] : [])));

/** promtool is Prometheus without a server: it reads rules, and says what they would do. */
function promtool(args: readonly string[], given: readonly RuleGroup[], tests?: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-promtool-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), dump({ groups: given }));
    if (tests !== undefined) writeFileSync(join(folder, 'tests.yaml'), dump(tests));
    return execFileSync('promtool', [...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`${message}\n${stdout}${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What promtool is told of a case: the alert it must find, with every label and annotation, or none. */
function testOf({ alert, at, until = 0, fires, series }: Case): object {
  const rule = alerts.find((candidate) => candidate.alert === alert);
  if (rule === undefined) throw new Error(`there is no alert ${alert}`);
  return {
    interval: '30s',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: Array.from({ length: until + 1 }, (_, i) => ({
      alertname: alert,
      eval_time: `${secondsOf(at) + i * 30}s`,
      exp_alerts: fires.map((labels) => ({
        exp_labels: { ...rule.labels, ...labels },
        exp_annotations: rule.annotations,
      })),
    })),
  };
}

/** Of a group the alerts that the cases are about, and what is recorded for them: others would be evaluated over hours, too. */
function concerning(group: RuleGroup, cases: readonly Case[]): readonly RuleGroup[] {
  const asked = group.rules.filter((rule) => 'alert' in rule && cases.some(({ alert }) => alert === rule.alert));
  const recorded = group.rules.filter(
    (rule) => 'record' in rule && asked.some(({ expr }) => expr.includes(`${rule.record}{`)),
  );
  return asked.length === 0 ? [] : [{ ...group, rules: [...recorded, ...asked] }];
}

/** What looks back over hours is asked every five minutes. */
const LONG = 2 * 3600;

const judge = (cases: readonly Case[]) =>
  promtool(
    ['test', 'rules', 'tests.yaml'],
    groups.flatMap((group) => concerning(group, cases)),
    {
      rule_files: ['rules.yaml'],
      evaluation_interval: Math.max(...cases.map(({ at }) => secondsOf(at))) > LONG ? '5m' : '30s',
      tests: cases.map(testOf),
    },
  );

describe('Prometheus', () => {
  test('takes every rule', () => {
    expect(promtool(['check', 'rules', 'rules.yaml'], groups)).toMatch(/SUCCESS: \d+ rules found/);
  });

  test('fails where a query is none, so that the test above can fail', () => {
    const record = { record: 'x', expr: 'rate(a[5m]) by (reason)', labels: {} };
    expect(() =>
      promtool(['check', 'rules', 'rules.yaml'], [{ ...(groups[0] as RuleGroup), rules: [record] }]),
    ).toThrow(/parse error/);
  });
});

describe('Each alert', () => {
  const names = [...new Set(CASES.map(({ alert }) => alert))];

  test.each(names)('%s is raised when it must be, and not otherwise', (name) => {
    expect(judge(CASES.filter(({ alert }) => alert === name))).toContain('SUCCESS');
  });

  test('fails where it is not what was expected, so that the tests above can fail', () => {
    const [raised] = CASES.filter(({ fires }) => fires.length > 0);
    expect(() => judge([{ ...(raised as Case), fires: [] }])).toThrow(/FAILED/);
  });
});
