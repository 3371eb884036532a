import { setMaxListeners } from 'node:events';
import { InvalidInputError, shown } from '../../input/problems';
import { listOf, mappingOf, textOf, valueAt } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { carriedTiming } from '../../system/heartbeat';
import type { Timing } from '../../timing/timing';
import type { ApiAnswer, Cluster } from '../ask/cluster';
import type { Asked } from '../evidence';
import { livesOf } from '../facts/clocks';
import { carries, type Live, type LivePod } from '../facts/live';
import { graceOf, isReady } from '../facts/pods';
import { View } from '../facts/view';
import { reasonOf } from '../inside/collect';
import { objectPath } from '../inside/kinds';
import { portsToAsk } from '../inside/way';
import { watchOne } from '../probes/idle';
import { Pace, pause } from '../reach/pace';
import type { Target } from '../reach/target';
import { Wire } from '../reach/wire';

/** The most sockets of one look, on all pods together. */
const MOST_SOCKETS = 40;
/** Those of one pod: enough to see whether they are closed one after the other. */
const MOST_ON_ONE = 12;
/** Every fourth socket of a look answers its pings at once; one that dawdles is closed for that, whatever happens to its pod. */
const PROMPT = 4;
/** How long the last socket is there before something happens to all, and how long after the last may be gone. */
const BEFORE_MS = 1500;
const AFTER_MS = 5000;

/** How one socket on a pod ended, in seconds after the eviction; `stayed` where it did not. */
export interface SocketEnd {
  readonly after: number;
  readonly how: 'closed' | 'cut' | 'stayed';
}

/** What happened to one pod. */
export interface PodDisrupted {
  readonly pod: string;
  readonly evicted: boolean;
  /** Why it was not evicted, such as a budget; empty where it was, or was not to be. */
  readonly refused: string;
  readonly sockets: readonly SocketEnd[];
  /** Seconds after the eviction until the pod was gone, and until as many as before were ready again. */
  readonly gone: number | undefined;
}

export interface Disruption {
  /** What the workload says of its own shutdown; `undefined` where it says nothing. */
  readonly timing: Timing | undefined;
  readonly graceSeconds: number;
  readonly pods: readonly PodDisrupted[];
  /** Seconds until as many pods as before were ready again. */
  readonly whole: number | undefined;
}

/**
 * The pods that `pod`, `pod=<name>` or `zone=<zone>` means.
 *
 * @throws {InvalidInputError} that says which there are
 */
export function podsMeant(live: Live, what: string): readonly LivePod[] {
  const ready = live.staying.filter((pod) => pod.ready);
  const names = ready.map(({ name }) => name).join(', ') || 'none';
  const [kind, value] = what.split('=');
  if (kind === 'pod' && ready.length > 0) {
    const found = value === undefined ? ready.slice(-1) : ready.filter(({ name }) => name === value);
    if (found.length > 0) return found;
  }
  if (kind === 'pod')
    throw new InvalidInputError([`--disrupt ${shown(what)}: no pod like that is ready; ready: ${names}`]);
  if (kind !== 'zone' || value === undefined)
    throw new InvalidInputError([
      `--disrupt ${shown(what)} is nothing that is disrupted; give pod, pod=<name> or zone=<zone>`,
    ]);
  const zones = zonesOf(live);
  const found = ready.filter(({ name }) => zones.get(name) === value);
  if (found.length > 0) return found;
  const known = [...new Set(zones.values())].sort().join(', ') || 'none is told by the EndpointSlices';
  throw new InvalidInputError([`--disrupt ${shown(what)}: no ready pod is in that zone; zones: ${known}`]);
}

/** The zone of each pod, by the EndpointSlices. */
function zonesOf(live: Live): ReadonlyMap<string, string> {
  return new Map(
    live.bundle
      .ofKind('EndpointSlice')
      .flatMap((slice) => listOf(slice.endpoints))
      .flatMap((endpoint) => {
        const name = textOf(valueAt(endpoint, ['targetRef', 'name']));
        const zone = textOf(mappingOf(endpoint).zone);
        return name === undefined || zone === undefined ? [] : [[name, zone] as const];
      }),
  );
}

export interface DisruptOptions {
  readonly cluster: Cluster;
  readonly live: Live;
  readonly asked: Asked;
  readonly pods: readonly LivePod[];
  /** What is asked at a port of this machine that leads into a pod. */
  readonly targetAt: (port: number) => Target;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
  /** Milliseconds between two looks at the pods. @default 1000 */
  readonly everyMs?: number;
  /** How long the drain is watched at most, in seconds. @default - the grace period, and the start of another pod */
  readonly watchSeconds?: number;
}

