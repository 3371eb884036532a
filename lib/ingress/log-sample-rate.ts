import { type Problems, shown } from '../input/problems';

/** Reads which part of the requests Google logs, 0 to 1: all of them unless told otherwise. */
export function readLogSampleRate(problems: Problems, rate = 1): number {
  if (!(rate >= 0 && rate <= 1))
    problems.add('logSampleRate', `${shown(rate)} is out of range; give a number from 0 to 1`);
  return rate;
}
