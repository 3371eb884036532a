import { type Problems, shown } from '../../input/problems';

/** Attributes of a load balancer or target group, or tags, by name. */
export type Attributes = Readonly<Record<string, string>>;

/** What the controller's parser takes as it stands: a comma ends a value and a backslash escapes. */
const NAME = /^[A-Za-z0-9_.:/-]{1,128}$/;
const VALUE = /^[A-Za-z0-9 _.:/@+-]{0,256}$/;

/**
 * One line, sorted by name. Block scalars are parsed too, but a trailing comma becomes part of the last value, and AWS refuses it.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/annotations/parser.go
 */
export function attributeLine(attributes: Attributes): string {
  return Object.keys(attributes)
    .sort()
    .map((name) => `${name}=${attributes[name]}`)
    .join(',');
}

/** Notes names and values that would not survive the line, and names that are written from something else. */
export function checkAttributes(problems: Problems, given: Attributes | undefined, managed: readonly string[]): void {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (managed.includes(name)) problems.add(name, 'is written from the timing and the affinity; change those instead');
    if (!NAME.test(name)) problems.add(name, 'is not a name; use letters, digits and "_.:/-"');
    if (typeof value !== 'string' || !VALUE.test(value)) {
      problems.add(name, `${shown(value)} cannot stand in the list; use letters, digits, spaces and "_.:/@+-"`);
    }
  }
}
