import type { Cause, Likelihood } from './causes/cause';
import type { Observation, ObservationKind } from './facts/observation';

/** How often a cause shows what it is said to show. */
export const SHOWS: Readonly<Record<Likelihood, number>> = { must: 0.97, likely: 0.7, may: 0.07 };

/** How often something abnormal is seen for no reason at all; what is counted is fooled by chance more often than what is read. */
export const LEAK = { counted: 0.0005, read: 0.0003 };

/** How often an ordinary cause is there, before anything was seen. */
export const PRIOR = 0.01;

/** Causes that show the same in everything that was looked at: one hypothesis, named after the most frequent. */
export interface Hypothesis {
  readonly lead: Cause;
  /** The others; nothing that was seen tells them from the lead. */
  readonly alike: readonly Cause[];
}

export interface Ranked extends Hypothesis {
  /** That it is there, alone or with others. */
  readonly p: number;
}

export interface Ranking {
  /** All that anything speaks for, the most probable first. */
  readonly ranked: readonly Ranked[];
  /** The set of causes that explains everything best; empty where nothing is wrong. */
  readonly set: readonly Ranked[];
  /** That nothing is wrong. */
  readonly healthy: number;
}

const judged = ({ outcome }: Observation): boolean => outcome === 'yes' || outcome === 'no';

/**
 * Weighs every set of at most three causes: an abnormality is seen when one of them shows it, or by chance (noisy-or). A cause none
 * of whose certain signs was looked at can be neither named nor excluded, and is left out.
 */
export function rank(
  observations: readonly Observation[],
  causes: readonly Cause[],
  kinds: readonly ObservationKind[],
): Ranking {
  const seen = observations.filter(judged);
  const counted = new Set(kinds.filter(({ statistical }) => statistical).map(({ id }) => id));
  const hypotheses = group(seen, causes).filter(({ lead }) => speaksFor(lead, seen));
  const sets = [[], ...subsets(hypotheses, 3)].map((set) => ({ set, weight: weigh(set, seen, counted) }));
  const most = Math.max(...sets.map(({ weight }) => weight));
  const mass = sets.map(({ set, weight }) => ({ set, mass: Math.exp(weight - most) }));
  const total = mass.reduce((sum, one) => sum + one.mass, 0);
  const share = (has: (set: readonly Hypothesis[]) => boolean) =>
    mass.reduce((sum, one) => sum + (has(one.set) ? one.mass : 0), 0) / total;
  const ranked = hypotheses
    .map((one) => ({ ...one, p: share((set) => set.includes(one)) }))
    .sort((a, b) => b.p - a.p || (a.lead.code < b.lead.code ? -1 : 1));
  const best = mass.reduce((a, b) => (b.mass > a.mass ? b : a)).set;
  return {
    ranked,
    set: ranked.filter(({ lead }) => best.some((one) => one.lead === lead)),
    healthy: share((set) => set.length === 0),
  };
}

/** Joins what looks alike in everything that was looked at. */
function group(seen: readonly Observation[], causes: readonly Cause[]): readonly Hypothesis[] {
  const groups = new Map<string, Cause[]>();
  for (const cause of causes) {
    const profile = seen.map(({ id }) => cause.shows[id] ?? '');
    if (!profile.includes('must')) continue;
    const key = profile.join();
    groups.set(key, [...(groups.get(key) ?? []), cause]);
  }
  return [...groups.values()].map((all) => {
    const [lead, ...alike] = [...all].sort((a, b) => (b.weight ?? 1) - (a.weight ?? 1) || (a.code < b.code ? -1 : 1));
    return { lead: lead as Cause, alike };
  });
}

function speaksFor(cause: Cause, seen: readonly Observation[]): boolean {
  return seen.some(({ id, outcome }) => outcome === 'yes' && cause.shows[id] !== undefined);
}

/** The logarithm of how well these causes together explain what was seen. */
function weigh(set: readonly Hypothesis[], seen: readonly Observation[], counted: ReadonlySet<string>): number {
  let weight = 0;
  for (const { lead } of set) weight += Math.log(PRIOR * (lead.weight ?? 1));
  for (const { id, outcome } of seen) {
    let not = 1 - (counted.has(id) ? LEAK.counted : LEAK.read);
    for (const { lead } of set) {
      const shows = lead.shows[id];
      if (shows !== undefined) not *= 1 - SHOWS[shows];
    }
    weight += Math.log(outcome === 'yes' ? 1 - not : not);
  }
  return weight;
}

function* subsets<T>(all: readonly T[], most: number): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += 1) {
    const one = all[i] as T;
    yield [one];
    if (most > 1) for (const rest of subsets(all.slice(i + 1), most - 1)) yield [one, ...rest];
  }
}
