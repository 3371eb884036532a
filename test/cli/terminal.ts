import { run } from '../../lib/cli/program';

/** Where a terminal stands, and what is typed or piped into it. */
interface Place {
  readonly cwd: string;
  /** @default - nothing */
  readonly stdin?: string;
}

/** Runs `holdfast` as in a terminal without colours. */
export async function holdfastIn(place: string | Place, ...args: readonly string[]) {
  const { cwd, stdin = '' } = typeof place === 'string' ? { cwd: place } : place;
  let out = '';
  let err = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    stdin: () => stdin,
    cwd,
    colour: false,
  };
  return { code: await run(args, terminal), out, err };
}
