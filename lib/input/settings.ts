import { Problems } from './problems';
import { fitted, hasFields, type Shape } from './shape';

/** Makes settings of what a caller gave: each value read once and checked, each default filled in, everything wrong noted. */
export type Reader<Props extends object, Settings extends Props> = (problems: Problems, props: Props) => Settings;

/**
 * A reader whose settings can be handed on as properties: what it has judged and found right it takes as it is, so that a composition can ask about all of its
 * parts before it makes the first, and none is judged twice.
 *
 * @param shape what may stand in each field; `read` gets nothing else
 * @param scope where it is noted that something else does
 */
export function reader<Props extends object, Settings extends Props>(
  shape: Shape<Props>,
  read: Reader<Props, Settings>,
  scope: (problems: Problems, props: Props) => Problems = (problems) => problems,
): Reader<Props, Settings> {
  const judged = new WeakSet<object>();
  return (problems, props) => {
    if (judged.has(props)) return props as Settings;
    const usable = fitted(scope(problems, props), props, shape);
    // Nothing can be said about what was not given.
    const settings = Object.freeze(read(hasFields(props, Object.keys(shape)) ? problems : new Problems(), usable));
    if (problems.found.length === 0) judged.add(settings);
    return settings;
  };
}

/**
 * What `read` makes of its input.
 *
 * @throws {InvalidInputError} with everything that it noted
 */
export function settled<Settings>(read: (problems: Problems) => Settings): Settings {
  const problems = new Problems();
  const settings = read(problems);
  problems.throwIfAny();
  return settings;
}
