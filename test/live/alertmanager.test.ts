import { createServer } from 'node:http';
import { deriveTiming } from '../../lib';
import { ruleGroups, type Watched } from '../../lib/observability';
import { listen } from './support/app';
import { startAlertmanager, startPrometheus, stopAll } from './support/prometheus';

const WATCHED: Watched = { namespace: 'shop', name: 'chat', timing: deriveTiming(), maxConnections: 80 };

const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

afterAll(stopAll);

describe('A real Alertmanager', () => {
  test('routes by severity: at once, in working hours, to be seen', async () => {
    const heard: Record<string, string[]> = { pager: [], tickets: [], board: [] };
    const ears = createServer((request, response) => {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        const { alerts } = JSON.parse(text) as { alerts: { labels: Record<string, string> }[] };
        heard[(request.url ?? '').slice(1)]?.push(
          ...alerts.map(({ labels }) => `${labels.severity} ${labels.alertname}`),
        );
        response.end();
      });
    });
    const base = `http://127.0.0.1:${await listen(ears)}`;
    const to = (receiver: string, severity: string) => ({ receiver, matchers: [`severity="${severity}"`] });
    const address = await startAlertmanager({
      route: {
        receiver: 'board',
        group_by: ['namespace', 'app', 'cause'],
        group_wait: '1s',
        group_interval: '1s',
        routes: [to('pager', 'critical'), to('tickets', 'warning'), to('board', 'info')],
      },
      receivers: Object.keys(heard).map((name) => ({ name, webhook_configs: [{ url: `${base}/${name}` }] })),
    });
    // Nothing exports these metrics, so that one alert is raised; the others are made to be.
    const groups = ruleGroups(WATCHED).map((group) => ({
      ...group,
      interval: '1s',
      rules: group.rules.map((rule) => ('alert' in rule ? { ...rule, expr: 'vector(1) > 0', for: '0s' } : rule)),
    }));
    const judge = await startPrometheus([], groups, address);
    const expected = groups.flatMap(({ rules }) =>
      rules.flatMap((rule) => ('alert' in rule ? `${rule.labels.severity} ${rule.alert}` : [])),
    );
    for (let i = 0; i < 60 && new Set(Object.values(heard).flat()).size < expected.length; i += 1) await sleep(1);
    ears.close();
    await judge.stop();
    const of = (severity: string) => expected.filter((one) => one.startsWith(severity)).sort();
    expect(Object.fromEntries(Object.entries(heard).map(([name, list]) => [name, [...new Set(list)].sort()]))).toEqual({
      pager: of('critical'),
      tickets: of('warning'),
      board: of('info'),
    });
  }, 120_000);
});
