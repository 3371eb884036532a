import { checkInteger } from '../input/kubernetes';
import { type Reader, reader, settled } from '../input/settings';
import { flag, optional, type Shape } from '../input/shape';
import type { Timing } from './durations';
import { timingOf } from './read-timing';

/** Something that happens while a pod shuts down. */
export interface TimelineEvent {
  /** Seconds after the deletion of the pod. */
  readonly atSeconds: number;
  /** When it is over; the same as `atSeconds` for what happens at once. */
  readonly untilSeconds: number;
  readonly actor: 'pod' | 'balancer' | 'application' | 'nginx' | 'kubelet';
  readonly event: string;
}

/** What stands in the pod that goes. */
export interface TimelineOptions {
  /** An nginx before the application, as a sidecar that outlives it. @default true */
  readonly proxy?: boolean;
}

const SHAPE: Shape<TimelineOptions> = { proxy: optional(flag) };
const readOptions: Reader<TimelineOptions, Required<TimelineOptions>> = reader(
  SHAPE,
  (_problems, { proxy = true }) => ({ proxy }),
  (problems) => problems.at('options'),
);

/** What a page or a terminal could show at all. */
const MOST_COLUMNS = 1000;

/**
 * A shutdown, second by second, from the deletion of the pod to the latest moment at which it can still exist.
 *
 * @throws {TimingError} when the timing is none that `deriveTiming` could return
 * @throws {InvalidInputError} with everything that is wrong with the options
 */
export function shutdownTimeline(timing: Timing, options: TimelineOptions = {}): readonly TimelineEvent[] {
  timingOf(timing);
  const { proxy } = settled((problems) => readOptions(problems, options));
  const flag = timing.preStopSeconds;
  const drained = flag + timing.drainSeconds;
  const gone = drained + timing.shutdownSeconds;
  const killed = timing.terminationGracePeriodSeconds;
  const event = (actor: TimelineEvent['actor'], atSeconds: number, untilSeconds: number, text: string): TimelineEvent =>
    Object.freeze({ atSeconds, untilSeconds, actor, event: text });
  return Object.freeze([
    event('pod', 0, 0, 'deleted; endpoint removal and every preStop begin together'),
    event('balancer', 0, timing.endpointDetachSeconds, 'may still send new connections; the pod serves them'),
    event('balancer', 0, timing.connectionDrainingSeconds, 'leaves existing connections alone (connection draining)'),
    event(proxy ? 'nginx' : 'pod', flag, flag, 'drain flag up: new sessions get 503, live ones go on'),
    event('application', flag, flag, 'SIGTERM'),
    event('application', flag, drained, 'closes its connections a few at a time'),
    event('application', drained, gone, 'flushes, closes its stores, exits'),
    ...(proxy ? [event('nginx', gone, gone, 'SIGQUIT; nothing left to serve, exits')] : []),
    event('kubelet', killed, killed, 'SIGKILL for whatever is left'),
  ]);
}

/**
 * The timeline of a timing as text.
 *
 * @param columns how wide its bars are, 1 to 1000; words and seconds stand beside them
 * @throws {TimingError} when the timing is none that `deriveTiming` could return
 * @throws {InvalidInputError} with everything that is wrong with the width or the options
 */
export function drawTimeline(timing: Timing, columns = 40, options: TimelineOptions = {}): string {
  settled((problems) => checkInteger(problems, 'columns', columns, 1, MOST_COLUMNS));
  return drawEvents(shutdownTimeline(timing, options), columns);
}

/** Events as text: a row each, its seconds, and a bar on one time axis. */
export function drawEvents(events: readonly TimelineEvent[], columns = 40): string {
  const end = Math.max(...events.map((e) => e.untilSeconds), 1);
  const column = (seconds: number) => Math.round((seconds / end) * (columns - 1));
  const span = (e: TimelineEvent) =>
    e.untilSeconds > e.atSeconds ? `${e.atSeconds}–${e.untilSeconds} s` : `${e.atSeconds} s`;
  const width = Math.max(...events.map((e) => span(e).length));
  return events
    .map((e) => {
      const from = column(e.atSeconds);
      const to = column(e.untilSeconds);
      const mark = to > from ? '━'.repeat(to - from + 1) : '●';
      const bar = (' '.repeat(from) + mark).padEnd(columns);
      return `${span(e).padStart(width)}  ${bar}  ${e.actor}: ${e.event}`;
    })
    .join('\n');
}
