import { inXml } from '../lib/timing/timeline-svg';

const COLUMNS = 118;
const LETTER = 7.25;
const LINE = 17;
const MARGIN = 16;
const TOP = 44;

/** What the codes that the command line uses look like on a dark terminal. */
const STYLES: Readonly<Record<string, string>> = {
  1: 'font-weight="700" fill="#ffffff"',
  2: 'fill="#8b949e"',
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  33: 'fill="#e3b341"',
  34: 'fill="#79c0ff"',
};

/** Begins a code of one number, which ends with `m`. */
const ESCAPE = '\u001b[';

/** A letter, and the code that it is painted with. */
type Cell = readonly [letter: string, code: string];

/**
 * A terminal that ran `command`, as a picture: colours as the program wrote them, long lines broken between words.
 *
 * @param output with its escape sequences
 */
export function terminalPicture(command: string, output: string): string {
  const lines = [[...`$ ${command}`].map((letter): Cell => [letter, '1']), ...painted(output)].flatMap(broken);
  const width = Math.ceil(COLUMNS * LETTER + 2 * MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${TOP + lines.length * LINE + 8}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="12" role="img">`,
    `<title>${inXml(command)}</title>`,
    '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    ...['#ff5f57', '#febc2e', '#28c840'].map((fill, i) => `<circle cx="${20 + i * 18}" cy="18" r="6" fill="${fill}"/>`),
    ...lines.flatMap((line, row) => (line.length === 0 ? [] : [drawn(line, TOP + row * LINE)])),
    '</svg>',
    '',
  ].join('\n');
}

/** The lines of the output, letter by letter. */
function painted(output: string): readonly (readonly Cell[])[] {
  const lines: Cell[][] = [[]];
  for (const part of `0m${output.trimEnd()}`.split(ESCAPE)) {
    const end = part.indexOf('m');
    const code = part.slice(0, end);
    for (const letter of part.slice(end + 1)) {
      if (letter === '\n') lines.push([]);
      else lines.at(-1)?.push([letter, code]);
    }
  }
  return lines;
}

function broken(line: readonly Cell[]): readonly (readonly Cell[])[] {
  if (line.length <= COLUMNS) return [line];
  const space = line.map(([letter]) => letter).lastIndexOf(' ', COLUMNS);
  const end = space > 0 ? space : COLUMNS;
  return [line.slice(0, end), ...broken(line.slice(space > 0 ? end + 1 : end))];
}

function drawn(line: readonly Cell[], y: number): string {
  const runs: [code: string, text: string][] = [];
  for (const [letter, code] of line) {
    const last = runs.at(-1);
    if (last?.[0] === code) last[1] += letter;
    else runs.push([code, letter]);
  }
  const spans = runs.map(([code, text]) => `<tspan ${STYLES[code] ?? 'fill="#e6edf3"'}>${inXml(text)}</tspan>`);
  return `<text x="${MARGIN}" y="${y}" xml:space="preserve">${spans.join('')}</text>`;
}