/** Holds sockets on every pod, evicts some of the pods as a drain of their nodes does, budgets honoured, and writes down when each socket ended. */
export async function disrupt(options: DisruptOptions): Promise<Disruption> {
  const { cluster, live, pods, signal, progress } = options;
  // One for each socket.
  setMaxListeners(0, signal);
  const grace = graceOf(live.workload);
  const all = live.staying.filter((pod) => pod.ready);
  const [port] = portsToAsk(live);
  if (port === undefined)
    throw new InvalidInputError(['no container of these pods names a port that sockets could be opened at']);
  const each = Math.max(1, Math.min(MOST_ON_ONE, Math.floor(MOST_SOCKETS / all.length)));
  const begun = performance.now();
  const now = () => performance.now() - begun;
  let stop = (): void => {};
  const over = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const pace = new Pace();
  const opening: Promise<void>[] = [];
  progress(`${each} sockets on each of ${all.length} pods`);
  const held = await Promise.all(
    all.map(async (pod) => {
      const forwarded = await cluster.forward(pod.name, [port.port]);
      const local = forwarded.ports.get(port.port);
      if (local === undefined) throw new InvalidInputError([`no port-forward to ${pod.name}: ${forwarded.error}`]);
      const hop = `${pod.name}:${port.port} ${port.container}`;
      const wire = new Wire({
        target: options.targetAt(local),
        signal,
        timeoutMs: 5000,
        userAgent: `holdfast-doctor/${options.version}`,
        hop,
        pace,
        begun,
        sendSecrets: () => true,
      });
      const view = () => new View(options.asked, wire.evidence, hop);
      const lives = Array.from({ length: each }, (_none, i) => {
        let opened = (): void => {};
        const open = new Promise<void>((resolve) => {
          opened = resolve;
        });
        const life = watchOne({ wire, view }, i * PROMPT, i * 20, over, opened);
        // What does not open ends at once.
        opening.push(Promise.race([open, life]));
        return life;
      });
      return { pod, view, forwarded, lives };
    }),
  );
  try {
    // Through a slow way sockets open one after the other; one that opened after the eviction would be said to have stayed.
    await Promise.all(opening);
    await pause(BEFORE_MS, signal);
    const at = now();
    const answers = new Map<string, ApiAnswer>();
    for (const { name } of pods) {
      if (signal.aborted) break;
      progress(`evicting ${name}`);
      answers.set(name, await cluster.evict(name));
    }
    const gone = new Map<string, number>();
    const evicted = pods.filter(({ name }) => (answers.get(name)?.status ?? 0) < 300 && answers.has(name));
    const end = at + (options.watchSeconds ?? grace + 120) * 1000;
    let whole: number | undefined;
    while (
      !signal.aborted &&
      now() < end &&
      evicted.length > 0 &&
      (gone.size < evicted.length || whole === undefined)
    ) {
      await pause(options.everyMs ?? 1000, signal);
      const seen = await podsNow(options);
      if (seen === undefined) continue;
      for (const { name, object } of evicted)
        if (!gone.has(name) && !seen.uids.has(String(object.metadata.uid))) gone.set(name, (now() - at) / 1000);
      if (gone.size === evicted.length && seen.ready >= all.length) whole = (now() - at) / 1000;
    }
    await pause(Math.min(AFTER_MS, 5 * (options.everyMs ?? 1000)), signal);
    stop();
    await Promise.all(held.flatMap(({ lives }) => lives));
    return {
      timing: live.workload === undefined ? undefined : carriedTiming(live.workload),
      graceSeconds: grace,
      whole,
      pods: held.map(({ pod, view }) => {
        const answer = answers.get(pod.name);
        const good = evicted.some(({ name }) => name === pod.name);
        return {
          pod: pod.name,
          evicted: good,
          refused: answer === undefined || good ? '' : reasonOf(answer),
          gone: gone.get(pod.name),
          sockets: livesOf(view()).map(({ end: how, ended }) => ({
            after: Math.round((ended - at / 1000) * 10) / 10,
            how: how === 'ours' ? 'stayed' : how === 'frame' ? 'closed' : 'cut',
          })),
        };
      }),
    };
  } finally {
    stop();
    for (const { forwarded } of held) forwarded.close();
  }
}

/** The pods of the workload that are there, and how many of them are ready; `undefined` where nobody answers. */
async function podsNow({
  cluster,
  live,
}: DisruptOptions): Promise<{ readonly uids: ReadonlySet<string>; readonly ready: number } | undefined> {
  const answer = await cluster.get((objectPath('Pod', cluster.namespace, '') as string).replace(/\/$/, ''));
  if (answer.status !== 200) return undefined;
  const { items = [] } = JSON.parse(answer.body) as { items?: readonly Manifest[] };
  const labels = mappingOf(valueAt(live.workload, ['spec', 'selector', 'matchLabels']));
  const own = items.filter((pod) => carries(pod, labels));
  const ready = own.filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined).length;
  return { uids: new Set(own.map(({ metadata }) => String(metadata.uid))), ready };
}
