import type { Field } from '../input/shape';
import { readTiming } from './read-timing';
import { deriveTiming } from './timing';

/** A timing among the properties of something. */
export const TIMING_FIELD: Field = {
  optional: false,
  allowed: 'what deriveTiming({ pingInterval, pingTimeout }) returns',
  standIn: deriveTiming(),
  read: (problems, path, value) => (value === undefined ? undefined : readTiming(problems.at(path), value)),
};
