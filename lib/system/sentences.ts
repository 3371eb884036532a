import { type Bundle, namespaceOf } from '../manifest/bundle';
import { numberOf, printPath, valueAt, wordsOf } from '../manifest/field';
import { groupedBy } from '../manifest/grouped';
import type { Manifest } from '../manifest/manifest';
import { balancerNamed, limitsOf } from '../timing/limits';
import { bindingOf } from './backend-binding';
import { isGkeIngress } from './backend-config';
import { maxUnavailableOf, strategyOf } from './claims';
import { closedEntrances } from './closed';
import type { Entrance } from './entrance';
import { evidenceAt, servedEntrances, servedSettings } from './evidence';
import { carriedTiming, slowestHeartbeat } from './heartbeat';
import { isGoogle } from './platforms/all';
import type { Setting } from './platforms/platform';
import { leastPods } from './scaling';
import { shutBecause } from './shut';
import { plainPath } from './thread/asked';

/** What happens to a connection, in one sentence for each way of long connections. */
export function sentencesOf(bundle: Bundle): readonly string[] {
  const places = [...groupedBy(servedEntrances(bundle), placeOf)];
  const sentences = places.flatMap(([place, entrances]) => {
    // Services behind one host have timeouts of their own, each at the path that leads there; those that share a path are one way.
    const services = [...groupedBy(entrances, ({ service }) => service).values()];
    const ways = [...groupedBy(services, ([first]) => plainPath(first?.reference.paths[0] ?? '/'))];
    return ways.map(([path, members]) =>
      sentence(bundle, ways.length === 1 ? place : `${place}${path}`, members.flat()),
    );
  });
  return [...new Set(sentences)];
}

/** Where clients come to; without a host, the Service that they reach. */
function placeOf({ reference, service }: Entrance): string {
  return (
    reference.hosts[0] ??
    `Service ${namespaceOf(service) === '' ? '' : `${namespaceOf(service)}/`}${service.metadata.name}`
  );
}

function sentence(bundle: Bundle, way: string, entrances: readonly Entrance[]): string {
  const shut = closed(bundle, way, entrances);
  if (shut !== undefined) return shut;
  const workloads = [...new Set(entrances.flatMap((entrance) => entrance.workloads))];
  const settings = [...servedSettings(bundle, 'timeout'), ...servedSettings(bundle, 'lifetime')].filter(
    (setting) =>
      setting.entrances.some((entrance) => entrances.includes(entrance)) ||
      (setting.entrances.length === 0 && setting.workloads.some((one) => workloads.includes(one))),
  );
  const waiting = [...settings.map(asWritten), ...entrances.flatMap((entrance) => untold(bundle, entrance, settings))];
  const parts = [lives(waiting, entrances), survives(waiting, entrances), beats(bundle, workloads, entrances)];
  const moved = workloads.flatMap((workload) => moves(bundle, workload) ?? []);
  return `A connection to ${way} ${[...parts, ...moved].filter((part) => part !== undefined).join('; ')}.`;
}

/** Where no connection ever opens there is none whose life could be told. */
function closed(bundle: Bundle, way: string, entrances: readonly Entrance[]): string | undefined {
  const reasons = entrances.map((entrance) => shutBecause(bundle, entrance));
  if (!reasons.includes(undefined)) return `No connection to ${way} ever opens, because ${reasons[0]}.`;
  const switches = entrances.flatMap((entrance) => closedEntrances(bundle).get(entrance) ?? []);
  const [first] = switches;
  if (first === undefined || switches.length < entrances.length) return undefined;
  const { object, words } = first;
  const polls = entrances.some((entrance) => evidenceAt(bundle, entrance).sessions);
  return `No WebSocket to ${way} ever opens, because ${object.kind} ${object.metadata.name} has ${words}${polls ? '; clients that can poll stay on polling' : ''}.`;
}

/** How long a balancer waits, and where that is written. */
interface Waiting {
  readonly meaning: Setting['meaning'];
  readonly seconds: number;
  readonly unreadable: boolean;
  readonly because: string;
}

function asWritten(setting: Setting): Waiting {
  const { meaning, unreadable, seconds, knob } = setting;
  return {
    meaning,
    unreadable,
    seconds: seconds ?? knob.defaultSeconds ?? Number.POSITIVE_INFINITY,
    because: because(setting),
  };
}

/** What holds where the whole object is missing that would say how long: nobody names a BackendConfig, or no policy targets the Service. */
function untold(bundle: Bundle, entrance: Entrance, settings: readonly Setting[]): readonly Waiting[] {
  const { controller, service } = entrance;
  // The others are told how long where they are told that they are there at all.
  const timeout = controller === 'other' || !isGoogle(controller) ? 'none' : limitsOf(controller).timeout;
  if (typeof timeout === 'string' || timeout.defaultSeconds === undefined || bundle.incomplete) return [];
  if (settings.some(({ entrances }) => entrances.includes(entrance))) return [];
  // One that is named may be kept elsewhere; one that is named for another port tells nothing.
  if (isGkeIngress(controller) && !['none', 'unmatched'].includes(bindingOf(bundle, entrance).state)) return [];
  const { meaning, defaultSeconds, field } = timeout;
  const where = `for Service ${service.metadata.name}`;
  return [{ meaning, seconds: defaultSeconds, unreadable: false, because: `${field} ${where} is not written` }];
}

