import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stoodStillMs } from '../../standstill';
import { RECONNECT_WITHIN_MS } from './criteria';
import type { Pod } from './pod';
import type { ClientEvent, ClientRecord, SwarmAnswer, Transport } from './swarm';

/** What one run did to its clients, in numbers. */
export interface RunReport {
  readonly run: string;
  readonly clients: Readonly<Record<Transport, number>>;
  /** Clients that were never connected. */
  readonly neverConnected: number;
  /** Connections that ended on a pod that was being replaced, or lost. */
  readonly dropped: number;
  /** Connections that ended anywhere else, by what they ran over. */
  readonly droppedElsewhere: { readonly webSocket: number; readonly polling: number };
  /** The most WebSockets that ended on one pod. */
  readonly largestDrop: number;
  /** `droppedElsewhere` of WebSockets as a part of all clients. */
  readonly churnElsewhere: number;
  /** How often Socket.IO was told not to come back. */
  readonly forbidden: number;
  /** Without the time in which the process of the clients itself stood still. */
  readonly reconnect: {
    readonly count: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly maxMs: number;
  };
  /** The most clients that came back within any one second, likewise. */
  readonly peakReconnectsPerSecond: number;
  /** The same of those seconds that no standstill comes before: what is overdue when a machine goes on happens at once. */
  readonly undisturbedPeak: number;
  readonly messages: { readonly acknowledged: number; readonly lost: number; readonly duplicates: number };
  /** From the deletion of a pod until nothing of it was left. */
  readonly podGoneAfterMs: readonly number[];
  /** What physics does not allow, and what was checked instead. */
  readonly notes: readonly string[];
}

/** So long a standstill bunches what was spread, and for so long after it clients come back who heard of their end together. */
const BUNCHES_MS = 300;
const AFTERMATH_MS = 2000;

/** Puts the numbers of a run together, prints them and writes them down. */
export function reportOf(
  run: string,
  answers: readonly SwarmAnswer[],
  pods: readonly Pick<Pod, 'name' | 'happened'>[],
  notes: readonly string[] = [],
): RunReport {
  const clients = answers.flatMap((answer) => answer.clients);
  const acknowledged = answers.reduce((sum, answer) => sum + answer.acknowledged.length, 0);
  const drops = clients.flatMap((client) =>
    client.events.filter(({ what }) => what === 'disconnected').map((event) => ({ client, event })),
  );
  const elsewhere = drops.filter(({ event }) => !wasEnding(pods, event));
  const overPolling = elsewhere.filter(({ client }) => client.transport === 'polling').length;
  const ofPods = drops
    .filter(({ client, event }) => client.transport !== 'polling' && wasEnding(pods, event))
    .reduce((sums, { event }) => sums.set(event.pod, (sums.get(event.pod) ?? 0) + 1), new Map<string, number>());
  const times = answers.flatMap(reconnectTimes).sort((a, b) => a - b);
  const report: RunReport = {
    run,
    clients: {
      websocket: count(clients, 'websocket'),
      upgraded: count(clients, 'upgraded'),
      polling: count(clients, 'polling'),
      plain: count(clients, 'plain'),
    },
    neverConnected: clients.filter(({ events }) => !events.some(({ what }) => what === 'connected')).length,
    dropped: drops.length - elsewhere.length,
    largestDrop: Math.max(0, ...ofPods.values()),
    droppedElsewhere: { webSocket: elsewhere.length - overPolling, polling: overPolling },
    churnElsewhere: (elsewhere.length - overPolling) / Math.max(1, clients.length),
    forbidden: drops.filter(({ event }) => event.active === false).length,
    reconnect: {
      count: times.length,
      p50Ms: percentile(times, 0.5),
      p99Ms: percentile(times, 0.99),
      maxMs: times.at(-1) ?? 0,
    },
    peakReconnectsPerSecond: peak(
      answers.flatMap(({ clients, stoodStill }) =>
        clients.flatMap(returns).map((at) => at - stoodStillMs(0, at, stoodStill)),
      ),
    ),
    undisturbedPeak: undisturbedPeak(answers),
    messages: {
      acknowledged,
      lost: clients.reduce((sum, { lost = 0 }) => sum + lost, 0),
      duplicates: clients.reduce((sum, { duplicates }) => sum + duplicates, 0),
    },
    podGoneAfterMs: pods.flatMap(({ happened: { deleted, nginxGone } }) =>
      deleted !== undefined && nginxGone !== undefined ? [nginxGone - deleted] : [],
    ),
    notes,
  };
  publish(run, report, [...inWords(report), ...answers.flatMap(troubled)]);
  return report;
}

