import { alertName, BURNS, INDICATORS, ROWS, thresholdOf, type Watched } from '../lib/observability';
import { METRICS, type Metric } from '../lib/server';
import { table } from './markdown';

/** Every metric of the application. */
export function metricsTable(): string {
  return table(
    ['metric', 'labels', 'what it counts'],
    Object.values(METRICS).map(({ name, labels, help }: Metric) => [
      `\`${name}\``,
      labels.map((label) => `\`${label}\``).join(', ') || '–',
      help,
    ]),
  );
}

/** Who exports what the application does not, by the beginning of the name. */
const EXPORTERS: readonly (readonly [prefix: string, exporter: string])[] = [
  ['kube_', 'kube-state-metrics'],
  ['container_', 'cAdvisor, in the kubelet'],
  ['prober_', 'the kubelet, at `/metrics/probes`'],
  ['process_', '`collectDefaultMetrics()` of `prom-client`, in the application'],
  ['nginx_', "nginx's exporter (`proxy.exporter`)"],
];

/** Every metric that somebody else exports, and what says nothing without it. */
export function othersTable(): string {
  const readBy = new Map<string, string[]>();
  const note = (names: readonly string[], what: string) => {
    for (const name of names) if (!name.includes(':')) readBy.set(name, [...(readBy.get(name) ?? []), what]);
  };
  for (const { id, others = [] } of INDICATORS) note(others, `\`${alertName(id)}\``);
  for (const { title, others = [] } of ROWS.flatMap(({ panels }) => panels)) note(others, `“${title}”`);
  return table(
    ['metric', 'of', 'read by'],
    [...readBy]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, readers]) => {
        const [, exporter] = EXPORTERS.find(([prefix]) => name.startsWith(prefix)) ?? [];
        if (exporter === undefined) throw new Error(`nobody is known to export ${name}`);
        return [`\`${name}\``, exporter, readers.join(', ')];
      }),
  );
}

/** Every alert, as it is in this system. */
export function alertsTable(watched: Watched): string {
  return table(
    ['alert', 'what is wrong', 'above', 'for', 'severity', 'first', 'cause'],
    INDICATORS.map((indicator) => [
      `\`${alertName(indicator.id)}\``,
      `${indicator.title} ([source](${link(indicator.source)}))`,
      String(thresholdOf(indicator, watched) ?? 'not known'),
      `${indicator.forSeconds} s`,
      indicator.severity,
      indicator.firstStep,
      `[${indicator.cause}](causes.md#${indicator.cause.toLowerCase()})`,
    ]),
  );
}

/** A threshold that was written down for the first system has no page. */
function link(source: string): string {
  return source.startsWith('https:') ? source : 'requirements.md';
}

export function burnsTable(): string {
  return table(
    ['times too fast', 'over', 'and over', 'severity'],
    BURNS.map(({ times, long, short, severity }) => [String(times), long, short, severity]),
  );
}

export function panelsTable(): string {
  return table(
    ['question', 'panel', 'what is seen'],
    ROWS.flatMap(({ question, panels }) =>
      panels.map(({ title, description }, i) => [i === 0 ? `**${question}**` : '', title, description]),
    ),
  );
}
