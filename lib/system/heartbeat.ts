import { annotationOf } from '../manifest/annotation';
import { numberOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { CONTRACT } from '../timing/contract';
import { RECOMMENDED_MARGIN_SECONDS, SOCKET_IO_HEARTBEAT } from '../timing/fixed';
import { readTimingAnnotation, TIMING_ANNOTATION } from '../timing/read-timing';
import type { Timing } from '../timing/timing';
import { containersOf, environmentOf } from './pod';

export { LEAST_MARGIN_SECONDS } from '../timing/fixed';

/** The annotation in which a workload carries the timing it was made with. */
export const TIMING = TIMING_ANNOTATION;

/** The heartbeat of an application, and how it became known. */
export interface Heartbeat {
  readonly pingIntervalSeconds: number;
  readonly pingTimeoutSeconds: number;
  /** The longest silence of a healthy connection: interval + timeout. */
  readonly seconds: number;
  /** For messages: `pingInterval 25 s + pingTimeout 20 s (Socket.IO's defaults)`. */
  readonly words: string;
}

/** The timing a workload was made with; `undefined` where it carries none, or none that can be read. */
export function carriedTiming(workload: Manifest): Timing | undefined {
  const text = annotationOf(workload, TIMING);
  return text === undefined ? undefined : readTimingAnnotation(text).timing;
}

/** What is wrong with the text of the annotation, if anything. */
export function timingProblem(text: string): string | undefined {
  return readTimingAnnotation(text).problem;
}

/** The heartbeat of a workload: from the annotation, else from the environment of a container, else Socket.IO's defaults. */
export function heartbeatOf(workload: Manifest): Heartbeat {
  const carried = carriedTiming(workload);
  if (carried !== undefined) return heartbeat(carried, `annotation ${TIMING}`);
  for (const container of containersOf(workload)) {
    const interval = numberOf(environmentOf(container, CONTRACT.heartbeatIntervalMs.variable)?.value);
    const grace = numberOf(environmentOf(container, CONTRACT.heartbeatGraceMs.variable)?.value);
    if (interval === undefined && grace === undefined) continue;
    return heartbeat(
      {
        pingIntervalSeconds: interval === undefined ? SOCKET_IO_HEARTBEAT.pingIntervalSeconds : interval / 1000,
        pingTimeoutSeconds: grace === undefined ? SOCKET_IO_HEARTBEAT.pingTimeoutSeconds : grace / 1000,
      },
      `environment of container ${container.name}`,
    );
  }
  return heartbeat(SOCKET_IO_HEARTBEAT, 'Socket.IO’s defaults, because the workload names none');
}

/** The heartbeat that everything in front of these workloads must outlast: the longest. */
export function slowestHeartbeat(workloads: readonly Manifest[]): Heartbeat {
  return workloads
    .map(heartbeatOf)
    .reduce<Heartbeat>(
      (slowest, one) => (one.seconds > slowest.seconds ? one : slowest),
      workloads[0] === undefined
        ? heartbeat(SOCKET_IO_HEARTBEAT, 'Socket.IO’s defaults, because no workload is among these objects')
        : heartbeatOf(workloads[0]),
    );
}

/** The idle timeout to propose for a heartbeat. */
export function idleTimeoutFor(beat: Heartbeat): number {
  return Math.ceil(beat.seconds) + RECOMMENDED_MARGIN_SECONDS;
}

function heartbeat(of: Pick<Timing, 'pingIntervalSeconds' | 'pingTimeoutSeconds'>, from: string): Heartbeat {
  const { pingIntervalSeconds, pingTimeoutSeconds } = of;
  return {
    pingIntervalSeconds,
    pingTimeoutSeconds,
    seconds: pingIntervalSeconds + pingTimeoutSeconds,
    words: `pingInterval ${pingIntervalSeconds} s + pingTimeout ${pingTimeoutSeconds} s (${from})`,
  };
}
