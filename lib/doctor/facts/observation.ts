import type { Recording } from '../evidence';
import type { View } from './view';

/** Something abnormal that may be seen. All are abnormalities, so that a healthy system answers no to every one. */
export interface ObservationKind {
  readonly id: string;
  readonly phase: Phase;
  /** The healthy condition, so that the same words serve where it holds and where it does not. */
  readonly title: string;
  /** Who has to be asked: from outside, or inside the cluster. */
  readonly from: 'outside' | 'cluster' | 'balancer' | 'metrics';
  /** Which probe shows it. */
  readonly probe: string;
  /** Chance alone can make it look so now and then. */
  readonly statistical?: true;
  /** What clients speak where there is anything to see. @default - whatever they speak */
  readonly over?: Recording['asked']['protocol'];
  /** Reads it from the evidence; `undefined` where nothing was looked at. */
  readonly read?: (view: View) => Reading | undefined;
}

/** The seven phases of a diagnosis, as runbooks of these systems have them. */
export type Phase = 'environment' | 'headers' | 'backend' | 'configuration' | 'health' | 'affinity' | 'handshake';

export interface Reading {
  /** Whether the abnormality is there; `unclear` counts for nothing. */
  readonly outcome: 'yes' | 'no' | 'unclear';
  /** What was seen, in words and with its numbers. */
  readonly said: string;
  /** The lines of evidence that it rests on. */
  readonly refs: readonly string[];
  readonly value?: number | string;
}

export interface Observation {
  readonly id: string;
  readonly phase: Phase;
  readonly title: string;
  readonly hop: string;
  readonly outcome: 'yes' | 'no' | 'unclear' | 'skipped';
  readonly said: string;
  readonly refs: readonly string[];
  readonly value?: number | string;
}

const refsOf = (seen: readonly { readonly ref: string }[]): string[] => seen.map(({ ref }) => ref);

export function yes(said: string, seen: readonly { readonly ref: string }[], value?: number | string): Reading {
  return { outcome: 'yes', said, refs: refsOf(seen), ...(value === undefined ? {} : { value }) };
}

export function no(said: string, seen: readonly { readonly ref: string }[] = []): Reading {
  return { outcome: 'no', said, refs: refsOf(seen) };
}

export function unclear(said: string, seen: readonly { readonly ref: string }[] = []): Reading {
  return { outcome: 'unclear', said, refs: refsOf(seen) };
}
