import { numberOf } from '../../../manifest/field';
import { SHORTEST_LIFETIME_SECONDS } from '../../../timing/limits';
import type { LogLine } from '../../inside/cloud/balancer-log';
import { no, type Reading, yes } from '../observation';
import type { View } from '../view';
import { attributesNow, backendServices, cloud, logLines } from './told';

/** A WebSocket is logged when it ends, with the status of its beginning. */
const SWITCHED = 101;
/** Fewer say nothing about a clock. */
const SEVERAL = 3;
/** What a balancer needs to notice that a timer ran out, and a log to round. */
const LATE_SECONDS = 2;

/** What ends a connection at this balancer, and after how long. */
interface Timer {
  readonly counts: 'age' | 'silence';
  readonly seconds: number;
  readonly field: string;
}

/**
 * The timer of the balancer that was asked. Google's classic one counts the age of a WebSocket with timeoutSec, the others its silence.
 *
 * @see https://docs.cloud.google.com/load-balancing/docs/https/request-distribution#backend-service-timeout
 */
function timerOf(view: View): Timer | undefined {
  const [service] = backendServices(view);
  const timeout = numberOf(service?.timeoutSec);
  if (timeout !== undefined)
    return {
      counts: service?.loadBalancingScheme === 'EXTERNAL' ? 'age' : 'silence',
      seconds: timeout,
      field: `timeoutSec of backend service ${String(service?.name)}`,
    };
  const idle = Number(attributesNow(view)['idle_timeout.timeout_seconds']);
  return idle > 0 ? { counts: 'silence', seconds: idle, field: 'idle_timeout.timeout_seconds' } : undefined;
}

/** WebSockets that the balancer's own timer ended. Google says so; an ALB does not, and what ends just after its timeout ended by it. */
function timedOut(view: View, timer: Timer): readonly LogLine[] {
  const sockets = logLines(view).filter(({ status }) => status === SWITCHED);
  return backendServices(view).length > 0
    ? sockets.filter(({ details }) => details === 'backend_timeout')
    : sockets.filter(({ seconds }) => seconds >= timer.seconds && seconds <= timer.seconds + LATE_SECONDS);
}

const ages = (lines: readonly LogLine[]): string => {
  const sorted = lines.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const [first, last] = [sorted[0] ?? 0, sorted.at(-1) ?? 0].map((one) => one.toFixed(1));
  return first === last ? `${first} s` : `${first} s to ${last} s`;
};

/** How long a heartbeat lets a connection be silent, in seconds; 45 where none was heard, Engine.IO's own. @see https://socket.io/docs/v4/server-options/#pinginterval */
function silenceOf(view: View): number {
  const heard = view.heartbeat ?? view.hops.map((hop) => view.at(hop).heartbeat).find((one) => one !== undefined);
  return heard === undefined ? 45 : (heard.pingInterval + heard.pingTimeout) / 1000;
}

function cuts(view: View, counts: Timer['counts'], harmless: (timer: Timer) => boolean): Reading | undefined {
  const timer = timerOf(view);
  const asked = cloud(view, 'balancer log');
  if (timer === undefined || !logLines(view).some(({ status }) => status === SWITCHED)) return undefined;
  const found = timer.counts === counts ? timedOut(view, timer) : [];
  const words = `the balancer’s log has ${found.length} WebSockets that its timer ended`;
  if (found.length < SEVERAL || harmless(timer)) return no(words, asked);
  return yes(`${words}, at an age of ${ages(found)}: ${timer.field} is ${timer.seconds} s`, asked, timer.seconds);
}

export function cutAtOneAge(view: View): Reading | undefined {
  return cuts(view, 'age', ({ seconds }) => seconds >= SHORTEST_LIFETIME_SECONDS);
}

/** Whoever sleeps longer than any heartbeat permits is ended by right. */
export function cutAtOneSilence(view: View): Reading | undefined {
  return cuts(view, 'silence', ({ seconds }) => seconds >= silenceOf(view));
}

/** Answers that broke off before their first byte, while no pod ended: two sides of a kept connection that closed it at once. */
export function keepAliveRace(view: View): Reading | undefined {
  const { live } = view;
  const asked = cloud(view, 'balancer log');
  const lines = logLines(view);
  if (live === undefined || lines.length === 0 || backendServices(view).some(({ protocol }) => protocol === 'HTTP2'))
    return undefined;
  const endings = live.events.filter(({ reason }) => reason === 'Killing').map(({ last }) => last);
  const found = lines.filter(
    ({ status, details, seconds, at }) =>
      status === 502 &&
      details === 'backend_connection_closed_before_data_sent_to_client' &&
      seconds < 1 &&
      !endings.some((end) => Math.abs(end - Date.parse(at)) < 60_000),
  );
  return found.length < SEVERAL
    ? no(`${found.length} of ${lines.length} requests in the balancer’s log`, asked)
    : yes(`${found.length} requests ended in 502 before a byte came (${found[0]?.details}), while no pod ended`, asked);
}

/** Closes by status, reason and age, the most frequent first: `41 × 101 backend_timeout at 30.0 s to 30.1 s`. */
export function closesSaid(view: View): string | undefined {
  const lines = logLines(view);
  if (lines.length === 0) return undefined;
  const groups = new Map<string, LogLine[]>();
  for (const line of lines) {
    const key = `${line.status} ${line.details}`.trim();
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const told = [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  return told.map(([key, group]) => `${group.length} × ${key} at ${ages(group)}`).join(', ');
}
