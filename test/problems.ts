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
