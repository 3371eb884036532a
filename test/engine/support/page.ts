import * as fs from 'node:fs';

/** A fenced block of a page. */
export interface Block {
  /** The heading that it stands under and its first line: what it is called wherever something is expected of it. */
  readonly name: string;
  readonly heading: string;
  readonly language: string;
  readonly text: string;
  /** Why it is not run, where the page says that it is not. */
  readonly notRun: string | undefined;
}

const HEADING = /^#+ (.*)$/;
const FENCE = /^```(\w*)$/;
const NOT_RUN = /^<!-- not run by the tests: (.+) -->$/;

/** Every fenced block of a page, in order. */
export function blocksOf(file: string): readonly Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let notRun: string | undefined;
  let open: { readonly language: string; readonly lines: string[] } | undefined;
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    const fence = FENCE.exec(line);
    if (open !== undefined) {
      if (fence === null) open.lines.push(line);
      else {
        const [first = ''] = open.lines;
        const { language } = open;
        blocks.push({ name: `${heading}: ${first}`, heading, language, text: `${open.lines.join('\n')}\n`, notRun });
        open = undefined;
        notRun = undefined;
      }
    } else if (fence !== null) open = { language: fence[1] ?? '', lines: [] };
    else {
      heading = HEADING.exec(line)?.[1] ?? heading;
      // A mark is for the block that follows it.
      if (line !== '') notRun = NOT_RUN.exec(line)?.[1];
    }
  }
  return blocks;
}

/** A row of the table of the configuration. */
export interface Key {
  readonly key: string;
  readonly meaning: string;
  /** What follows `pulumi config set`. */
  readonly set: string;
}

/** The table of the configuration. */
export function keysIn(text: string): readonly Key[] {
  return [...text.matchAll(/^\| `(\w+:\w+)` \| (.*) \| .* \| `(.*)` \|$/gm)].map(
    ([, key = '', meaning = '', set = '']) => ({ key, meaning, set }),
  );
}
