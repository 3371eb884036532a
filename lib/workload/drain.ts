import { type Problems, shown } from '../input/problems';
import { DEFAULT_DRAIN_FLAG, drainCommand } from '../nginx';
import type { Timing } from '../timing/timing';
import type { PlainContainer } from './container';

/**
 * How a container holds its stop signal back.
 *
 * - `exec`: runs `sleep` in the container, which its image must have.
 * - `sleep`: the kubelet waits itself; for images without a shell. Kubernetes 1.30 or newer.
 */
export type PreStopHook = 'exec' | 'sleep';

const PRE_STOP_HOOKS: readonly PreStopHook[] = ['exec', 'sleep'];

/** Notes a hook that nobody knows. */
export function checkPreStopHook(problems: Problems, hook: PreStopHook): void {
  if (!PRE_STOP_HOOKS.includes(hook))
    problems.add('preStopHook', `${shown(hook)} is unknown; give one of ${PRE_STOP_HOOKS.join(', ')}`);
}

/**
 * Gives a container its preStop hook: serve as before until the balancer has stopped sending, then stop.
 *
 * The hook never signals the process to end: the kubelet does that when the hook ends, and a hook that kills
 * its own container does not live to see the drain.
 *
 * @see https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
 */
export function withPreStop(container: PlainContainer, timing: Timing, hook: PreStopHook): PlainContainer {
  const seconds = timing.preStopSeconds;
  const preStop = hook === 'sleep' ? { sleep: { seconds } } : { exec: { command: ['sleep', String(seconds)] } };
  return { ...container, lifecycle: { preStop } };
}

/**
 * {@link withPreStop} for an application that clients reach directly: raises the drain flag when the wait is over.
 *
 * The flag goes up after the wait and not before: affinity keeps sending a client here until the endpoint is gone, and would hand it
 * nothing but 503 in the meantime. A flag is one life's: `/tmp` outlives the container, and the kubelet runs preStop as well for one that it restarts because a probe failed.
 * So whatever is left of the life before is removed as the container starts, before the kubelet asks whether it is ready; a folder too, over which `rm` would fail and the container
 * with it, for ever.
 */
export function withDrainFlag(container: PlainContainer, timing: Timing): PlainContainer {
  return {
    ...container,
    lifecycle: {
      postStart: shell(`rm -rf ${DEFAULT_DRAIN_FLAG}`),
      preStop: shell(`sleep ${timing.preStopSeconds}; touch ${DEFAULT_DRAIN_FLAG}`),
    },
  };
}

/** {@link withPreStop} for nginx, which removes the flag of its life before with the command that starts it. */
export function withNginxDrain(container: PlainContainer, timing: Timing): PlainContainer {
  return {
    ...container,
    lifecycle: { preStop: shell(`sleep ${timing.preStopSeconds}; ${drainCommand(DEFAULT_DRAIN_FLAG)}`) },
  };
}

function shell(command: string): object {
  return { exec: { command: ['/bin/sh', '-c', command] } };
}
