import { shutdownTimeline, type TimelineEvent, type Timing } from '../../../lib/timing';
import type { ClientRecord } from '../../live/support/swarm';
import type { Observer } from './observer';
import type { Life } from './pods';

/** How far a measured moment may be from the predicted one: two busy cores, and looks every 50 ms. */
export const TOLERANCE_SECONDS = 1;

/** How soon the kubelet begins: at once when it is idle, later when its machine is not. Everything after it counts from then. */
const REACTION_SECONDS = 3;

/** From when to when, in seconds after the deletion of the pod. */
type Span = readonly [number, number];

/** An event of the drawn timeline, and when it was. */
export interface Row {
  readonly event: string;
  readonly predicted: Span;
  readonly measured: Span;
  readonly agrees: boolean;
}

/**
 * Every event of the predicted timeline beside what was measured of one pod. An event that nothing here measures does not agree, so that the prediction
 * cannot grow beyond its proof.
 */
export function rowsOf(timing: Timing, life: Life, seen: Observer, clients: readonly ClientRecord[]): readonly Row[] {
  const deleted = life.deleted ?? Number.NaN;
  const after = (at: number | undefined) => ((at ?? Number.NaN) - deleted) / 1000;
  const step = (name: string) => after(life.steps.find((logged) => logged.step === name)?.at);
  const ended = (container: string) => {
    const ids = [...life.containers].filter(([, name]) => name === container).map(([id]) => id);
    return ids
      .flatMap((id) => seen.containers.of(id))
      .filter(({ what }) => what === 'exited')
      .at(-1);
  };
  const hooks = [...life.containers.keys()]
    .flatMap((id) => seen.containers.of(id))
    .filter(({ what, at }) => what === 'hook started' && at >= deleted - 1000)
    .map(({ at }) => after(at));
  const application = [...life.containers.values()].find((name) => name !== 'nginx') ?? '';
  const closings = clients
    .flatMap(({ events }) => events)
    .filter(
      ({ what, pod, at }) => what === 'disconnected' && pod === life.name && at >= deleted && at <= (life.gone ?? 0),
    )
    .map(({ at }) => after(at))
    .sort((a, b) => a - b);
  const [app, nginx] = [ended(application), ended('nginx')];
  const gone = after(life.gone);
  const drained = step('drained');

  const known: readonly (readonly [RegExp, Span, (event: TimelineEvent, span: Span) => boolean])[] = [
    [
      /^pod: /,
      [Math.min(...hooks), Math.max(...hooks)],
      (_event, [from, to]) => hooks.length === 2 && from < REACTION_SECONDS && to - from <= TOLERANCE_SECONDS,
    ],
    [
      /^balancer: may still send/,
      [0, after(seen.removed.get(life.address ?? ''))],
      (event, [, to]) => to <= event.untilSeconds + TOLERANCE_SECONDS,
    ],
    [
      /^balancer: leaves existing/,
      [0, closings.at(-1) ?? 0],
      (event, [, to]) => to <= event.untilSeconds + TOLERANCE_SECONDS,
    ],
    [
      /^nginx: drain flag up/,
      [after(seen.unready(life)), after(seen.unready(life))],
      // A pod without connections is gone before anybody looks.
      (event, span) => exactly(event, span) || (closings.length === 0 && Number.isNaN(span[0])),
    ],
    [/^application: SIGTERM/, [step('SIGTERM'), step('SIGTERM')], exactly],
    [
      /^application: closes its connections/,
      [closings[0] ?? step('notified'), drained],
      // Without connections there is nothing to wait for; with them it takes the whole window, and the first has its turn in the middle of its share.
      (event, span) =>
        closings.length === 0 ? within(event, span) : exactly(afterHalfAShare(event, closings.length), span),
    ],
    [
      /^application: flushes/,
      [drained, after(app?.at)],
      (event, [, to]) => app?.code === 0 && to <= event.untilSeconds + TOLERANCE_SECONDS,
    ],
    [
      /^nginx: SIGQUIT/,
      [after(nginx?.at), after(nginx?.at)],
      (event, [from, to]) =>
        nginx?.code === 0 && from >= after(app?.at) - 0.1 && to <= event.untilSeconds + TOLERANCE_SECONDS,
    ],
    // It comes to nothing.
    [/^kubelet: SIGKILL/, [gone, gone], (event, [, to]) => to < event.atSeconds],
  ];
  const reaction = Math.max(0, Math.min(...hooks));
  return shutdownTimeline(timing).map((event) => {
    const name = `${event.actor}: ${event.event}`;
    const [, span, agrees] = known.find(([pattern]) => pattern.test(name)) ?? [];
    const [from, to] = (span ?? [Number.NaN, Number.NaN]).map((seconds) => Math.round(seconds * 100) / 100);
    const measured: Span = [from as number, to as number];
    return {
      event: name,
      predicted: [event.atSeconds, event.untilSeconds] as Span,
      measured,
      agrees: agrees?.(later(event, reaction), measured) ?? false,
    };
  });
}

function later(event: TimelineEvent, seconds: number): TimelineEvent {
  return { ...event, atSeconds: event.atSeconds + seconds, untilSeconds: event.untilSeconds + seconds };
}

function afterHalfAShare(event: TimelineEvent, connections: number): TimelineEvent {
  const share = (event.untilSeconds - event.atSeconds) / connections;
  return { ...event, atSeconds: event.atSeconds + share / 2 };
}

/** Begins and ends when predicted. */
function exactly(event: TimelineEvent, [from, to]: Span): boolean {
  return (
    Math.abs(from - event.atSeconds) <= TOLERANCE_SECONDS && Math.abs(to - event.untilSeconds) <= TOLERANCE_SECONDS
  );
}

/** Neither begins before nor ends after what is predicted. */
function within(event: TimelineEvent, [from, to]: Span): boolean {
  return from >= event.atSeconds - TOLERANCE_SECONDS && to <= event.untilSeconds + TOLERANCE_SECONDS;
}

/** How many pods were ready and not told to end, just before `at`. */
export function readyAt(lives: readonly Life[], at: number): number {
  return lives.filter(
    ({ deleted = Number.POSITIVE_INFINITY, readiness }) =>
      deleted >= at && readiness.filter((change) => change.at < at).at(-1)?.ready === true,
  ).length;
}
