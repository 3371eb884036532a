import { annotationOf } from '../manifest/annotation';
import { mappingOf, numberOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import type { Timing } from '../timing/timing';
import { containersOf, environmentOf } from './pod';

/** The annotation in which a workload carries the timing it was made with. */
export const TIMING = 'holdfast/timing';

/** The heartbeat of an application, and how it became known. */
export interface Heartbeat {
  readonly pingIntervalSeconds: number;
  readonly pingTimeoutSeconds: number;
  /** The longest silence of a healthy connection: interval + timeout. */
  readonly seconds: number;
  /** For messages: `pingInterval 25 s + pingTimeout 20 s (Socket.IO's defaults)`. */
  readonly words: string;
}

/**
 * Added where a timeout must outlast the heartbeat: the least that leaves a late packet time to arrive.
 */
export const LEAST_MARGIN_SECONDS = 10;

/** Added where a value is proposed: the documented, recommended margin. */
const MARGIN_SECONDS = 30;

/** Socket.IO's own. @see https://socket.io/docs/v4/server-options/#pinginterval */
const DEFAULTS = { pingIntervalSeconds: 25, pingTimeoutSeconds: 20 };

/** The timing a workload was made with; `undefined` where it carries none, or none that can be read. */
export function carriedTiming(workload: Manifest): Timing | undefined {
  const text = annotationOf(workload, TIMING);
  if (text === undefined || timingProblem(text) !== undefined) return undefined;
  return JSON.parse(text) as Timing;
}

const SECONDS = [
  'pingIntervalSeconds',
  'pingTimeoutSeconds',
  'effectivePingTimeoutSeconds',
  'marginSeconds',
  'idleTimeoutSeconds',
  'maxConnectionLifetimeSeconds',
  'endpointDetachSeconds',
  'preStopSeconds',
  'drainSeconds',
  'shutdownSeconds',
  'startupSeconds',
  'workerShutdownTimeoutSeconds',
  'terminationGracePeriodSeconds',
  'connectionDrainingSeconds',
  'affinityTtlSeconds',
  'presenceTtlSeconds',
  'replayTtlSeconds',
  'keepAliveSeconds',
] as const satisfies readonly (keyof Timing)[];

/** What is wrong with the text of the annotation, if anything. */
export function timingProblem(text: string): string | undefined {
  let value: Readonly<Record<string, unknown>>;
  try {
    value = mappingOf(JSON.parse(text));
  } catch {
    return 'is no JSON';
  }
  const wrong = SECONDS.filter((name) => typeof value[name] !== 'number' || !((value[name] as number) >= 0));
  if (wrong.length > 0) return `has no usable ${wrong.slice(0, 3).join(', ')}${wrong.length > 3 ? ', …' : ''}`;
  const probes = (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).filter(
    (name) => numberOf(mappingOf(value[name]).periodSeconds) === undefined,
  );
  return probes.length > 0 ? `has no usable ${probes.join(', ')}` : undefined;
}

/** The heartbeat of a workload: from the annotation, else from the environment of a container, else Socket.IO's defaults. */
export function heartbeatOf(workload: Manifest): Heartbeat {
  const carried = carriedTiming(workload);
  if (carried !== undefined) return heartbeat(carried, `annotation ${TIMING}`);
  for (const container of containersOf(workload)) {
    const interval = numberOf(environmentOf(container, 'SOCKET_HEARTBEAT_INTERVAL_MS')?.value);
    const grace = numberOf(environmentOf(container, 'SOCKET_HEARTBEAT_GRACE_MS')?.value);
    if (interval === undefined && grace === undefined) continue;
    return heartbeat(
      {
        pingIntervalSeconds: interval === undefined ? DEFAULTS.pingIntervalSeconds : interval / 1000,
        pingTimeoutSeconds: grace === undefined ? DEFAULTS.pingTimeoutSeconds : grace / 1000,
      },
      `environment of container ${container.name}`,
    );
  }
  return heartbeat(DEFAULTS, 'Socket.IO’s defaults, because the workload names none');
}

/** The heartbeat that everything in front of these workloads must outlast: the longest. */
export function slowestHeartbeat(workloads: readonly Manifest[]): Heartbeat {
  return workloads
    .map(heartbeatOf)
    .reduce<Heartbeat>(
      (slowest, one) => (one.seconds > slowest.seconds ? one : slowest),
      workloads[0] === undefined
        ? heartbeat(DEFAULTS, 'Socket.IO’s defaults, because no workload is among these objects')
        : heartbeatOf(workloads[0]),
    );
}

/** The idle timeout to propose for a heartbeat. */
export function idleTimeoutFor(beat: Heartbeat): number {
  return Math.ceil(beat.seconds) + MARGIN_SECONDS;
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
