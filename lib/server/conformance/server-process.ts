import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Protocol } from './protocol';
import { type Answer, answerOf, connectRaw, type RawClient } from './raw-client';

/** A server under test. */
export interface Server {
  readonly drainFlag: string;
  readonly exited: Promise<number | string>;
  /** Is this how it is to close a connection? */
  readonly closesWith: Protocol['closesWith'];
  /** Opens a session over a WebSocket, for a client that answers what it is sent or one that does not. */
  connect(answers: boolean): Promise<RawClient>;
  /** Asks for a session without a WebSocket; `undefined` where its protocol has none. */
  poll(): Promise<Answer | undefined>;
  readiness(): Promise<Answer>;
  signal(name: NodeJS.Signals): void;
}

export interface ServerProcessProps {
  readonly command: readonly string[];
  /** The path of readiness. */
  readonly ready: string;
  /** The path of WebSockets. */
  readonly path: string;
  readonly protocol: Protocol;
  readonly environment: Readonly<Record<string, string>>;
}

const STARTS_WITHIN_MS = 15_000;

/** Thrown where a server was started and is not ready: nothing else can be seen of it. */
export class NotReady extends Error {}

/** Thrown where what was given cannot be tried at all. */
export class CannotTry extends Error {}

/**
 * Starts a command on a free port and waits until it is ready. Call `end` when it is done with.
 *
 * @throws {NotReady} what it did instead
 * @throws {CannotTry} for a command that cannot be started
 */
export async function startServer(
  props: ServerProcessProps,
): Promise<{ readonly server: Server; end(): Promise<void> }> {
  const port = await freePort();
  const drainFlag = join(tmpdir(), `holdfast-conformance-${process.pid}-${port}`);
  const [program = '', ...rest] = props.command;
  const child = spawn(program, rest, {
    env: { ...process.env, ...props.environment, PORT: String(port), DRAIN_FLAG: drainFlag },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let over: number | string | undefined;
  let unknown: string | undefined;
  const exited = new Promise<number | string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      unknown = error.code ?? error.message;
      resolve(unknown);
    });
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'an unknown end'));
  });
  void exited.then((how) => {
    over = how;
  });
  const end = async () => {
    child.kill('SIGKILL');
    if (child.pid !== undefined) await exited;
    rmSync(drainFlag, { force: true });
  };
  const { protocol } = props;
  const at = (path: string) => new URL(`http://127.0.0.1:${port}${path}`);
  const server: Server = {
    drainFlag,
    exited,
    closesWith: protocol.closesWith,
    connect: (answers) => connectRaw({ url: protocol.webSocket(at(props.path)), answers, protocol }),
    poll: async () => (protocol.polling === undefined ? undefined : ask(protocol.polling(at(props.path)))),
    readiness: () => ask(at(props.ready)),
    signal: (name) => void child.kill(name),
  };
  let last: number | undefined;
  for (const until = Date.now() + STARTS_WITHIN_MS; Date.now() < until && over === undefined; ) {
    const answer = await server.readiness().catch(() => undefined);
    if (answer?.status === 200) return { server, end };
    last = answer?.status ?? last;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // Asked before it is ended from here, which is no doing of its own.
  const ownEnd = over;
  await end();
  if (unknown !== undefined)
    throw new CannotTry(
      `command: ${JSON.stringify(program)} cannot be started (${unknown}); give a program that is on the PATH`,
    );
  if (ownEnd !== undefined) throw new NotReady(`ended with ${ownEnd} before it was ready`);
  const seconds = STARTS_WITHIN_MS / 1000;
  throw new NotReady(
    last === undefined
      ? `nothing answered on port ${port}, its $PORT, for ${seconds} s; does it listen on $PORT?`
      : `${props.ready} answered ${last} for ${seconds} s and never 200; is --ready right?`,
  );
}

function ask(url: URL): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Kept alive from this side, so that the answer's header is the server's own decision.
    const asked = request(url, { agent: false, timeout: 3000, headers: { Connection: 'keep-alive' } }, (answer) => {
      answer.resume();
      resolve(answerOf(answer));
      answer.once('end', () => asked.destroy());
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer within 3 s')));
    asked.once('error', reject).end();
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
