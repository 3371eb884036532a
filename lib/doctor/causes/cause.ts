import type { Mend } from '../fix/mending';

/** How sure a cause is to show something. What it does not mention it never shows, but for chance. */
export type Likelihood = 'must' | 'likely' | 'may';

/** One reason why connections break. One cause is one file with one code. */
export interface Cause {
  /** Stable, never used again for something else. */
  readonly code: `WS5${number}`;
  /** The cause itself, as a report names it. */
  readonly title: string;
  /** What people notice, in two sentences at most. */
  readonly story: string;
  /** The mechanism behind the story. */
  readonly why: string;
  /** Where the fact comes from. */
  readonly source: string;
  /** How often it is met, before anything was seen: 1 is ordinary, 3 frequent, 0.3 rare. @default 1 */
  readonly weight?: number;
  /** What it shows. */
  readonly shows: Readonly<Record<string, Likelihood>>;
  /** The nearest others, and the one observation that tells them apart. */
  readonly separates: readonly {
    readonly from: string;
    readonly by: string;
    /** What a person can look at where the doctor could not tell. */
    readonly hand?: string;
  }[];
  /** Changes that mend it, in the order to try them. */
  readonly fix: readonly string[];
  /** What to run or look at on the machines to see it with one's own eyes. */
  readonly runbook: readonly string[];
  /** The same for plain WebSockets. @default - `runbook`, with an upgrade in place of what only Socket.IO answers */
  readonly plainRunbook?: readonly string[];
  /** The same change, made in the live objects. @default - a person makes it */
  readonly mend?: Mend;
}
