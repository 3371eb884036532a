import { CLAUSES, CONFORMANCE_TIMING } from './clauses';
import { type ServerProcessProps, startServer } from './server-process';

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
  /** Where WebSockets are served. @default '/' */
  readonly path?: string;
  /** @default - nobody listens */
  readonly onResult?: (result: ClauseResult) => void;
}

/** Holds a server of any language against the contract of `docs/server-contract.md`. */
export async function conformance(props: ConformanceProps): Promise<readonly ClauseResult[]> {
  const { command, ready = '/ready', path = '/', onResult } = props;
  const process: ServerProcessProps = { command, ready, path, environment: CONFORMANCE_TIMING };
  const results: ClauseResult[] = [];
  for (const { code, sentence, broken } of CLAUSES) {
    let end = async () => {};
    const seen = await broken(async () => {
      const started = await startServer(process);
      end = started.end;
      return started.server;
    }).catch((error: Error) => error.message);
    await end();
    const result = { code, sentence, ok: seen === undefined, ...(seen === undefined ? {} : { seen }) };
    results.push(result);
    onResult?.(result);
  }
  return results;
}
