import { Problems } from '../../lib/input';
import { nginxConf } from '../../lib/nginx';
import { INDICATORS, type Indicator, ruleGroups } from '../../lib/observability';
import { conditionOf } from '../../lib/pulumi/monitoring/indicator-condition';
import {
  accessLogPattern,
  type CountedRequests,
  logFilter,
  resourceTypeOf,
} from '../../lib/pulumi/monitoring/log-filter';
import { checkMonitoring, type WebSocketMonitoringArgs } from '../../lib/pulumi/monitoring/monitoring-args';
import { deriveTiming } from '../../lib/timing';
import { production } from '../../stacks/production';

const path = '/theia/socket.io/';

/** A line as nginx would write it: the format from the generated configuration, with these values for its variables. */
function line(values: Readonly<Record<string, string>>, format = 'socketio_access'): string {
  const conf = nginxConf({
    timing: deriveTiming(production.timing),
    upstream: { port: 3000 },
    socketIo: { path },
    addressesAppended: 2,
    debugHeaders: true,
  });
  const text = new RegExp(`log_format ${format} '(.*)'`).exec(conf)?.[1];
  if (text === undefined) throw new Error(`the configuration has no log_format ${format}`);
  const defaults = {
    time_local: '01/Feb/2031:10:00:00 +0000',
    client_address: '198.51.100.7',
    status: '200',
    request_method: 'GET',
    uri: path,
    server_protocol: 'HTTP/1.1',
    has_sid: 'no',
    transport: 'polling',
    request_time: '0.002',
    upstream_addr: '127.0.0.1:3000',
    upstream_status: '200',
  };
  return text.replace(/\$(\w+)/g, (_match, name: string) => ({ ...defaults, ...values })[name] ?? '');
}

const matches = (counted: CountedRequests, text: string) => new RegExp(accessLogPattern(counted, path)).test(text);

describe('A line of the generated access log', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly CountedRequests[]]>([
    ['a handshake that succeeds', {}, ['handshakes']],
    [
      'a handshake by WebSocket',
      { status: '101', http_upgrade: 'websocket', http_connection: 'Upgrade' },
      ['handshakes'],
    ],
    ['a poll of a session', { has_sid: 'yes' }, []],
    ['a poll of a session that another pod has', { status: '400', has_sid: 'yes' }, ['badRequests']],
    ['a handshake answered 400', { status: '400' }, ['badRequests', 'handshakes', 'failedHandshakes']],
    ['a handshake answered 503', { status: '503' }, ['handshakes', 'failedHandshakes']],
    ['a handshake whose client went away', { status: '499' }, ['handshakes']],
    ['a POST answered 400', { status: '400', request_method: 'POST', has_sid: 'yes' }, ['badRequests']],
    ['a file answered 400', { status: '400', uri: '/theia/index.html' }, []],
    ['a path that only looks like it', { status: '400', uri: '/theia/socketxio/' }, []],
    [
      'a header that pretends to be a line',
      { has_sid: 'yes', http_upgrade: '] client=1.1.1.1 status=400 request=\\x22GET /theia/socket.io/' },
      [],
    ],
  ])('counts %s as what it is', (_what, values, counted) => {
    const found = (['badRequests', 'handshakes', 'failedHandshakes'] as const).filter((kind) =>
      matches(kind, line(values)),
    );
    expect(found).toEqual(counted);
  });

  test('of the debug format is not counted a second time', () => {
    expect(matches('handshakes', line({ status: '400' }, 'socketio_debug'))).toBe(false);
  });

  test('gives its transport to the label of the metric', () => {
    expect(/ transport=([a-z]+) /.exec(line({ transport: 'websocket' }))?.[1]).toBe('websocket');
  });
});

describe('The filter of a log-based metric', () => {
  test('asks for the container, the label and the namespace of the environment', () => {
    const logs = { from: 'proxy', namespace: 'coditect-app', app: 'coditect-combined', path } as const;
    expect(logFilter('badRequests', logs).split('\n')).toEqual([
      'resource.type="k8s_container"',
      'resource.labels.namespace_name="coditect-app"',
      'resource.labels.container_name="nginx"',
      'labels."k8s-pod/app"="coditect-combined"',
      'textPayload=~"^[^=]+ client=[^ ]+ status=400 request=\\"[A-Z]+ /theia/socket[.]io/"',
    ]);
    expect(resourceTypeOf(logs)).toBe('k8s_container');
  });

  test("asks the balancer's log where there is no proxy", () => {
    const logs = { from: 'balancer', host: 'chat.example.com', path: '/socket.io/' } as const;
    expect(logFilter('failedHandshakes', logs).split('\n')).toEqual([
      'resource.type="http_load_balancer"',
      'httpRequest.requestUrl=~"^https?://chat[.]example[.]com/socket[.]io/"',
      'httpRequest.status>=400',
      'httpRequest.status!=499',
      'NOT httpRequest.requestUrl=~"[?&]sid="',
    ]);
    expect(logFilter('badRequests', logs)).toContain('httpRequest.status=400');
  });

  test.each(['badRequests', 'handshakes', 'failedHandshakes'] as const)(
    'holds no backslash to be lost on the way: %s',
    (counted) => {
      expect(accessLogPattern(counted, path)).not.toContain('\\');
    },
  );
});

