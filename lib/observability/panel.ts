import type { MetricName } from '../server/metrics';
import { forSystem, inPattern, matchersOf, type Watched } from './indicator';

/** One query of a panel. */
export interface Target {
  /** PromQL: `%s` stands for the matchers of the system, `%a` for those of what its rules recorded, `%h` for those of its autoscaler, `%w` for a window of a few scrapes. */
  readonly query: string;
  /** What a series is called, with its labels in braces: `{{pod}}`. */
  readonly legend: string;
}

/** A line across a panel: from where on something is wrong, or a number of the timing that the values are to be held against. */
export interface Line {
  readonly value: number;
  readonly label: string;
}

export type Unit = 'short' | 's' | 'percentunit' | 'cpm' | 'bytes';

/** One picture that answers one question. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  /** What is seen here, and what it looks like when something is wrong. */
  readonly description: string;
  readonly kind: 'timeseries' | 'heatmap';
  readonly unit: Unit;
  /** Are the series parts of one whole? @default false */
  readonly stacked?: boolean;
  readonly targets: readonly Target[];
  /** @default - none */
  readonly lines?: (watched: Watched) => readonly Line[];
  /** The metrics of the application that it reads. */
  readonly metrics: readonly MetricName[];
  /** What others export that it reads: Kubernetes, the kubelet, the process itself, nginx. @default - none */
  readonly others?: readonly string[];
}

/** The panels of one question, from left to right. */
export interface Row {
  readonly question: string;
  readonly panels: readonly Panel[];
}

/** A query of a panel for one system. */
export function panelQuery(query: string, watched: Pick<Watched, 'namespace' | 'name'>, window: string): string {
  const recorded = `namespace=${JSON.stringify(watched.namespace)},app=${JSON.stringify(watched.name)}`;
  return forSystem(query, matchersOf(watched))
    .replaceAll('%a', recorded)
    .replaceAll('%h', autoscalerOf(watched))
    .replaceAll('%w', window);
}

/** An autoscaler is called after its workload, and what KEDA makes of a ScaledObject says so. @see https://keda.sh/docs/latest/concepts/scaling-deployments/ */
function autoscalerOf({ namespace, name }: Pick<Watched, 'namespace' | 'name'>): string {
  return `namespace=${JSON.stringify(namespace)},horizontalpodautoscaler=~${JSON.stringify(`(keda-hpa-)?${inPattern(name)}`)}`;
}
