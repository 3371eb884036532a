import { METRICS, type Metric, type MetricName } from './metrics';

/** What this module needs of `prom-client`, written down so that it needs neither the package nor its types. */
export interface PrometheusLibrary {
  readonly Counter: new (options: InstrumentOptions) => { inc(labels: Record<string, string>, value: number): void };
  readonly Gauge: new (options: InstrumentOptions) => { set(value: number): void };
  readonly Histogram: new (
    options: InstrumentOptions & { buckets: number[] },
  ) => { observe(labels: Record<string, string>, value: number): void };
}

/** How an instrument is made, in the fields of `prom-client`. */
export interface InstrumentOptions {
  name: string;
  help: string;
  labelNames: string[];
  /** The registries that it goes to, which only `prom-client` looks into. */
  registers: never[];
  collect?: () => void;
}

type NamesOf<Type extends Metric['type']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** Every metric of `METRICS` as an instrument of `prom-client`. */
export class Instruments {
  private readonly counters = new Map<MetricName, { inc(labels: Record<string, string>, value: number): void }>();
  private readonly histograms = new Map<MetricName, { observe(labels: Record<string, string>, value: number): void }>();

  /** @param read answers how many connections are open, asked at each scrape, so that it cannot drift away from what is there */
  constructor(library: PrometheusLibrary, registry: object, read: Readonly<Record<NamesOf<'gauge'>, () => number>>) {
    for (const [role, metric] of Object.entries(METRICS) as [MetricName, Metric][]) {
      const { name, help, labels, buckets } = metric;
      const common = { name, help, labelNames: [...labels], registers: [registry as never] };
      if (metric.type === 'counter') this.counters.set(role, new library.Counter(common));
      else if (metric.type === 'histogram') {
        this.histograms.set(role, new library.Histogram({ ...common, buckets: [...(buckets ?? [])] }));
      } else {
        const gauge = new library.Gauge({ ...common, collect: () => gauge.set(read[role as NamesOf<'gauge'>]()) });
      }
    }
  }

  add(name: NamesOf<'counter'>, labels: Record<string, string> = {}, value = 1): void {
    this.counters.get(name)?.inc(labels, value);
  }

  observe(name: NamesOf<'histogram'>, seconds: number, labels: Readonly<Record<string, string>> = {}): void {
    this.histograms.get(name)?.observe({ ...labels }, seconds);
  }
}