describe('The policies on metrics of the application', () => {
  const server = { name: 'chat', timing: deriveTiming(), maxConnections: 1000 };
  const queryOf = (indicator: Indicator, given?: typeof server) =>
    conditionOf(indicator, 'shop', given)?.conditionPrometheusQueryLanguage.query;

  test.each([
    ['churn-warning', 'warning', '> 0.05'],
    ['churn-critical', 'critical', '> 0.1'],
    ['transport-close', 'info', '> 0.01'],
    ['heartbeat-timeout', 'critical', '> 0.05'],
    ['health-checks', 'critical', '> 0.1'],
    ['readiness-probes', 'warning', '> 0.05'],
    ['reconnect-time', 'warning', '> 5'],
    ['failed-resumes', 'warning', '> 0.02'],
  ])('keep the eight documented thresholds: %s', (id, severity, threshold) => {
    const indicator = INDICATORS.find((candidate) => candidate.id === id) as Indicator;
    expect(indicator.severity).toBe(severity);
    expect(queryOf(indicator, server)).toMatch(new RegExp(`${threshold}($| and )`));
  });

  test('ask what the alerts of Prometheus ask, for as long', () => {
    const alerts = ruleGroups({ ...server, namespace: 'shop' }).flatMap(({ rules }) => rules);
    for (const indicator of INDICATORS) {
      const { query, duration } = conditionOf(indicator, 'shop', server)?.conditionPrometheusQueryLanguage ?? {};
      expect(alerts).toContainEqual(expect.objectContaining({ expr: query, for: duration }));
    }
  });

  test('look at one namespace only, in every selector', () => {
    for (const query of INDICATORS.flatMap((indicator) => queryOf(indicator) ?? [])) {
      const selectors = query.match(/\{(?:"[^"]*"|[^}"])*\}/g) ?? [];
      expect(selectors.length).toBeGreaterThan(0);
      for (const selector of selectors) expect(selector).toContain('namespace="shop"');
      expect(query).not.toContain('%s');
    }
  });

  test('leave out what follows from a timing, or from the room in a pod, where neither is known', () => {
    expect(INDICATORS.filter((indicator) => queryOf(indicator) === undefined).map(({ id }) => id)).toEqual([
      'drain-overrun',
      'nearly-full',
    ]);
  });
});

describe('The arguments of the monitoring', () => {
  const args: WebSocketMonitoringArgs = {
    name: 'chat',
    project: 'p',
    host: 'chat.example.com',
    namespace: 'chat',
    logs: { from: 'proxy', namespace: 'chat', app: 'chat', path: '/socket.io/' },
  };

  test('are accepted with their defaults', () => {
    expect(problemsOf(args)).toEqual([]);
  });

  test.each<[string, Partial<WebSocketMonitoringArgs>, string]>([
    ['a missing host', { host: '' }, 'host: "" is not a host'],
    [
      'a timeout of 0 s',
      { uptime: { timeoutSeconds: 0 } },
      'uptime.timeoutSeconds: 0 is out of range; give a whole number from 1 to 60',
    ],
    ['a timeout of 61 s', { uptime: { timeoutSeconds: 61 } }, 'uptime.timeoutSeconds: 61 is out of range'],
    [
      'a period that is not offered',
      { uptime: { periodSeconds: 120 } },
      'uptime.periodSeconds: 120 is not offered; give one of 60, 300, 600, 900',
    ],
    ['an objective of everything', { objective: { goal: 1 } }, 'objective.goal: 1 is out of range'],
    ['an objective of nothing', { objective: { goal: 0 } }, 'objective.goal: 0 is out of range'],
    ['31 days', { objective: { days: 31 } }, 'objective.days: 31 is out of range; give a whole number from 1 to 30'],
    ['a name that metrics cannot have', { name: 'Chat App' }, 'name: "Chat App" is not a DNS label'],
  ])('fails with a sentence for %s', (_what, change, sentence) => {
    expect(problemsOf({ ...args, ...change })).toEqual([expect.stringContaining(sentence)]);
  });

  function problemsOf(given: WebSocketMonitoringArgs): readonly string[] {
    const problems = new Problems();
    checkMonitoring(problems, given);
    return problems.found;
  }
});
