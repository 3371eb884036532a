import {
  checkInteger,
  checkLabelName,
  checkLabelValue,
  checkPort,
  checkSubdomainName,
  checkUrlPath,
} from '../input/kubernetes';
import { checkSelector, SELECTOR_FIELD } from '../input/labels';
import { type Problems, shown } from '../input/problems';
import { type Reader, reader } from '../input/settings';
import {
  fitted,
  flag,
  hasFields,
  isObject,
  list,
  number,
  object,
  optional,
  record,
  type Shape,
  text,
  thing,
} from '../input/shape';
import { type Collector, SCRAPER_NAMESPACES } from '../observability/monitor-objects';
import { type Goals, objectives } from '../observability/objective';
import { deriveTiming, type Timing } from '../timing/timing';
import { TIMING_FIELD } from '../timing/timing-field';

/** What is known of a server whose metrics are scraped; a `WebSocketServer` is one, and a literal for a workload that somebody else makes. */
export interface MonitoredServer {
  readonly name: string;
  /** The labels that select the pods. */
  readonly selector: Readonly<Record<string, string>>;
  readonly timing: Timing;
  readonly maxConnections: number | undefined;
  /** The port of its metrics, called `metrics` in its pods. */
  readonly metricsPort: number | undefined;
  /** The port of nginx's exporter; `undefined` without one. */
  readonly exporterPort: number | undefined;
  /**
   * The NetworkPolicy that says who else may reach the pods. The first policy of a pod shuts out everybody whom it does not name, clients as well, so
   * that the scrapers get one only beside another: give `true` where one is there already.
   *
   * @default - there is none, and the scrapers need none
   */
  readonly networkPolicy?: object | true | undefined;
}

export interface WebSocketMonitorsProps<Server extends MonitoredServer = MonitoredServer> {
  /** Whose metrics are scraped. It needs a `metricsPort`. */
  readonly server: Server;

  /** The namespace that the pods are in. */
  readonly namespace: string;

  /** Who scrapes and judges: `prometheus-operator`, or `google` for GKE's managed Prometheus. */
  readonly collector: Collector;

  /**
   * What an operator is told to look for: the pods, or a Service of their own, for operators that were told to read ServiceMonitors only. Google's scrapes pods.
   *
   * @default "pods"
   */
  readonly by?: 'pods' | 'service';

  /** @default "/metrics" */
  readonly path?: string;

  /** How often they are asked, 5 to 60 s: a window of five minutes needs several answers. @default 30, the documented one */
  readonly intervalSeconds?: number;

  /** Whose pods may ask. @default SCRAPER_NAMESPACES of the collector */
  readonly scraperNamespaces?: readonly string[];

  /** Labels by which an operator chooses what it reads, such as `{ release: 'kube-prometheus-stack' }`. @default - none */
  readonly labels?: Readonly<Record<string, string>>;

  /** Recording and alerting rules. @default true */
  readonly alerts?: boolean;

  /** The dashboard, in a ConfigMap with the label that Grafana's sidecar looks for. @default true */
  readonly dashboard?: boolean;

  /** What is promised. @default - 99.9 % of handshakes, 99 % of connections */
  readonly goals?: Goals;

  /** The page that has a heading for each cause. @default - alerts link nowhere */
  readonly runbookUrl?: string;
}

/** {@link WebSocketMonitorsProps} with every default filled in. */
export interface MonitorsSettings<Server extends MonitoredServer = MonitoredServer>
  extends WebSocketMonitorsProps<Server> {
  readonly by: 'pods' | 'service';
  readonly path: string;
  readonly intervalSeconds: number;
  readonly scraperNamespaces: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly alerts: boolean;
  readonly dashboard: boolean;
  readonly metricsPort: number;
}

/** More than any one process holds; a limit of ours against slips, and of nothing else. */
const MOST_CONNECTIONS = 10_000_000;

const STAND_IN: MonitoredServer = {
  name: 'stand-in',
  selector: { app: 'stand-in' },
  timing: deriveTiming(),
  maxConnections: undefined,
  metricsPort: 9090,
  exporterPort: undefined,
};

/** What is read of a server, which may be a literal. */
const SERVER_SHAPE: Shape<MonitoredServer> = {
  name: text('chat'),
  selector: SELECTOR_FIELD,
  timing: TIMING_FIELD,
  maxConnections: optional(number(4096)),
  metricsPort: optional(number(9090)),
  exporterPort: optional(number(9113)),
  networkPolicy: optional(thing((value) => value === true || isObject(value), 'true', undefined)),
};

const SERVER_FIELDS = Object.keys(SERVER_SHAPE) as readonly (keyof MonitoredServer)[];