function inWords(report: RunReport): readonly string[] {
  const { clients, dropped, droppedElsewhere, reconnect, messages, podGoneAfterMs } = report;
  return [
    `${clients.websocket + clients.upgraded} WebSocket and ${clients.polling} polling clients, ${report.neverConnected} never connected`,
    `${dropped} connections dropped on pods that ended; elsewhere ${droppedElsewhere.webSocket} WebSockets and ${droppedElsewhere.polling} polling sessions`,
    ...(reconnect.count > 0
      ? [
          `back after ${reconnect.p50Ms} ms (p50), ${reconnect.p99Ms} ms (p99), ${reconnect.maxMs} ms (last); at most ${report.peakReconnectsPerSecond} within one second`,
        ]
      : []),
    ...(messages.acknowledged > 0
      ? [`${messages.acknowledged} messages to everybody, ${messages.lost} lost, ${messages.duplicates} twice`]
      : []),
    ...(podGoneAfterMs.length > 0 ? [`pods gone after ${podGoneAfterMs.join(', ')} ms`] : []),
    ...report.notes,
  ];
}

/** Where the numbers are written. */
export const REPORTS = process.env.HOLDFAST_REPORTS ?? join(tmpdir(), 'holdfast-live-reports');

/** Writes numbers of any shape down, as `<run>.json`, and prints what they say. */
export function publish(run: string, numbers: object, inWords: readonly string[]): void {
  mkdirSync(REPORTS, { recursive: true });
  const file = join(REPORTS, `${run.replace(/[^a-z0-9]+/gi, '-')}.json`);
  writeFileSync(file, `${JSON.stringify(numbers, undefined, 2)}\n`);
  // Not console.log: Jest would put a stack trace around it.
  process.stdout.write(`\n${run}\n${inWords.map((line) => `  ${line}\n`).join('')}`);
}

export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** The most moments within any window of a second. */
export function peak(moments: readonly number[], windowMs = 1000): number {
  const sorted = [...moments].sort((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < sorted.length; to += 1) {
    while ((sorted[to] as number) - (sorted[from] as number) >= windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

function undisturbedPeak(answers: readonly SwarmAnswer[], windowMs = 1000): number {
  const moments = answers.flatMap(({ clients }) => clients.flatMap(returns));
  const gaps = answers.flatMap(({ stoodStill }) => stoodStill).filter(({ from, to }) => to - from > BUNCHES_MS);
  const counts = moments
    .filter((at) => !gaps.some(({ from, to }) => to > at - AFTERMATH_MS && from < at + windowMs))
    .map((at) => moments.filter((other) => other >= at && other < at + windowMs).length);
  return Math.max(0, ...counts);
}

/** When a client was connected again after it had been. */
export function returns({ events }: ClientRecord): number[] {
  return pairs(events).map(([, back]) => back.at);
}

/** What those clients went through who were away for longer than is documented or who lost messages, in milliseconds since they were first. */
function troubled({ clients, stoodStill }: SwarmAnswer): string[] {
  return clients.flatMap((client, index) => {
    const { events, transport, lost = 0 } = client;
    const longest = Math.max(0, ...reconnectTimes({ clients: [client], stoodStill }));
    const [first] = events;
    if (first === undefined || (lost === 0 && longest < RECONNECT_WITHIN_MS)) return [];
    const told = events.map(({ at, what, pod, reason = '' }) => `${at - first.at} ms ${what} ${pod} ${reason}`.trim());
    return [
      `client ${index} (${transport}, ${lost} lost) since ${new Date(first.at).toISOString()}: ${told.join(', ')}`,
    ];
  });
}

function reconnectTimes({ clients, stoodStill }: Pick<SwarmAnswer, 'clients' | 'stoodStill'>): number[] {
  return clients
    .flatMap(({ events }) => pairs(events))
    .map(([gone, back]) => back.at - gone.at - stoodStillMs(gone.at, back.at, stoodStill));
}

function pairs(events: readonly ClientEvent[]): [ClientEvent, ClientEvent][] {
  const found: [ClientEvent, ClientEvent][] = [];
  let gone: ClientEvent | undefined;
  for (const event of events) {
    if (event.what === 'disconnected') gone ??= event;
    if (event.what !== 'connected' || gone === undefined) continue;
    found.push([gone, event]);
    gone = undefined;
  }
  return found;
}

/** Was the pod that a connection ended on already on its way out? */
function wasEnding(pods: readonly Pick<Pod, 'name' | 'happened'>[], event: ClientEvent): boolean {
  const pod = pods.find(({ name }) => name === event.pod);
  const since = pod?.happened.deleted ?? pod?.happened.killed;
  return since !== undefined && since <= event.at;
}

function count(clients: readonly ClientRecord[], transport: Transport): number {
  return clients.filter((client) => client.transport === transport).length;
}
