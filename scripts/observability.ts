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
