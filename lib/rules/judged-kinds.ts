import { RULES } from './all';
import { EVERY_KIND } from './rule';

/** The kinds that rules look at, as they declare. A set of manifests with none of them cannot be called clean. */
export const JUDGED_KINDS: ReadonlySet<string> = new Set(
  RULES.filter(({ kinds }) => kinds !== EVERY_KIND).flatMap(({ kinds }) => kinds),
);
