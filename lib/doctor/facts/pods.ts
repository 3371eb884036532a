import { listOf, mappingOf, numberOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { POD_SPEC } from '../../system/pod';
import { DEFAULT_GRACE_SECONDS } from '../../timing/fixed';

/** How a container ended. */
export interface Ended {
  readonly reason: string;
  readonly exitCode: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** A container as the kubelet reports it. */
export interface ContainerState {
  readonly name: string;
  readonly ready: boolean;
  readonly restarts: number;
  /** Why it does not run, such as `CrashLoopBackOff`; empty where it does. */
  readonly waiting: string;
  readonly waitingMessage: string;
  /** How it ended the last time, if it ever did. */
  readonly last: Ended | undefined;
}

/** The grace period of a workload's pods, in seconds. */
export function graceOf(workload: Manifest | undefined): number {
  return numberOf(valueAt(workload, [...POD_SPEC, 'terminationGracePeriodSeconds'])) ?? DEFAULT_GRACE_SECONDS;
}

export function isReady(pod: Manifest): boolean {
  return listOf(valueAt(pod, ['status', 'conditions'])).some((one) => {
    const { type, status } = mappingOf(one);
    return type === 'Ready' && status === 'True';
  });
}

export function containerStates(pod: Manifest): readonly ContainerState[] {
  return ['initContainerStatuses', 'containerStatuses'].flatMap((field) =>
    listOf(valueAt(pod, ['status', field])).map((one) => {
      const status = mappingOf(one);
      return {
        name: textOf(status.name) ?? '',
        ready: status.ready === true,
        restarts: numberOf(status.restartCount) ?? 0,
        waiting: textOf(valueAt(status, ['state', 'waiting', 'reason'])) ?? '',
        waitingMessage: textOf(valueAt(status, ['state', 'waiting', 'message'])) ?? '',
        last: ended(valueAt(status, ['state', 'terminated'])) ?? ended(valueAt(status, ['lastState', 'terminated'])),
      };
    }),
  );
}

function ended(value: unknown): Ended | undefined {
  const state = mappingOf(value);
  if (Object.keys(state).length === 0) return undefined;
  return {
    reason: textOf(state.reason) ?? '',
    exitCode: numberOf(state.exitCode) ?? 0,
    startedAt: Date.parse(String(state.startedAt)),
    finishedAt: Date.parse(String(state.finishedAt)),
  };
}
