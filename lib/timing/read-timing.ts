import { type Problems, shown } from '../input/problems';
import { readFields, TIMING_VERSION } from './fields';
import { isJudged, judge } from './judged';
import { deriveTiming, type Timing } from './timing';

/** The annotation in which the derived timing travels with the workload, for whoever examines it later. */
export const TIMING_ANNOTATION = 'holdfast/timing';

const HOW = 'give what deriveTiming({…}) returned, unchanged';

/**
 * The timing that a caller gave, judged: it may have been changed after it was derived, or come from plain JavaScript. Where it
 * cannot be used, a problem is noted and the default timing returned, so that the rest can be judged as well.
 */
export function readTiming(problems: Problems, value: unknown): Timing {
  if (typeof value === 'object' && value !== null && isJudged(value)) return value as Timing;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.add('', `${shown(value)} is no timing; ${HOW}`);
    return deriveTiming();
  }
  const { wrong } = readFields(value as Readonly<Record<string, unknown>>, TIMING_VERSION);
  if (wrong.size > MOST_WORDS) {
    problems.add('', `has no usable ${namesIn(wrong.keys())}; ${HOW}`);
    return deriveTiming();
  }
  for (const [key, problem] of wrong) problems.add(key, `${problem}; ${HOW}`);
  if (wrong.size > 0) return deriveTiming();
  const broken = judge(value as Timing);
  for (const sentence of broken) problems.add('', sentence);
  return broken.length > 0 ? deriveTiming() : (value as Timing);
}

/** The text of the annotation. */
export function timingAnnotation(timing: Timing): string {
  return JSON.stringify({ version: TIMING_VERSION, ...timing });
}

/** What the text of an annotation says: a timing, or in words why it says none. */
export type CarriedTiming =
  | { readonly timing: Timing; readonly problem: undefined }
  | { readonly timing: undefined; readonly problem: string };

/**
 * Reads the annotation, whichever version of this library wrote it: keys that a newer one added are left aside, keys that an older one
 * did not know become what it meant. Nothing is judged by the invariants: that is for whoever reads.
 */
export function readTimingAnnotation(text: string): CarriedTiming {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { timing: undefined, problem: 'is no JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { timing: undefined, problem: `is ${shown(value)}, not the durations of a timing` };
  }
  const { version = 1, ...fields } = value as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(version) || (version as number) < 1) {
    return { timing: undefined, problem: `has the version ${shown(version)}, which is no whole number from 1` };
  }
  const { timing, wrong } = readFields(fields, version as number);
  if (wrong.size > 0) return { timing: undefined, problem: `has no usable ${namesIn(wrong.keys())}` };
  return { timing, problem: undefined };
}

/** How many names a sentence takes. */
const MOST_WORDS = 3;

function namesIn(keys: Iterable<string>): string {
  const names = [...keys];
  return `${names.slice(0, MOST_WORDS).join(', ')}${names.length > MOST_WORDS ? ', …' : ''}`;
}
