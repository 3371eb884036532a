import { stripVTControlCharacters } from 'node:util';

/** Colours have no width. */
const length = (text: string): number => [...stripVTControlCharacters(text)].length;

/** The narrowest that is still read: below it lines are left to the terminal. */
const NARROWEST = 40;

/** Breaks a line between words; what follows stands below the text, and not below its sign or its label. */
export function wrap(line: string, width: number): readonly string[] {
  if (length(line) <= width || width < NARROWEST) return [line];
  const plain = stripVTControlCharacters(line);
  const label = /^ *\S+ {2,}/.exec(plain)?.[0].length ?? Number.POSITIVE_INFINITY;
  const before = plain.length - plain.trimStart().length;
  const indent = label <= 16 ? label : before + 2;
  const lines: string[] = [];
  let current = '';
  // Spaces stay with the word before them.
  for (const word of line.match(/\s*\S+\s*/g) ?? []) {
    if (length(current) > indent && length(current) + length(word.trimEnd()) > width) {
      lines.push(current.trimEnd());
      current = ' '.repeat(indent);
    }
    current += word;
  }
  return [...lines, current.trimEnd()];
}