/** How old it may become. */
function lives(waiting: readonly Waiting[], entrances: readonly Entrance[]): string {
  const [shortest] = waiting
    .filter(({ meaning, seconds }) => meaning === 'lifetime' && Number.isFinite(seconds))
    .sort((a, b) => a.seconds - b.seconds);
  const capped = entrances.flatMap(({ controller }) => (controller === 'other' ? [] : [controller]));
  const cap = Math.min(Number.POSITIVE_INFINITY, ...capped.map((kind) => limitsOf(kind).lifetimeCapSeconds));
  if (shortest !== undefined && shortest.seconds <= cap) {
    return `lives at most ${span(shortest.seconds)}, because ${shortest.because}`;
  }
  if (Number.isFinite(cap))
    return `lives at most ${span(cap)}, because ${balancerNamed(capped[0] as never)} ends it then`;
  // Nothing is written for a controller that is known: whatever it is told elsewhere, it is not told an age.
  return capped.length > 0 ? 'lives as long as its pod' : 'goes through a controller that is not known here';
}

/** For how long it may be silent. */
function survives(waiting: readonly Waiting[], entrances: readonly Entrance[]): string | undefined {
  const [shortest] = waiting
    .filter(({ meaning, unreadable }) => meaning === 'idle' && !unreadable)
    .sort((a, b) => a.seconds - b.seconds);
  if (shortest !== undefined) {
    return `it survives silence of ${span(shortest.seconds)}, because ${shortest.because}`;
  }
  const kinds = entrances.flatMap(({ controller }) => (controller === 'other' ? [] : [controller]));
  const unknown = kinds.find((kind) => limitsOf(kind).timeout === 'undocumented');
  if (unknown !== undefined) return `what silence does to it behind ${balancerNamed(unknown)} is not documented`;
  return kinds.length > 0 && kinds.every((kind) => limitsOf(kind).timeout === 'none')
    ? 'no silence ends it there'
    : undefined;
}

function beats(bundle: Bundle, workloads: readonly Manifest[], entrances: readonly Entrance[]): string | undefined {
  const beat = slowestHeartbeat(bundle, workloads, entrances);
  return beat.known
    ? `it is silent for ${span(beat.pingIntervalSeconds)} at a time`
    : 'how long it is silent is not known';
}

/** The most pods whose moves are counted one by one. */
const MOST_PODS = 500;

/**
 * How often a rollout moves a client: whoever is moved off an old pod lands on any pod, and where that is an old one as well, is moved again.
 */
export function movesInRollout(all: number, allAtOnce: number): number {
  // Among more pods the same share of them comes to the same, to less than a hundredth: whoever writes 10^300 replicas waits no longer.
  const pods = Math.min(all, MOST_PODS);
  const atOnce = Math.max(1, Math.ceil((allAtOnce * pods) / all));
  const expected = [0];
  for (let old = 1; old <= pods; old += 1) {
    const steps = Math.ceil(old / atOnce);
    let further = 0;
    for (let step = 1; step <= steps; step += 1) {
      const left = Math.max(0, old - step * atOnce);
      const share = (Math.min(old, step * atOnce) - (step - 1) * atOnce) / old;
      further += share * (left / pods) * (expected[left] ?? 0);
    }
    expected.push(1 + further);
  }
  return expected[pods] ?? 0;
}

function moves(bundle: Bundle, workload: Manifest): string | undefined {
  const pods = leastPods(bundle, workload);
  const called = `${workload.kind} ${workload.metadata.name}`;
  if (workload.kind === 'DaemonSet' || pods < 1) return undefined;
  if (pods === 1 || strategyOf(workload) === 'Recreate') return `a rollout of ${called} moves every client once`;
  const surge = workload.kind === 'Deployment' ? surgeOf(workload, pods) : 0;
  const missing = workload.kind === 'Deployment' ? maxUnavailableOf(workload, pods).pods : 1;
  const atOnce = Math.min(pods, Math.max(1, surge + missing));
  const steps = Math.ceil(pods / atOnce);
  const startup = carriedTiming(workload)?.startupSeconds;
  const within = startup === undefined ? `in ${steps} steps` : `within ${span(steps * startup)}`;
  return `a rollout of ${called} moves every client ${movesInRollout(pods, atOnce).toFixed(1)} times ${within}`;
}

function surgeOf(workload: Manifest, pods: number): number {
  const written = valueAt(workload, ['spec', 'strategy', 'rollingUpdate', 'maxSurge']) ?? '25%';
  const share = /^(\d+)%$/.exec(wordsOf(written))?.[1];
  return share === undefined ? (numberOf(written) ?? 0) : Math.ceil((pods * Number(share)) / 100);
}

function because({ object, knob, path, words, seconds }: Setting): string {
  const where = `of ${object.kind} ${object.metadata.name}`;
  if (seconds === undefined) return `${knob.field} ${where} is not written`;
  // Some are told the same in one of several places.
  const [, label = path[1] === 'annotations' ? path.at(-1) : printPath(path), said] =
    /^(?:(.*): )?(.*)$/.exec(words) ?? [];
  return `${label} ${where} says ${said}`;
}

function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'any length';
  if (seconds >= 7200 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds >= 300 && seconds % 60 === 0) return `${seconds / 60} min`;
  return `${Number(seconds.toFixed(1))} s`;
}
