import { INDICATORS, matchersOf, ruleGroups } from '../../lib/observability';
import { METRICS } from '../../lib/server';
import { CASES, RUNBOOK, WATCHED } from './cases';
import { SITUATIONS } from './situations';

const groups = ruleGroups(WATCHED, { runbookUrl: RUNBOOK });
const alerts = groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule] : [])));
describe('The rules', () => {
  test('look at one system only, in every selector', () => {
    for (const { rules } of groups) {
      for (const { expr } of rules) {
        const selectors = expr.match(/\{(?:"[^"]*"|[^}"])*\}/g) ?? [];
        expect(selectors.length).toBeGreaterThan(0);
        for (const selector of selectors) {
          expect(selector).toContain('namespace="shop"');
          expect(selector).toMatch(/pod=~"chat-\([^"]+\)"|app="chat"/);
        }
        expect(expr).not.toMatch(/%[sw]/);
      }
    }
  });

  test.each([
    ['chat', ['chat-0', 'chat-12', 'chat-6b7d8f9c54-x7k2p', 'chat-5d9c8b-zzzzz', 'chat-x7k2p']],
    ['chat.v2', ['chat.v2-0']],
    // 47 and 59 characters: what Kubernetes makes of them is cut off.
    [`${'c'.repeat(46)}t`, [`${'c'.repeat(46)}t-6b7d8f9c54x7k2p`, `${'c'.repeat(46)}t-0`]],
    ['c'.repeat(59), [`${'c'.repeat(58)}x7k2p`]],
  ])('find the pods of %s and of no workload whose name only begins the same', (name, pods) => {
    const [, pattern = ''] = /pod=~"([^"]*)"/.exec(matchersOf({ namespace: 'shop', name })) ?? [];
    const mine = new RegExp(`^(?:${JSON.parse(`"${pattern}"`)})$`);
    expect(pods.filter((pod) => !mine.test(pod))).toEqual([]);
    for (const other of ['-worker-0', '-worker-6b7d8f9c54-x7k2p', '-worker-x7k2p', '-worker', '', '2-0', '-0-0'])
      expect([other, mine.test(`${name}${other}`)]).toEqual([other, false]);
  });

  test('say what is wrong, where to look first and which page tells more', () => {
    for (const { labels, annotations } of alerts) {
      expect(annotations.summary).toMatch(/^shop\/chat: [A-Z"]/);
      expect(annotations.description).toMatch(/\.$/);
      expect(annotations.runbook_url).toBe(`${RUNBOOK}#${labels.cause?.toLowerCase()}`);
    }
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  test('leave out what cannot be known', () => {
    const { maxConnections: _unknown, ...rest } = WATCHED;
    const names = ruleGroups(rest).flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? rule.alert : [])));
    expect(names).not.toContain('WebSocketNearlyFull');
    expect(names).toHaveLength(alerts.length - 1);
  });

  test('fails for a goal that leaves no budget', () => {
    expect(() => ruleGroups(WATCHED, { goals: { handshakes: 1, lifetimes: 0 } })).toThrow(
      /goals\.handshakes: 1 is out of range[\s\S]*goals\.lifetimes: 0 is out of range/,
    );
  });
});

describe('The indicators', () => {
  test('read every metric that the server exports', () => {
    const text = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)).join('\n');
    expect(Object.values(METRICS).filter(({ name }) => !text.includes(name))).toEqual([]);
  });

  test('declare the metrics that they read', () => {
    for (const { id, query, enough = '', metrics, others = [] } of INDICATORS) {
      const names = [...new Set(`${query} ${enough}`.match(/[a-z_0-9]+(?=\{)/g) ?? [])].map((name) =>
        name.replace(/_seconds_(count|sum|bucket)$/, '_seconds'),
      );
      expect([id, [...new Set(names)].sort()]).toEqual([
        id,
        [...metrics.map((role) => METRICS[role].name), ...others].sort(),
      ]);
    }
  });
});

describe('Each alert', () => {
  test('has a case in which it fires, and one in which it does not', () => {
    const with_ = (fires: boolean) =>
      new Set(CASES.filter((one) => one.fires.length > 0 === fires).map(({ alert }) => alert));
    for (const { alert } of alerts) {
      expect([alert, with_(true).has(alert), with_(false).has(alert)]).toEqual([alert, true, true]);
    }
  });

  test('is held through missed scrapes, a counter reset, a replaced pod and a night without traffic', () => {
    for (const { alert } of alerts)
      expect([alert, new Set(CASES.flatMap((one) => (one.alert === alert ? (one.situation ?? []) : [])))]).toEqual([
        alert,
        new Set(SITUATIONS),
      ]);
  });
});
