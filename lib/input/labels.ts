import { checkLabelValue } from './kubernetes';
import { type Problems, shown } from './problems';
import { type Field, record, text } from './shape';

/** What stands behind the prefix of a key, and what stands before it. */
const KEY_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const KEY_PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What the API server takes of all annotations of an object together. */
const MOST_ANNOTATION_BYTES = 256 * 1024;

/** Keys that somebody else writes, each with what to do instead. */
export type ReservedKeys = Readonly<Record<string, string>>;

/**
 * The key of a label or an annotation: a name, and before a slash whose it is.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function checkKey(problems: Problems, path: string, key: string): void {
  const [first = '', second, ...more] = key.split('/');
  const name = second ?? first;
  const ok =
    more.length === 0 &&
    name.length <= 63 &&
    KEY_NAME.test(name) &&
    (second === undefined || (first.length <= 253 && KEY_PREFIX.test(first)));
  if (ok) return;
  problems.add(
    path,
    `${shown(key)} is not a key; give at most 63 letters, digits, "-", "_" and ".", with a DNS name and "/" in front where it is somebody's own, such as "example.com/team"`,
  );
}

/** Labels: keys, and values that things can be selected by. */
export function checkLabels(
  problems: Problems,
  path: string,
  labels: Readonly<Record<string, string>>,
  reserved: ReservedKeys = {},
): void {
  for (const [key, value] of Object.entries(labels)) {
    checkKey(problems, path, key);
    checkLabelValue(problems, `${path}.${key}`, value);
    checkReserved(problems, path, key, reserved);
  }
}

/** Annotations: keys, and text of any kind. */
export function checkAnnotations(
  problems: Problems,
  path: string,
  annotations: Readonly<Record<string, string>>,
  reserved: ReservedKeys = {},
): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) {
    checkKey(problems, path, key);
    checkReserved(problems, path, key, reserved);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > MOST_ANNOTATION_BYTES)
    problems.add(path, `has ${bytes} bytes, of which an object takes ${MOST_ANNOTATION_BYTES}; put less into them`);
}

/** Labels that select pods among the properties of something. */
export const SELECTOR_FIELD: Field = { ...record(text('chat'), { app: 'chat' }), standIn: { app: 'stand-in' } };

/** Labels that select pods, of which there must be one: without any, every pod of the namespace is meant. */
export function checkSelector(problems: Problems, path: string, selector: Readonly<Record<string, string>>): void {
  if (Object.keys(selector).length === 0)
    problems.add(path, 'is empty, and would select every pod of the namespace; name the labels of the pods');
  checkLabels(problems, path, selector);
}

function checkReserved(problems: Problems, path: string, key: string, reserved: ReservedKeys): void {
  const instead = Object.hasOwn(reserved, key) ? reserved[key] : undefined;
  if (instead !== undefined) problems.add(path, `${shown(key)} is written by ${instead}`);
}
