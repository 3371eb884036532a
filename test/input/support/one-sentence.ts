import { InvalidInputError } from '../../../lib/input';

/** Fails unless `attempt` is refused with one problem, which begins with `says`. */
export function expectOneSentence(attempt: () => unknown, says: string): void {
  let thrown: unknown;
  try {
    attempt();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(InvalidInputError);
  const { problems } = thrown as InvalidInputError;
  expect(problems).toHaveLength(1);
  expect(problems[0]?.slice(0, says.length)).toBe(says);
}
