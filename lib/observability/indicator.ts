import type { MetricName } from '../server/metrics';
import type { Timing } from '../timing/timing';

/** How soon somebody has to look: at once; in working hours; when there is a reason to. */
export type Severity = 'critical' | 'warning' | 'info';

/** What is watched, and what is known of it. */
export interface Watched {
  readonly namespace: string;
  /** Name of the workload: its pods are called after it. */
  readonly name: string;
  readonly timing: Timing;
  /** How many connections a pod takes. @default - not known, so that nothing can be said about it */
  readonly maxConnections?: number;
}

/** One thing to know about a system: what is measured, from where on it is wrong, and what to do then. */
export interface Indicator {
  /** Stable: the last part of the names of policies, and in capitals that of the alert. */
  readonly id: string;
  /** What is wrong while it is raised. */
  readonly title: string;
  /** The metrics of the application that it reads. */
  readonly metrics: readonly MetricName[];
  /** Metrics of Kubernetes that it reads. @default - none */
  readonly others?: readonly string[];
  /** The value, in PromQL. `%s` stands for the matchers of the system. */
  readonly query: string;
  /** Wrong above this. A function where it follows from the timing; `undefined` where it cannot be known. */
  readonly above: number | ((watched: Watched) => number | undefined);
  /** In PromQL: there is enough to judge, so that one event at night is no share of anything. @default - always */
  readonly enough?: string;
  /** How long it has to be so. */
  readonly forSeconds: number;
  readonly severity: Severity;
  /** Where to look first. */
  readonly firstStep: string;
  /** What the doctor calls the most frequent cause. */
  readonly cause: `WS5${number}`;
  /** Where the threshold comes from. */
  readonly source: string;
}

/** From where on an indicator is wrong in this system. */
export function thresholdOf({ above }: Indicator, watched: Watched): number | undefined {
  return typeof above === 'number' ? above : above(watched);
}

/** A query for one system. */
export function forSystem(query: string, matchers: string): string {
  return query.replaceAll('%s', matchers);
}

/** The matchers of a system: every metric that is used has the namespace and the pod of what it was read from. */
export function matchersOf({ namespace, name }: Pick<Watched, 'namespace' | 'name'>): string {
  return `namespace=${JSON.stringify(namespace)},pod=~${JSON.stringify(podPattern(name))}`;
}

/**
 * What pods have behind the name of their workload: a number from a StatefulSet, the hash of a template and five characters from a Deployment, these five alone from a
 * DaemonSet. Pods of another workload whose name only begins the same have something else there: `chat-worker-0` is none of `chat`.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label
 */
export const POD_SUFFIX = '-([0-9]+|([0-9a-f]{6,10}-)?[0-9a-z]{5})';

/** From this length on Kubernetes cuts the name and the hash off before it adds five characters. @see https://github.com/kubernetes/kubernetes/blob/v1.33.0/staging/src/k8s.io/apiserver/pkg/storage/names/generate.go */
const GENERATED = 58;
const HASH_AND_DASHES = 12;

/** The pods of a workload, as a regular expression. */
function podPattern(name: string): string {
  if (name.length + HASH_AND_DASHES <= GENERATED) return `${inPattern(name)}${POD_SUFFIX}`;
  return `${inPattern(`${name}-`.slice(0, GENERATED))}([0-9]+|[0-9a-f]*-?[0-9a-z]{5})`;
}

/** A name in a regular expression: of all that Kubernetes lets stand in one, only the dot means something else there. */
export function inPattern(name: string): string {
  return name.replaceAll('.', '\\.');
}
