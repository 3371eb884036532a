import { run } from '../../lib/cli/program';

/** Runs `holdfast` as in a terminal without colours that stands in `cwd`. */
export async function holdfastIn(cwd: string, ...args: readonly string[]) {
  let out = '';
  let err = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    stdin: () => '',
    cwd,
    colour: false,
  };
  return { code: await run(args, terminal), out, err };
}
