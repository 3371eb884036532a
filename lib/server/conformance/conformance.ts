import { CLAUSES, CONFORMANCE_TIMING } from './clauses';
import { isSocketIoPath, PLAIN, SOCKET_IO } from './protocol';
import { CannotTry, NotReady, type ServerProcessProps, startServer } from './server-process';

/** How a server stands to one clause. */
export interface ClauseResult {
  readonly code: string;
  readonly sentence: string;
  readonly ok: boolean;
  /** What was seen instead. */
  readonly seen?: string;
}

export interface ConformanceProps {
  /** The program and its arguments. It is started anew for each clause. */
  readonly command: readonly string[];
  /** @default '/ready' */
  readonly ready?: string;
  /** Where WebSockets are served. @default '/', and '/socket.io/' where `socketIo` is true */
  readonly path?: string;
  /** Is it Socket.IO that is served there, with a ping and packets of its own? @default - true where `path` begins with /socket.io/ */
  readonly socketIo?: boolean;
  /** @default - nobody listens */
  readonly onResult?: (result: ClauseResult) => void;
}

/**
 * Holds a server of any language against the contract of `docs/server-contract.md`. A server that does not become ready, or that nobody can connect to,
 * shows nothing of the other clauses: they are not tried, and not among the results.
 *
 * @throws {CannotTry} for paths that are none, and a command that cannot be started
 */
export async function conformance(props: ConformanceProps): Promise<readonly ClauseResult[]> {
  const server = readProps(props);
  const results: ClauseResult[] = [];
  for (const { code, sentence, broken } of CLAUSES) {
    let end = async () => {};
    let useless = false;
    const seen = await broken(async () => {
      const started = await startServer(server);
      end = started.end;
      return started.server;
    }).catch((error: Error) => {
      if (error instanceof CannotTry) throw error;
      useless = error instanceof NotReady;
      return error.message;
    });
    await end();
    const result = { code, sentence, ok: seen === undefined, ...(seen === undefined ? {} : { seen }) };
    results.push(result);
    props.onResult?.(result);
    if (useless || (code === 'ready' && !result.ok)) break;
  }
  return results;
}

function readProps({ command, ready = '/ready', path, socketIo }: ConformanceProps): ServerProcessProps {
  const given = path ?? (socketIo === true ? '/socket.io/' : '/');
  if (command.length === 0) throw new CannotTry('command: is empty; give a program and its arguments');
  for (const [name, value] of Object.entries({ ready, path: given })) {
    if (!value.startsWith('/'))
      throw new CannotTry(`${name}: "${value}" does not start with "/"; did you mean "/${value}"?`);
  }
  const protocol = (socketIo ?? isSocketIoPath(given)) ? SOCKET_IO : PLAIN;
  return { command, ready, path: given, protocol, environment: CONFORMANCE_TIMING };
}
