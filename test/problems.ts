import { InvalidInputError } from '../lib/input';

/** What is wrong with what somebody gave; nothing where the step goes through. */
export function problemsOf(step: () => unknown): readonly string[] {
  try {
    step();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

/** How what somebody gave is refused, as one text. @throws when nothing is wrong with it */
export function messageOf(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}
