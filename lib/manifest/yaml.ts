import { dump } from 'js-yaml';
import type { Manifest } from './manifest';

/**
 * One object as a YAML document.
 *
 * Kubernetes reads a mixture of YAML 1.1 and 1.2, so every string that either version takes for something else is quoted; long lines are not
 * folded, so that a reviewer's diff shows the line that changed; repeated parts are written out, because an anchor cannot be reviewed.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/34146
 */
export function toYaml(manifest: Manifest): string {
  return isSimple(manifest) ? `${collection(manifest, '')}\n` : print(manifest);
}

/** How js-yaml writes a value. It decides over every quote; the blocks around them are printed here, in a quarter of the time that it takes for a whole manifest. */
function print(value: unknown): string {
  return dump(value, { noRefs: true, lineWidth: -1 });
}

/** A key of more than 1024 characters takes another form; one of up to this many does not, with every character escaped. */
const LONGEST_KEY = 100;

/** Whether a value is made of objects and arrays with texts of one line, whole numbers, booleans and null: all but a few manifests with files in them. */
function isSimple(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\n');
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' || value === null;
  if (Array.isArray(value)) return value.every(isSimple);
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const [key, member] of Object.entries(value)) {
    if (key.length > LONGEST_KEY || key.includes('\n') || !isSimple(member)) return false;
  }
  return true;
}

/** A collection that is not empty, in block style. The first line is not indented: it stands where the caller is. */
function collection(value: object, indent: string): string {
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => `- ${isBlock(item) ? collection(item, inner) : scalar(item)}`)
    : Object.entries(value).map(([key, member]) => {
        if (isBlock(member)) return `${quoted(key)}:\n${inner}${collection(member, inner)}`;
        return `${quoted(key)}: ${scalar(member)}`;
      });
  return lines.join(`\n${indent}`);
}

function isBlock(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[]' : '{}') : String(value);
}

/** Answers of js-yaml: manifests are made of the same few hundred words. */
const answers = new Map<string, string>();

/** Enough for the words of a thousand systems; then it starts again, so that a long run does not remember everything. */
const MOST_ANSWERS = 10_000;

/** Holds what systems have in common at length, such as their timing; whole files are not kept. */
const LONGEST_ANSWER = 1000;

/** A string with the quotes it needs, if any. */
function quoted(text: string): string {
  const known = answers.get(text);
  if (known !== undefined) return known;
  // In a list, because the start of a document has rules of its own.
  const answer = print([text]).slice('- '.length, -'\n'.length);
  if (text.length > LONGEST_ANSWER) return answer;
  if (answers.size >= MOST_ANSWERS) answers.clear();
  answers.set(text, answer);
  return answer;
}
