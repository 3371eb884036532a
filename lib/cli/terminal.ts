import * as fs from 'node:fs';

/** What a command talks to; exchanged in tests. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin: () => string;
  readonly cwd: string;
  /** May the output have colours? */
  readonly colour: boolean;
  /** Its width, where somebody sits before it. */
  readonly columns?: number | undefined;
}

/** The terminal that the process was started in. What it is is asked when somebody wants to know: the streams for it take longer to load than a small manifest to judge. */
export function realTerminal(): Terminal {
  return {
    // Written at once and not through a stream: a process that ends would cut off what a pipe has not taken yet.
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    stdin: () => fs.readFileSync(0, 'utf8'),
    cwd: process.cwd(),
    get colour() {
      const { NO_COLOR = '', FORCE_COLOR = '' } = process.env;
      // Whoever wants none has said so for everything; what is forced is often set by a runner of jobs.
      if (NO_COLOR !== '') return false;
      return (FORCE_COLOR !== '' && FORCE_COLOR !== '0') || (process.env.TERM !== 'dumb' && isTerminal());
    },
    get columns() {
      return isTerminal() ? process.stdout.columns : undefined;
    },
  };
}

/** Does somebody sit before standard output? A file and a pipe are no device, so that their streams need not be loaded. */
function isTerminal(): boolean {
  try {
    return fs.fstatSync(1).isCharacterDevice() && process.stdout.isTTY === true;
  } catch {
    return false;
  }
}

function writeAll(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(descriptor, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A full pipe is tried again; a reader that has gone, such as head, wants nothing more.
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
    }
  }
}
