import { Duration } from 'cdk8s';
import { InvalidInputError } from '../../lib/input';
import { deriveTiming } from '../../lib/timing';

const DEFAULTS = deriveTiming();

/** The refusal of a name that is none says which there are. */
function namesOfInputs(): readonly string[] {
  try {
    deriveTiming({ none: Duration.seconds(1) } as never);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message.replace(/^.*the inputs are /, '').split(', ');
    throw error;
  }
  throw new Error('a name that is no input was accepted');
}

const CANDIDATES = [1, 12, 20, 40, 90, 130, 300, 4000, 14_400, 90_000];

test.each(namesOfInputs())('%s decides something', (name) => {
  const derived = CANDIDATES.flatMap((amount) => {
    try {
      return [deriveTiming({ [name]: Duration.seconds(amount) })];
    } catch {
      return [];
    }
  });
  expect(derived.length).toBeGreaterThan(0);
  expect(derived.some((timing) => JSON.stringify(timing) !== JSON.stringify(DEFAULTS))).toBe(true);
});