const SERVER = thing(
  (value) => hasFields(value, SERVER_FIELDS) && SERVER_FIELDS.some((name) => name in value),
  'a WebSocketServer, or an object with name, selector, timing, metricsPort and so on',
  STAND_IN,
);

const SHAPE: Shape<WebSocketMonitorsProps> = {
  server: SERVER,
  namespace: text('chat'),
  collector: text('google'),
  by: optional(text('pods')),
  path: optional(text('/metrics')),
  intervalSeconds: optional(number(30)),
  scraperNamespaces: optional(list(text('monitoring'), ['monitoring'])),
  labels: optional(record(text('kube-prometheus-stack'), { release: 'kube-prometheus-stack' })),
  alerts: optional(flag),
  dashboard: optional(flag),
  goals: optional(object<Goals>({ handshakes: optional(number(0.999)), lifetimes: optional(number(0.99)) })),
  runbookUrl: optional(text('https://example.com/runbook')),
};

/** Reads what is to be watched, and notes everything wrong with it. */
export const readMonitors: Reader<WebSocketMonitorsProps, MonitorsSettings> = reader(SHAPE, (problems, props) => {
  checkServer(problems.at('server'), props.server);
  return monitorsOf(problems, props);
});

/** As {@link readMonitors}, of a server that was judged before, and whose faults were said there. */
export const readMonitorsOf: Reader<WebSocketMonitorsProps, MonitorsSettings> = reader(SHAPE, monitorsOf);

/** A `WebSocketServer` has more than this, and what it has was judged; of a literal nothing was. */
function checkServer(problems: Problems, server: MonitoredServer): void {
  const given = Object.fromEntries(SERVER_FIELDS.map((name) => [name, server[name]])) as unknown as MonitoredServer;
  const { name, selector, maxConnections, metricsPort, exporterPort } = fitted(problems, given, SERVER_SHAPE);
  checkSubdomainName(problems, 'name', name);
  checkSelector(problems, 'selector', selector);
  if (maxConnections !== undefined) checkInteger(problems, 'maxConnections', maxConnections, 1, MOST_CONNECTIONS);
  if (metricsPort !== undefined) checkPort(problems, 'metricsPort', metricsPort);
  if (exporterPort !== undefined) checkPort(problems, 'exporterPort', exporterPort);
}

function monitorsOf(problems: Problems, props: WebSocketMonitorsProps): MonitorsSettings {
  const { server, namespace, collector, by = 'pods', path = '/metrics', intervalSeconds = 30, labels = {} } = props;
  const { goals, runbookUrl } = props;
  checkLabelName(problems, 'namespace', namespace);
  const collectors = Object.keys(SCRAPER_NAMESPACES);
  const known = collectors.includes(collector);
  if (!known) problems.add('collector', `${shown(collector)} is unknown; give one of ${collectors.join(', ')}`);
  if (by !== 'pods' && by !== 'service') problems.add('by', `${shown(by)} is unknown; give "pods" or "service"`);
  else if (by === 'service' && collector === 'google')
    problems.add('by', '"service" is nothing that Google\'s managed Prometheus reads; leave it out');
  checkUrlPath(problems, 'path', path);
  checkInteger(problems, 'intervalSeconds', intervalSeconds, 5, 60);
  const scraperNamespaces = props.scraperNamespaces ?? (known ? SCRAPER_NAMESPACES[collector] : []);
  if (known && scraperNamespaces.length === 0)
    problems.add(
      'scraperNamespaces',
      'is empty, and nobody could ask for the metrics; leave it out for the usual ones',
    );
  scraperNamespaces.forEach((name, i) => {
    checkLabelName(problems, `scraperNamespaces[${i}]`, name);
  });
  for (const [name, value] of Object.entries(labels)) checkLabelValue(problems, `labels.${name}`, value);
  if (server.metricsPort === undefined)
    problems.add(
      'server.metricsPort',
      'is missing; give the port on which the application serves its metrics, such as 9090',
    );
  if (goals !== undefined) problems.gather(() => objectives(goals));
  if (runbookUrl !== undefined && !/^https?:\/\/[^\s#]+$/.test(runbookUrl))
    problems.add(
      'runbookUrl',
      `${shown(runbookUrl)} is no address without a "#"; give that of the page, such as "https://example.com/runbook"`,
    );
  return {
    ...props,
    by,
    path,
    intervalSeconds,
    scraperNamespaces,
    labels,
    alerts: props.alerts ?? true,
    dashboard: props.dashboard ?? true,
    metricsPort: server.metricsPort ?? 0,
  };
}
