import { annotationOf } from '../manifest/annotation';
import type { Bundle } from '../manifest/bundle';
import { numberOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { CONTRACT } from '../timing/contract';
import { RECOMMENDED_MARGIN_SECONDS, SOCKET_IO_HEARTBEAT } from '../timing/fixed';
import { readTimingAnnotation, TIMING_ANNOTATION } from '../timing/read-timing';
import type { Timing } from '../timing/timing';
import type { Entrance } from './entrance';
import { entrancesTo } from './entrances';
import { containersOf, environmentOf } from './pod';
import { type Recognized, recognized, writtenHeartbeat } from './servers/all';
import { protocolOfPath } from './servers/protocols';
import type { KnownHeartbeat, Protocol } from './servers/server';

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
  /** It is told by the manifests, or by the software that they run; otherwise it is a guess. */
  readonly known: boolean;
  /** The answer is waited for by a poll, so that its time adds up to the silence. Elsewhere whatever is sent in either direction ends it. */
  readonly polls: boolean;
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

/**
 * The heartbeat of a workload: from the annotation, the environment of a container, the software that it runs, the path under which clients come; else
 * Socket.IO's defaults.
 */
export function heartbeatOf(bundle: Bundle, workload: Manifest): Heartbeat {
  const carried = carriedTiming(workload);
  if (carried !== undefined) return socketIo(carried, `annotation ${TIMING}`);
  for (const container of containersOf(workload)) {
    const interval = numberOf(environmentOf(container, CONTRACT.heartbeatIntervalMs.variable)?.value);
    const grace = numberOf(environmentOf(container, CONTRACT.heartbeatGraceMs.variable)?.value);
    if (interval === undefined && grace === undefined) continue;
    return socketIo(
      {
        pingIntervalSeconds: interval === undefined ? SOCKET_IO_HEARTBEAT.pingIntervalSeconds : interval / 1000,
        pingTimeoutSeconds: grace === undefined ? SOCKET_IO_HEARTBEAT.pingTimeoutSeconds : grace / 1000,
      },
      `environment of container ${container.name}`,
    );
  }
  const found = recognized(workload);
  if (found?.server.heartbeat !== undefined) return ofServer(bundle, workload, found, found.server.heartbeat);
  return ofPaths(entrancesTo(bundle, workload)) ?? guessed('because the workload names none');
}

/** The heartbeat that everything in front of these workloads must outlast: the longest. */
export function slowestHeartbeat(
  bundle: Bundle,
  workloads: readonly Manifest[],
  entrances: readonly Entrance[] = [],
): Heartbeat {
  const [first, ...others] = workloads.map((workload) => heartbeatOf(bundle, workload));
  if (first === undefined) return ofPaths(entrances) ?? guessed('because no workload is among these objects');
  return others.reduce((slowest, one) => (one.seconds > slowest.seconds ? one : slowest), first);
}

function ofServer(bundle: Bundle, workload: Manifest, found: Recognized, usual: KnownHeartbeat): Heartbeat {
  const written = writtenHeartbeat(bundle, workload, found);
  const from = written.interval?.words ?? written.grace?.words;
  return heartbeat(
    found.server.protocol,
    {
      ...usual,
      seconds: written.interval?.seconds ?? usual.seconds,
      graceSeconds: written.grace?.seconds ?? usual.graceSeconds ?? 0,
    },
    from ?? `what ${found.server.name} does by default`,
  );
}

/** Of several paths the one that is silent for longest. */
function ofPaths(entrances: readonly Entrance[]): Heartbeat | undefined {
  return entrances
    .flatMap(({ reference }) => reference.paths)
    .flatMap((path) => {
      const known = protocolOfPath(path);
      return known?.heartbeat === undefined
        ? []
        : [heartbeat(known.protocol, known.heartbeat, `what ${known.protocol} does by default, known by path ${path}`)];
    })
    .reduce<Heartbeat | undefined>(
      (slowest, one) => (slowest !== undefined && slowest.seconds >= one.seconds ? slowest : one),
      undefined,
    );
}

/** The idle timeout to propose for a heartbeat. */
export function idleTimeoutFor(beat: Heartbeat): number {
  return Math.ceil(beat.seconds) + RECOMMENDED_MARGIN_SECONDS;
}

function guessed(why: string): Heartbeat {
  return { ...socketIo(SOCKET_IO_HEARTBEAT, `Socket.IO’s defaults, ${why}`), known: false };
}

function socketIo(of: Pick<Timing, 'pingIntervalSeconds' | 'pingTimeoutSeconds'>, from: string): Heartbeat {
  const { pingIntervalSeconds: seconds, pingTimeoutSeconds: graceSeconds } = of;
  return heartbeat('Socket.IO', { seconds, graceSeconds }, from);
}

function heartbeat(
  protocol: Protocol,
  { seconds, graceSeconds = 0, by = 'server' }: KnownHeartbeat,
  from: string,
): Heartbeat {
  const polls = protocol === 'Socket.IO';
  return {
    pingIntervalSeconds: seconds,
    pingTimeoutSeconds: graceSeconds,
    seconds: seconds + (polls ? graceSeconds : 0),
    words: polls
      ? `pingInterval ${seconds} s + pingTimeout ${graceSeconds} s (${from})`
      : `a sign of life ${by === 'server' ? '' : 'of the client '}every ${seconds} s (${from})`,
    known: true,
    polls,
  };
}
