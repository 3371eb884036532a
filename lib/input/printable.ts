/** What a terminal obeys instead of showing it, and what turns the order of letters. */
const OBEYED = /[\p{Cc}\p{Bidi_Control}]/gu;

/** Breaks of columns, lines and packets are text. */
const BREAKS = new Set(['\t', '\n', '\r', '\u001e']);

/** Text of others, as it may reach a terminal or a page. */
export function printable(text: string): string {
  return text.replace(OBEYED, (character) => (BREAKS.has(character) ? character : '\ufffd'));
}

/** The same on one line, so that nobody adds lines to a report. */
export function oneLine(text: string): string {
  return printable(text).replace(/\s*[\p{Cc}\u2028\u2029]+\s*/gu, ' ');
}

/** The same value, with each text in it changed. */
export function eachText<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((part) => eachText(part, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [printable(key), eachText(part, change)])) as T;
}
