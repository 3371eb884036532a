import { InvalidInputError, Problems, shown } from '../input/problems';
import { fitted, isObject, list, optional, record, type Shape, thing } from '../input/shape';
import { ASSUMABLE, type Assumption } from '../manifest/match';
import { RULES } from './all';
import type { LevelOverrides } from './evaluate';
import { LEVELS, type Level, type Rule } from './rule';
import type { Suppression } from './suppress';

/** How manifests are judged. */
export interface CheckOptions {
  /** Levels that differ from the rules' own; `off` leaves a rule out. @default {} */
  readonly levels?: LevelOverrides;
  /** Rules that are switched off for some objects. @default [] */
  readonly suppressions?: readonly Suppression[];
  /** Fingerprints of findings that are known and not reported. @default - none */
  readonly baseline?: ReadonlySet<string>;
  /** The least level that makes the result a failure. @default "warning" */
  readonly failOn?: Level;
  /** What somebody says of objects whose manifests do not show whether they hold long connections; the first that means an object counts. @default [] */
  readonly assume?: readonly Assumption[];
  /** @default RULES */
  readonly rules?: readonly Rule[];
}

const isLevel = (value: unknown): boolean => LEVELS.some((level) => level === value);
const holdsTexts =
  (...names: readonly string[]) =>
  (value: unknown) =>
    isObject(value) && names.every((name) => typeof value[name] === 'string');

/** A level among the properties of something. */
export const LEVEL_FIELD = optional(thing(isLevel, `one of ${LEVELS.map(shown).join(', ')}`, undefined));

const SHAPE: Shape<CheckOptions> = {
  levels: optional(
    record(
      thing((value) => value === 'off' || isLevel(value), `one of ${LEVELS.map(shown).join(', ')}, or "off"`, 'off'),
      { WS228: 'off' },
    ),
  ),
  suppressions: optional(
    list(thing(holdsTexts('code', 'object', 'reason'), 'an object with code, object and reason', undefined), [
      { code: 'WS228', object: 'Ingress/chat', reason: 'moved in May' },
    ]),
  ),
  baseline: optional(thing((value) => value instanceof Set, 'a Set of fingerprints', undefined)),
  failOn: LEVEL_FIELD,
  assume: optional(
    list(
      thing(
        (value) =>
          holdsTexts('object', 'said')(value) && ASSUMABLE.some((one) => one === (value as { is?: unknown }).is),
        `an object with object, said and is, which is ${ASSUMABLE.map(shown).join(' or ')}`,
        undefined,
      ),
      [{ object: '*/*', is: 'websocket', said: 'in the test' }],
    ),
  ),
  rules: optional(thing(Array.isArray, 'a list of rules, such as RULES', undefined)),
};

/**
 * How manifests are to be judged, judged itself: a level that is none would let everything pass.
 *
 * @throws {InvalidInputError} with everything that is wrong with it
 */
export function checkedOptions(options: CheckOptions): CheckOptions {
  const problems = new Problems();
  const { rules, levels = {}, ...read } = fitted(problems, options, SHAPE);
  const codes = (rules ?? RULES).map(({ code }) => code);
  for (const code of Object.keys(levels))
    if (!codes.some((known) => known === code))
      problems.add('levels', `${shown(code)} is no rule; holdfast check --list shows all`);
  if (problems.found.length > 0) throw new InvalidInputError(problems.found);
  return { ...read, levels, ...(rules === undefined ? {} : { rules }) };
}
