import type { Cause } from './causes/cause';
import type { ObservationKind } from './facts/observation';
import { type Ranking, SHOWS } from './rank';

/** How sure one can be of a yes or no question, in bits. */
function bits(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
}

/**
 * How many bits a probe is expected to tell: over what it shows, how unsure the answer is now less how unsure it would be if one
 * knew the cause. What says the same under every cause that is still possible tells nothing.
 */
export function expectedBits(
  probe: string,
  ranking: Pick<Ranking, 'ranked'>,
  causes: readonly Cause[],
  kinds: readonly ObservationKind[],
): number {
  const known = new Map(
    ranking.ranked.flatMap(({ lead, alike, p }) => [lead, ...alike].map((cause) => [cause.code, p] as const)),
  );
  // What nothing has been said about yet may still be there.
  const chance = (cause: Cause) => Math.max(known.get(cause.code) ?? 0, 0.01 * (cause.weight ?? 1));
  let sum = 0;
  for (const { id } of kinds.filter((kind) => kind.probe === probe)) {
    let not = 1;
    let unsure = 0;
    for (const cause of causes) {
      const shows = cause.shows[id];
      if (shows === undefined) continue;
      not *= 1 - chance(cause) * SHOWS[shows];
      unsure += chance(cause) * bits(SHOWS[shows]);
    }
    sum += Math.max(0, bits(1 - not) - unsure);
  }
  return sum;
}
