import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { type RuleGroup, ruleGroups } from '../../lib/observability';
import { CASES, type Case, RUNBOOK, WATCHED } from '../observability/cases';

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
function testOf({ alert, at, fires, series }: Case): object {
  const rule = alerts.find((candidate) => candidate.alert === alert);
  if (rule === undefined) throw new Error(`there is no alert ${alert}`);
  return {
    interval: '30s',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      {
        alertname: alert,
        eval_time: at,
        exp_alerts: fires.map((labels) => ({
          exp_labels: { ...rule.labels, ...labels },
          exp_annotations: rule.annotations,
        })),
      },
    ],
  };
}

function concerns({ rules }: RuleGroup, cases: readonly Case[]): boolean {
  return rules.some((rule) => 'alert' in rule && cases.some(({ alert }) => alert === rule.alert));
}

/** Only with the groups that the cases are about: their rules would be evaluated over hours, too. */
const judge = (cases: readonly Case[]) =>
  promtool(
    ['test', 'rules', 'tests.yaml'],
    groups.filter((group) => concerns(group, cases)),
    {
      rule_files: ['rules.yaml'],
      evaluation_interval: '30s',
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
