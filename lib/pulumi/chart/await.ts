import type { Manifest } from '../../manifest/manifest';
import { DEFAULT_GRACE_SECONDS } from '../../timing/fixed';
import { podTemplateOf, referencesOf } from './references';

/** How long Pulumi waits for anything unless told otherwise: ten minutes. */
const PULUMI_DEFAULT_SECONDS = 600;

/**
 * What one pod needs besides its own schedule: the node, the image, the volume, and the balancer's readiness gate. Google gives one to two minutes for programming
 * a network endpoint; the rest is a node that has to be made.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/concepts/container-native-load-balancing#pod_readiness
 */
const ARRIVAL_SECONDS = 180;

/** The longest rollout that is waited for: a day. */
const LONGEST_SECONDS = 86_400;

type Json = Readonly<Record<string, unknown>>;

/** How long it may take until every pod of a workload is a new one. */
export interface Rollout {
  readonly pods: number;
  /** What a pod may take to drain and end. */
  readonly drainSeconds: number;
  /** What its successor may take to be made, to start and to be reached. */
  readonly startSeconds: number;
  /** All of them, one after the other. */
  readonly longestSeconds: number;
  /** How long Pulumi waits: never less than it does by itself. */
  readonly waitedSeconds: number;
}

/**
 * How long a rollout of this workload may take: pods are replaced one after the other, each has its whole termination grace period to drain, and its
 * successor its whole start. Undefined for what is not a workload.
 *
 * Pulumi would give up after ten minutes, in the middle of a drain, and call the deployment failed.
 */
export function rolloutOf(manifest: Manifest, all: readonly Manifest[]): Rollout | undefined {
  if (manifest.kind !== 'StatefulSet' && manifest.kind !== 'Deployment' && manifest.kind !== 'DaemonSet')
    return undefined;
  const spec = record(manifest.spec);
  const pod = record(podTemplateOf(manifest)?.spec);
  const pods = podsOf(manifest, all);
  const drainSeconds = number(pod.terminationGracePeriodSeconds) ?? DEFAULT_GRACE_SECONDS;
  const start = Math.max(0, ...containersOf(pod).map(probedSeconds));
  const startSeconds = start + (number(spec.minReadySeconds) ?? 0) + ARRIVAL_SECONDS;
  const longestSeconds = pods * (drainSeconds + startSeconds);
  const waited = Math.ceil(Math.max(PULUMI_DEFAULT_SECONDS, longestSeconds) / 60) * 60;
  return { pods, drainSeconds, startSeconds, longestSeconds, waitedSeconds: Math.min(waited, LONGEST_SECONDS) };
}

/**
 * Must Pulumi not wait for this object? It waits until a Service has ready pods and an Ingress an address and ready Services; where the pods come later in the same
 * chart, because their readiness gate needs both, it would wait for what only it can make. The pods are waited for instead, and they are not ready before the
 * balancer reaches them.
 *
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/service.go
 */
export function awaitsLaterPods(manifest: Manifest, all: readonly Manifest[]): boolean {
  if (manifest.kind === 'Service') return selectsPods(manifest, all);
  if (manifest.kind !== 'Ingress') return false;
  return referencesOf(manifest, all).some((other) => other.kind === 'Service' && selectsPods(other, all));
}

function selectsPods(service: Manifest, all: readonly Manifest[]): boolean {
  const { selector, clusterIP } = record(service.spec);
  // Pulumi does not wait for the pods of a headless Service.
  if (clusterIP === 'None') return false;
  const wanted = Object.entries(record(selector));
  return (
    wanted.length > 0 &&
    all.some((other) => {
      const labels = record(record(podTemplateOf(other)?.metadata).labels);
      return (
        other.metadata.namespace === service.metadata.namespace && wanted.every(([key, value]) => labels[key] === value)
      );
    })
  );
}

/** The autoscaler of a workload, which then owns the number of its pods. */
export function autoscalerOf(manifest: Manifest, all: readonly Manifest[]): Manifest | undefined {
  return all.find((other) => {
    const target = record(record(other.spec).scaleTargetRef);
    return (
      other.kind === 'HorizontalPodAutoscaler' &&
      other.metadata.namespace === manifest.metadata.namespace &&
      target.kind === manifest.kind &&
      target.name === manifest.metadata.name
    );
  });
}

function podsOf(manifest: Manifest, all: readonly Manifest[]): number {
  const most = record(autoscalerOf(manifest, all)?.spec).maxReplicas;
  return number(most) ?? number(record(manifest.spec).replicas) ?? 1;
}

/** How long a container may take before it is ready: what its probes allow. */
function probedSeconds(container: Json): number {
  return probeSeconds(record(container.startupProbe)) + probeSeconds(record(container.readinessProbe));
}

function probeSeconds(probe: Json): number {
  const period = number(probe.periodSeconds);
  return (number(probe.initialDelaySeconds) ?? 0) + (period ?? 0) * (number(probe.failureThreshold) ?? 1);
}

function containersOf(pod: Json): readonly Json[] {
  return [pod.containers, pod.initContainers].flatMap((list) => (Array.isArray(list) ? list.map(record) : []));
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
