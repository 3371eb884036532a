import { Problems, shown } from '../input/problems';
import { settled } from '../input/settings';
import { type ApplicationTiming, applicationTiming, CONTRACT } from '../timing/contract';
import { readTiming } from '../timing/read-timing';
import { deriveTiming, type Timing } from '../timing/timing';

/** The part of a timing that the application obeys, in milliseconds. */
export type ServerTiming = ApplicationTiming;

/** Node's timers take no more: 2³¹ − 1 ms. Anything longer fires at once. */
export const LONGEST_MS = 2_147_483_647;

/**
 * What the application has to know of a timing.
 *
 * @throws {InvalidInputError} when it is none that `deriveTiming` could return
 */
export function serverTiming(timing: Timing): ServerTiming {
  return applicationTiming(settled((problems) => readTiming(problems.at('timing'), timing)));
}

/**
 * The timing that the pod was given, so that the application and the infrastructure cannot disagree. What is not set, as on a developer's
 * machine, is as `deriveTiming()` has it.
 *
 * @throws {InvalidInputError} with every variable that cannot be meant
 */
export function timingFromEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ServerTiming {
  const problems = new Problems();
  const read: Record<string, number> = { ...serverTiming(deriveTiming()) };
  for (const [name, { variable, leastMs }] of Object.entries(CONTRACT)) {
    const given = environment[variable];
    if (given === undefined) continue;
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (!(value >= leastMs && value <= LONGEST_MS)) {
      problems.add(variable, `${shown(given)} is not a time; give whole milliseconds from ${leastMs} to ${LONGEST_MS}`);
    }
    read[name] = value;
  }
  problems.throwIfAny();
  return Object.freeze(read) as unknown as ServerTiming;
}
