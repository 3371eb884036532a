import type * as kplus from 'cdk8s-plus-28';
import type * as k8s from '../synth/k8s';
import type { Timing } from '../timing/timing';
import { adopted, type PlainContainer } from './container';
import type { PreStopHook } from './drain';

/**
 * A container of the caller's beside the application, kept until the application has gone: a pod that ends sends every container its stop signal at once, and a database proxy that
 * obeyed would be gone while the application still serves and drains. A preStop hook that it has already stays as it is.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export function companion(
  container: kplus.Container | k8s.Container,
  timing: Timing,
  hook: PreStopHook,
): PlainContainer {
  const plain = adopted(container);
  const lifecycle = (plain.lifecycle ?? {}) as { readonly preStop?: object };
  if (lifecycle.preStop !== undefined) return plain;
  const seconds = timing.preStopSeconds + timing.drainSeconds + timing.shutdownSeconds;
  const preStop = hook === 'sleep' ? { sleep: { seconds } } : { exec: { command: ['sleep', String(seconds)] } };
  return { ...plain, lifecycle: { ...lifecycle, preStop } };
}
