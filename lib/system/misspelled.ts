import { distance } from '../input/shape';

/** Are these one name, but for a letter or two? Names that differ in a number, or in a short word, are two names. */
export function isMisspelled(written: string, name: string): boolean {
  const [left, right] = differing(written.split('-'), name.split('-')).map((words) => words.join('-')) as [
    string,
    string,
  ];
  if (left.replace(/\d/g, '') === right.replace(/\d/g, '')) return false;
  const length = Math.max(left.length, right.length);
  const letters = distance(left, right);
  const exchanged = letters === 2 && [...left].sort().join('') === [...right].sort().join('');
  if (exchanged) return length >= 3;
  return length >= 4 && letters <= (length >= 8 ? 2 : 1);
}

/** Two lists without what they have in common at their ends. */
function differing(left: readonly string[], right: readonly string[]): readonly (readonly string[])[] {
  let start = 0;
  while (start < Math.min(left.length, right.length) && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < Math.min(left.length, right.length) - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  return [left.slice(start, left.length - end), right.slice(start, right.length - end)];
}
