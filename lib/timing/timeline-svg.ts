import { shown } from '../input/problems';
import { type Reader, reader, settled } from '../input/settings';
import { list, number, object, optional, type Shape, text } from '../input/shape';
import type { Timing } from './durations';
import { shutdownTimeline, type TimelineEvent } from './timeline';

/** When something of the timeline was seen to happen. */
export interface MeasuredMark {
  /** The {@link TimelineEvent.event} it belongs to, word for word. */
  readonly event: string;
  /** Seconds after the deletion of the pod. */
  readonly seconds: number;
}

/** What a picture of a shutdown shows beside the prediction. */
export interface TimelineSvgOptions {
  /** Above the picture. @default - a sentence with the grace period */
  readonly title?: string;
  /** What was measured, drawn as marks on the predicted row; several for one event are several marks. @default - nothing */
  readonly measured?: readonly MeasuredMark[];
}

const ROW = 34;
const TOP = 58;
const LEFT = 24;
const WIDTH = 900;
/** About the width of a letter of the labels. */
const LETTER = 6.4;
/** One colour an actor, which can be told apart in a light and in a dark page. */
const COLOURS: Readonly<Record<TimelineEvent['actor'], string>> = {
  pod: '#6b7280',
  balancer: '#2563eb',
  application: '#059669',
  nginx: '#d97706',
  kubelet: '#dc2626',
};

const SHAPE: Shape<TimelineSvgOptions> = {
  title: optional(text('A pod goes')),
  measured: optional(
    list(object<MeasuredMark>({ event: text('SIGTERM'), seconds: number(30) }), [{ event: 'SIGTERM', seconds: 30 }]),
  ),
};
const readOptions: Reader<TimelineSvgOptions, TimelineSvgOptions> = reader(
  SHAPE,
  (_problems, options) => ({ ...options }),
  (problems) => problems.at('options'),
);

/**
 * The timeline as a picture: a row an event with a bar on one time axis, and small triangles where it was measured. Plain SVG with its
 * own background, so that it can stand in a page, a report or a slide.
 *
 * @throws {TimingError} when the timing is none that `deriveTiming` could return
 * @throws {InvalidInputError} with everything that is wrong with the options: something measured is no event of the timeline, or has no time
 */
export function timelineSvg(timing: Timing, options: TimelineSvgOptions = {}): string {
  const events = shutdownTimeline(timing);
  const { measured = [], title = `A pod goes: ${timing.terminationGracePeriodSeconds} s at the most` } = settled(
    (problems) => {
      const read = readOptions(problems, options);
      for (const [i, { event, seconds }] of (read.measured ?? []).entries()) {
        const at = problems.at(`options.measured[${i}]`);
        if (!events.some((one) => one.event === event))
          at.add(
            'event',
            `${shown(event)} is no event of the timeline; it has ${events.map((e) => shown(e.event)).join(', ')}`,
          );
        if (!Number.isFinite(seconds))
          at.add('seconds', `${seconds} is no time; give seconds after the deletion of the pod`);
      }
      return read;
    },
  );
  const end = Math.max(...events.map((e) => e.untilSeconds), ...measured.map((m) => m.seconds), 1);
  const x = (seconds: number) => round(LEFT + (seconds / end) * (WIDTH - 2 * LEFT));
  const bottom = TOP + events.length * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 34}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${inXml(title)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="15" font-weight="600" fill="#111827">${inXml(title)}</text>`,
    measured.length === 0
      ? ''
      : `<text x="${LEFT}" y="42" fill="#4b5563">bars and circles: predicted · triangles: measured</text>`,
    ...ticks(end).map(
      (at) =>
        `<line x1="${x(at)}" y1="${TOP - 6}" x2="${x(at)}" y2="${bottom}" stroke="#e5e7eb"/><text x="${x(at)}" y="${bottom + 18}" text-anchor="middle" fill="#6b7280">${at} s</text>`,
    ),
    ...events.flatMap((e, row) => drawn(e, TOP + row * ROW, x, measured)),
    '</svg>',
    '',
  ]
    .filter((line, i, all) => line !== '' || i === all.length - 1)
    .join('\n');
}

function drawn(
  e: TimelineEvent,
  y: number,
  x: (seconds: number) => number,
  measured: readonly MeasuredMark[],
): string[] {
  const colour = COLOURS[e.actor];
  const middle = y + 22;
  const lasts = e.untilSeconds > e.atSeconds;
  const span = lasts ? `${e.atSeconds}–${e.untilSeconds} s` : `${e.atSeconds} s`;
  // A label begins where its row does; one that would run out of the picture ends there instead. None is longer than half of it.
  const width = (e.actor.length + e.event.length + span.length + 2) * LETTER;
  const right = x(e.untilSeconds);
  const place = x(e.atSeconds) + width <= WIDTH - LEFT ? `x="${x(e.atSeconds)}"` : `x="${right}" text-anchor="end"`;
  const label = `<text ${place} y="${y + 12}" fill="#111827"><tspan font-weight="600" fill="${colour}">${e.actor}</tspan> ${inXml(e.event)} <tspan fill="#6b7280">${span}</tspan></text>`;
  const bar = lasts
    ? `<rect x="${x(e.atSeconds)}" y="${middle - 4}" width="${round(x(e.untilSeconds) - x(e.atSeconds))}" height="8" rx="4" fill="${colour}"/>`
    : `<circle cx="${x(e.atSeconds)}" cy="${middle}" r="5" fill="${colour}"/>`;
  const marks = measured
    .filter(({ event }) => event === e.event)
    .map(
      ({ seconds }) =>
        `<path d="M${x(seconds)} ${middle + 1}l-4 8h8z" fill="#111827"><title>measured ${seconds} s</title></path>`,
    );
  return [label, bar, ...marks];
}

/** About eight round numbers on the axis. */
function ticks(end: number): readonly number[] {
  const step =
    [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1800, 3600].find((one) => end / one <= 9) ?? Math.ceil(end / 8);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text as it may stand in a picture. */
export function inXml(text: string): string {
  return text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] as string);
}
