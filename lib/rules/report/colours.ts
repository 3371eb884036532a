/** Colours of a terminal, by what they are called. */
export type Colours = Readonly<Record<keyof typeof CODES, (text: string) => string>>;

/** What switches each on, and what switches it off again. */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
} as const;

/** Colours, or the text as it is where the output may have none. Two that are switched off alike, such as bold and dim, do not stand in each other. */
export function colours(wanted: boolean): Colours {
  return Object.fromEntries(
    Object.entries(CODES).map(([name, [on, off]]) => [
      name,
      wanted ? (text: string) => `\u001b[${on}m${text}\u001b[${off}m` : (text: string) => text,
    ]),
  ) as Colours;
}
