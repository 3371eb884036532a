import type { LRParser } from '@lezer/lr';
import { dashboardSvg, INDICATORS, panelQuery, ROWS, ruleGroups } from '../../lib/observability';
import { METRICS } from '../../lib/server';
import { WATCHED } from './cases';
import { made } from './made-dashboard';

/** The package says that it is a module, and brings what `require` takes all the same. */
const { parser } = require('@prometheus-io/lezer-promql') as { readonly parser: LRParser };

const panels = made.panels.filter(({ type }) => type !== 'row');
const PANELS = ROWS.flatMap((row) => row.panels);

/** Where the official grammar of PromQL finds no query. */
function errorsOf(query: string): readonly string[] {
  const found: string[] = [];
  parser.parse(query).iterate({
    enter: (node) => {
      if (node.type.isError) found.push(`${query} at ${node.from}`);
    },
  });
  return found;
}

describe('The dashboard', () => {
  test('asks in the order of the connection, each row one question', () => {
    expect(made.panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'Are people connected?',
      'Can they get in?',
      'Do they stay?',
      'Do they come back?',
      'Rollouts',
      'Machine',
    ]);
  });

  test('has no panel over another, and none beyond the grid', () => {
    const taken = new Set<string>();
    for (const { gridPos } of made.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x},${y}`)).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
    expect(new Set(made.panels.map(({ id }) => id)).size).toBe(made.panels.length);
  });

  test('draws lines where the alerts and the timing of this system are', () => {
    const lines = (title: string) =>
      panels.find((panel) => panel.title === title)?.fieldConfig.defaults.thresholds?.steps.map(({ value }) => value);
    expect(lines('Lifetimes against the timeouts of this system')).toEqual([
      null,
      WATCHED.timing.effectivePingTimeoutSeconds,
      WATCHED.timing.idleTimeoutSeconds,
      WATCHED.timing.maxConnectionLifetimeSeconds,
    ]);
    expect(lines('The fullest pod and the emptiest')).toEqual([null, 800]);
    expect(lines('Churn')).toEqual([null, 0.05]);
    expect(lines('How long after a ping its answer came')).toEqual([null, WATCHED.timing.pingTimeoutSeconds]);
  });

  test('shows the system that was chosen above it, in every selector', () => {
    for (const { expr } of [...panels.flatMap(({ targets }) => targets), ...made.annotations.list]) {
      for (const selector of expr.match(/\{(?:"[^"]*"|[^}"])*\}/g) ?? []) {
        expect(selector).toContain('namespace="$namespace"');
        expect(selector).toMatch(/(pod=~"\$workload-\([^"]+\)"|app="\$workload"|=~"\(keda-hpa-\)\?\$workload")/);
      }
    }
  });
});

describe('Metrics', () => {
  const text = (query: string) => panelQuery(query, WATCHED, '5m');
  const alerts = ruleGroups(WATCHED).flatMap(({ rules }) => rules.map(({ expr }) => expr));
  const recorded = ruleGroups(WATCHED).flatMap(({ rules }) =>
    rules.flatMap((rule) => ('record' in rule ? rule.record : [])),
  );

  test('each have a panel, and those of Kubernetes that alerts read have one too', () => {
    const shown = PANELS.flatMap(({ targets }) => targets.map(({ query }) => text(query))).join('\n');
    expect(Object.values(METRICS).filter(({ name }) => !shown.includes(name))).toEqual([]);
    expect(INDICATORS.flatMap(({ others = [] }) => others).filter((name) => !shown.includes(name))).toEqual([]);
    expect(alerts.length).toBeGreaterThan(20);
  });

  test('stand in every panel, and are those that it declares', () => {
    for (const { id, targets, metrics, others = [] } of PANELS) {
      const names = targets.flatMap(({ query }) => text(query).match(/[a-z][a-z_0-9:]*(?=\{)/g) ?? []);
      const plain = [...new Set(names.map((name) => name.replace(/_seconds_(count|sum|bucket)$/, '_seconds')))];
      expect([id, plain.sort()]).toEqual([id, [...metrics.map((role) => METRICS[role].name), ...others].sort()]);
      expect(plain.length).toBeGreaterThan(0);
      for (const name of others.filter((one) => one.includes(':'))) expect(recorded).toContain(name);
    }
  });
});

describe('Every query', () => {
  const grafana = (query: string) => query.replaceAll('$__rate_interval', '5m');

  test('is one, by the official grammar', () => {
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(30);
    expect(
      [...queries, ...made.annotations.list.map(({ expr }) => expr)].flatMap((query) => errorsOf(grafana(query))),
    ).toEqual([]);
    expect(ruleGroups(WATCHED).flatMap(({ rules }) => rules.flatMap(({ expr }) => errorsOf(expr)))).toEqual([]);
  });

  test.each(['rate(socket_disconnect_total[5m]) by (reason)', 'socket.io_connections'])(
    'fails for what is none: %s',
    (query) => {
      expect(errorsOf(query).length).toBeGreaterThan(0);
    },
  );
});

/** The rules of Grafana's dashboard linter. It wants variables called job and instance besides; here a system is chosen by namespace and workload. */
describe("Grafana's dashboard linter", () => {
  test('finds variables for the data source and for what is looked at, which are read again', () => {
    const [source, ...queries] = made.templating.list;
    expect(source).toMatchObject({ type: 'datasource', name: 'datasource', query: 'prometheus', label: 'Data source' });
    expect(queries.map(({ name, refresh }) => [name, refresh])).toEqual([
      ['namespace', 2],
      ['workload', 2],
    ]);
    for (const { definition = '' } of queries) {
      const inner = /^label_values\((.*), \w+\)$/.exec(definition)?.[1] ?? '';
      expect([definition, errorsOf(inner)]).toEqual([definition, []]);
    }
  });

  test('finds a dashboard that is not edited', () => {
    expect(made.editable).toBe(false);
  });

  test.each(panels.map((panel) => [panel.title, panel] as const))(
    'finds title, description, unit, source and window: %s',
    (_title, panel) => {
      expect(panel.title).not.toBe('');
      expect(panel.description).toMatch(/\.$/);
      expect(panel.datasource).toEqual({ type: 'prometheus', uid: '$datasource' });
      expect(panel.fieldConfig.defaults.unit).not.toBe('');
      for (const { expr, legendFormat } of panel.targets) {
        expect(legendFormat).not.toBe('');
        for (const window of expr.replaceAll(/"[^"]*"/g, '').match(/\[[^\]]+\]/g) ?? []) {
          // An alert looks over ten minutes, and its panel over the same.
          expect([
            '[$__rate_interval]',
            panel.title.startsWith('Of the connections that broke') ? '[10m]' : '',
          ]).toContain(window);
        }
      }
    },
  );
});

describe('The picture', () => {
  const points = [0, 10, 20].map((at) => [at, at * 10] as const);
  const answers = new Map([
    [
      'active-connections',
      [
        { label: 'chat-0', points },
        { label: 'chat<1>', points },
      ],
    ],
    [
      'lifetimes',
      ['1', '5', '+Inf'].map((label, i) => ({ label, points: [[0, i * 10] as const, [10, i * 10] as const] })),
    ],
    ['fullest-pod', [{ label: 'fullest', points: points.map(([at, value]) => [at, value * 5] as const) }]],
  ]);
  const svg = dashboardSvg(WATCHED, answers);

  test('has every question and every panel, and says where nothing happened', () => {
    for (const { question, panels: those } of ROWS) {
      expect(svg).toContain(question);
      for (const { title } of those) expect(svg).toContain(title);
    }
    expect(svg.match(/nothing happened/g)).toHaveLength(PANELS.length - answers.size);
  });

  test('stacks what is one whole, and draws the lines of alerts that are near', () => {
    const [lower, upper] = [...svg.matchAll(/<path d="M[\d.]+ [\d.]+L[\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(upper).toBeLessThan(lower as number);
    expect(svg).toContain('nearly full: 800');
    expect(svg).toContain('fill="#ea580c"');
  });

  test('is XML, whatever a series is called', () => {
    expect(svg).toContain('chat&lt;1&gt;');
    expect(svg).not.toContain('chat<1>');
  });
});
