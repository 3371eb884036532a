import { Problems, shown } from '../input/problems';
import { readFields, TIMING_VERSION } from './fields';
import { isJudged, judge } from './judged';
import { deriveTiming, type Timing, TimingError } from './timing';

/** The annotation in which the derived timing travels with the workload, for whoever examines it later. */
export const TIMING_ANNOTATION = 'holdfast/timing';

const HOW = 'give what deriveTiming({…}) returned, unchanged';

/**
 * The timing that a caller gave, judged: it may have been changed after it was derived, or come from plain JavaScript. Where it
 * cannot be used, a problem is noted and the default timing returned, so that the rest can be judged as well.
 */
export function readTiming(problems: Problems, value: unknown): Timing {
  if (typeof value === 'object' && value !== null && isJudged(value)) return value as Timing;
  if (!isWhole(problems, value)) return deriveTiming();
  const broken = judge(value);
  for (const sentence of broken) problems.add('', sentence);
  return broken.length > 0 ? deriveTiming() : value;
}

/** Has it every duration of a timing? Whether they fit together is another question. */
function isWhole(problems: Problems, value: unknown): value is Timing {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.add('', `${shown(value)} is no timing; ${HOW}`);
    return false;
  }
  const { wrong } = readFields(value as Readonly<Record<string, unknown>>, TIMING_VERSION);
  if (wrong.size > MOST_WORDS) problems.add('', `has no usable ${namesIn(wrong.keys())}; ${HOW}`);
  else for (const [key, problem] of wrong) problems.add(key, `${problem}; ${HOW}`);
  return wrong.size === 0;
}

/** The timing that a function was given. @throws {TimingError} when it is none that `deriveTiming` could return */
export function timingOf(value: unknown): Timing {
  return orThrow((problems) => readTiming(problems, value));
}

/** The same where it is only written down: what does not fit together is for whoever reads it. @throws {TimingError} when a duration is missing */
export function wholeTimingOf(value: Timing): Timing {
  return orThrow((problems) => {
    isWhole(problems, value);
    return value;
  });
}

function orThrow(read: (problems: Problems) => Timing): Timing {
  const problems = new Problems();
  const timing = read(problems);
  if (problems.found.length > 0) throw new TimingError(problems.found);
  return timing;
}

/** The text of the annotation. @throws {TimingError} when the timing lacks a duration */
export function timingAnnotation(timing: Timing): string {
  return JSON.stringify({ version: TIMING_VERSION, ...wholeTimingOf(timing) });
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
