import { METRICS, type Metric, type MetricName } from '../server/metrics';

/** Long enough for ten scrapes at 30 s, so that one missed scrape changes nothing. */
export const WINDOW = '5m';

/** `sum(rate(…))` of a metric, with further matchers and of one part of a histogram. */
export function rateOf(
  name: MetricName,
  matcher = '',
  options: { part?: 'sum' | 'count'; window?: string; by?: string } = {},
): string {
  return `sum${by(options.by)}(rate(${seriesOf(name, matcher, options.part)}[${options.window ?? WINDOW}]))`;
}

/** `sum(increase(…))`, for questions about how many. */
export function increaseOf(
  name: MetricName,
  matcher = '',
  options: { part?: 'sum' | 'count'; window?: string; by?: string } = {},
): string {
  return `sum${by(options.by)}(increase(${seriesOf(name, matcher, options.part)}[${options.window ?? WINDOW}]))`;
}

export function seriesOf(name: MetricName, matcher = '', part?: 'sum' | 'count' | 'bucket'): string {
  return `${METRICS[name].name}${part === undefined ? '' : `_${part}`}{${matcher === '' ? '' : `${matcher},`}%s}`;
}

/** Observations of a histogram above one of its bounds, which must be one of them. */
export function increaseAbove(name: MetricName, bound: number, window = WINDOW, group?: string): string {
  const rise = (part: 'count' | 'bucket', matcher: string) =>
    `sum${by(group)}(increase(${seriesOf(name, matcher, part)}[${window}]))`;
  return `${rise('count', '')} - ${rise('bucket', bucketAt(name, bound))}`;
}

/** The matcher of a bucket. Prometheus 3 stores the bound 1 as 1.0. */
export function bucketAt(name: MetricName, bound: number): string {
  const metric: Metric = METRICS[name];
  if (metric.buckets?.includes(bound) !== true) throw new Error(`${METRICS[name].name} has no bucket at ${bound}`);
  return Number.isInteger(bound) ? `le=~"${bound}(\\\\.0)?"` : `le="${bound}"`;
}

function by(group: string | undefined): string {
  return group === undefined ? '' : ` by (${group}) `;
}
