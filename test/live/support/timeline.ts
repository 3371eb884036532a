import { shutdownTimeline, type TimelineEvent, type Timing } from '../../../lib';
import { stoodStillMs } from '../../standstill';
import { ask } from './app';
import type { Pod } from './pod';
import { publish } from './report';
import type { ClientRecord } from './swarm';

/** What was seen of a pod from outside while it ended, in milliseconds since the epoch. */
export interface Ending {
  readonly pod: Pod;
  /** When `/ready` first answered 503. */
  readonly unready: number | undefined;
  /** New sessions that the pod opened, and that it refused. */
  readonly opened: readonly number[];
  readonly refused: readonly number[];
}

/** How far a measured moment may be from the predicted one: two busy cores, and a look every 50 ms. Later than that by as much as the machine stood still meanwhile. */
const TOLERANCE_SECONDS = 1;

/** Asks a pod again and again, past the balancer, until nothing answers. Call it before the pod is deleted. */
export async function watchEnding(pod: Pod): Promise<Ending> {
  const seen: { unready: number | undefined; opened: number[]; refused: number[] } = {
    unready: undefined,
    opened: [],
    refused: [],
  };
  while (pod.happened.deleted === undefined) await pause();
  while (pod.happened.nginxGone === undefined) {
    await pause();
    const ready = await ask(`${pod.url}/ready`).catch(() => undefined);
    if (ready?.status === 503) seen.unready ??= Date.now();
    const opened = await open(pod);
    if (opened === 200) seen.opened.push(Date.now());
    if (opened === 503) seen.refused.push(Date.now());
  }
  return { pod, ...seen };
}

/** Opens a session and closes it again. */
async function open(pod: Pod): Promise<number | undefined> {
  const endpoint = `${pod.url}/socket.io/?EIO=4&transport=polling`;
  const answer = await ask(endpoint).catch(() => undefined);
  const sid = /"sid":"([^"]+)"/.exec(answer?.body ?? '')?.[1];
  if (sid !== undefined) await ask(`${endpoint}&sid=${sid}`, { method: 'POST', body: '1' }).catch(() => undefined);
  return answer?.status;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

/** From when to when something was measured, in seconds after the deletion. */
type Span = readonly [number, number];

/**
 * Compares each event of the predicted timeline with what was measured. An event that nothing here measures fails, so that the
 * prediction cannot grow beyond its proof.
 */
export function compareTimeline(timing: Timing, ending: Ending, clients: readonly ClientRecord[]): void {
  const { pod } = ending;
  const { happened, steps } = pod;
  const deleted = happened.deleted ?? Number.NaN;
  const after = (at: number | undefined) => ((at ?? Number.NaN) - deleted) / 1000;
  const still = (seconds: number) => stoodStillMs(deleted, deleted + seconds * 1000) / 1000;
  const byThen = (seconds: number, predicted: number) => seconds - still(seconds) <= predicted + TOLERANCE_SECONDS;
  const exactly = (event: TimelineEvent, [from, until]: Span) =>
    from >= event.atSeconds - TOLERANCE_SECONDS &&
    until >= event.untilSeconds - TOLERANCE_SECONDS &&
    byThen(from, event.atSeconds) &&
    byThen(until, event.untilSeconds);
  const within = (event: TimelineEvent, [from, until]: Span) =>
    from >= event.atSeconds - TOLERANCE_SECONDS && byThen(until, event.untilSeconds);
  const closings = clients
    .filter(({ transport }) => transport !== 'polling')
    .flatMap(({ events }) => events)
    .filter((event) => event.what === 'disconnected' && event.pod === pod.name)
    .map(({ at }) => after(at))
    .sort((a, b) => a - b);
  const first = closings[0] ?? Number.NaN;
  const last = closings.at(-1) ?? Number.NaN;
  const drained = after(steps.find(({ step }) => step === 'drained')?.at);
  const gone = after(happened.nginxGone);

  const measured: readonly (readonly [RegExp, Span, (event: TimelineEvent, span: Span) => boolean])[] = [
    [/^pod: deleted/, [0, 0], exactly],
    [
      /^balancer: may still send/,
      [0, after(happened.endpointRemoved)],
      // Removed in time, and whoever was sent here until then was served.
      (event, span) =>
        within(event, span) &&
        // Nobody was sent here where the machine stood still for most of that time.
        (ending.opened.some((at) => after(at) < event.untilSeconds) ||
          still(event.untilSeconds) > event.untilSeconds / 2) &&
        !ending.refused.some((at) => after(at) < event.untilSeconds),
    ],
    // Nothing but the application ended a connection.
    [/^balancer: leaves existing/, [0, last], (event, [, until]) => byThen(until, event.untilSeconds)],
    [
      /^nginx: drain flag up/,
      [after(ending.unready), after(ending.refused[0])],
      (event, span) => exactly(event, span) && ending.opened.every((at) => byThen(after(at), event.atSeconds)),
    ],
    [
      /^application: SIGTERM/,
      [after(happened.sigterm), after(steps.find(({ step }) => step === 'notified')?.at)],
      exactly,
    ],
    [
      /^application: closes its connections/,
      [first, Math.max(last, drained)],
      // Over the whole window, not at its beginning: the middle one is near its middle.
      (event, span) => {
        const middle = closings[Math.floor(closings.length / 2)] ?? Number.NaN;
        const predicted = (event.atSeconds + event.untilSeconds) / 2;
        return exactly(event, span) && middle > predicted - TOLERANCE_SECONDS && byThen(middle, predicted);
      },
    ],
    [/^application: flushes/, [drained, after(happened.appGone)], within],
    // Predicted at its latest: an application that needs less than its shutdown is gone sooner.
    [/^nginx: SIGQUIT/, [after(happened.sigquit), gone], (event, [, until]) => byThen(until, event.untilSeconds)],
    [
      /^kubelet: SIGKILL/,
      [gone, gone],
      (event, [, until]) => happened.killed === undefined && until - still(until) < event.atSeconds,
    ],
  ];

  const rows = shutdownTimeline(timing).map((event) => {
    const name = `${event.actor}: ${event.event}`;
    const [, span, agrees] = measured.find(([pattern]) => pattern.test(name)) ?? [];
    const numbers: Span = span ?? [Number.NaN, Number.NaN];
    return {
      event: name,
      predicted: [event.atSeconds, event.untilSeconds],
      measured: numbers.map((seconds) => Math.round(seconds * 100) / 100),
      agrees: agrees?.(event, numbers) ?? false,
    };
  });
  const span = (numbers: readonly number[]) => numbers.map((seconds) => seconds.toFixed(2)).join('–');
  publish(
    `predicted and measured end of ${pod.name}`,
    rows,
    rows.map((row) => `${span(row.predicted).padStart(11)} s  ${span(row.measured).padStart(11)} s  ${row.event}`),
  );
  expect(rows.filter(({ agrees }) => !agrees)).toEqual([]);
}
