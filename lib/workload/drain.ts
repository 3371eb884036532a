import type { Timing } from '../timing/timing';
import type { PlainContainer } from './container';

/**
 * How a container holds its stop signal back.
 *
 * - `exec`: runs `sleep` in the container, which its image must have.
 * - `sleep`: the kubelet waits itself; for images without a shell. Kubernetes 1.30 or newer.
 */
export type PreStopHook = 'exec' | 'sleep';

/**
 * Gives a container its preStop hook: serve as before until the balancer has stopped sending, then raise the flag, then stop.
 *
 * The flag goes up after the wait and not before: affinity keeps sending a client here until the endpoint is gone, and would hand it
 * nothing but 503 in the meantime. The hook never signals the process: the kubelet does that when the hook ends, and a hook that kills
 * its own container does not live to see the drain.
 *
 * @see https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
 */
export function withPreStop(
  container: PlainContainer,
  timing: Timing,
  hook: PreStopHook,
  flag?: string,
): PlainContainer {
  return { ...container, lifecycle: { preStop: preStop(timing.preStopSeconds, hook, flag) } };
}

function preStop(seconds: number, hook: PreStopHook, flag: string | undefined): object {
  if (hook === 'sleep') return { sleep: { seconds } };
  if (flag === undefined) return { exec: { command: ['sleep', String(seconds)] } };
  return { exec: { command: ['/bin/sh', '-c', `sleep ${seconds}; touch ${flag}`] } };
}
