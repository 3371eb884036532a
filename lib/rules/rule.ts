import type { Bundle } from '../manifest/bundle';
import type { Edit } from '../manifest/edit';
import type { FieldPath } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';

/**
 * - `error`: connections break, or the platform refuses the configuration.
 * - `warning`: connections suffer at some hour: a rollout, a busy day, a roaming client.
 * - `info`: worth knowing; nothing breaks.
 */
export type Level = 'error' | 'warning' | 'info';

/** From the worst down. */
export const LEVELS: readonly Level[] = ['error', 'warning', 'info'];

/** Declared by rules that look at every object, whatever it is. */
export const EVERY_KIND: readonly string[] = ['*'];

/** One thing that must be true of manifests. One rule is one file with one code. */
export interface Rule {
  /** Stable, never used again for something else: WS0xx judging itself, WS1xx timing, WS2xx ingress, WS3xx workload, WS4xx observability. */
  readonly code: string;
  readonly level: Level;
  /** The healthy condition, so that the same words serve where it holds and where it does not. */
  readonly title: string;
  /** What happens to people where it does not hold, in two sentences at most. */
  readonly story: string;
  /** The mechanism behind the story. */
  readonly why: string;
  /** What to do about it, in general; each observation says it with the values at hand. */
  readonly fix: string;
  /** Where the fact comes from. */
  readonly source: string;
  /** The kinds of objects that it looks at; {@link EVERY_KIND} for all of them. A test holds it to them. */
  readonly kinds: readonly string[];
  /** Sees all objects and reports those for which the condition does not hold. */
  readonly check: (bundle: Bundle) => Iterable<Observation>;
}

/** One object for which a rule's condition does not hold. */
export interface Observation {
  readonly object: Manifest;
  /** The field to change; where it is missing, the field to add. */
  readonly path: FieldPath;
  /** What stands there, in words. */
  readonly actual: string;
  /** What should, in words. */
  readonly expected: string;
  /** What this means here. @default - the rule's story */
  readonly because?: string;
  /** The change to make, with its value. */
  readonly fix: string;
  /** How grave it is here, where that is less than the rule's own level. @default - the level of the rule */
  readonly level?: Level;
  /** The same for a machine; only where nothing has to be decided and nothing of the protocol has to be known. All edits are changes of `object`. */
  readonly edits?: readonly Edit[];
  /** The same where something has to be: what `--suggest` shows and nobody writes. @default [] */
  readonly suggestions?: readonly Edit[];
}
