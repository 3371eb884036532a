import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server under test. */
export interface Server {
  readonly webSocket: URL;
  readonly drainFlag: string;
  readonly exited: Promise<number | string>;
  readiness(): Promise<{ readonly status: number; readonly connection: string }>;
  signal(name: NodeJS.Signals): void;
}

export interface ServerProcessProps {
  readonly command: readonly string[];
  /** The path of readiness. */
  readonly ready: string;
  /** The path of WebSockets. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
}

const STARTS_WITHIN_MS = 15_000;

/** Starts a command on a free port and waits until it is ready. Call `end` in any case. */
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
  const exited = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
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
  const server: Server = {
    webSocket: new URL(`http://127.0.0.1:${port}${props.path}`),
    drainFlag,
    exited,
    readiness: () => ask(new URL(`http://127.0.0.1:${port}${props.ready}`)),
    signal: (name) => void child.kill(name),
  };
  let last = 'nothing';
  for (const until = Date.now() + STARTS_WITHIN_MS; Date.now() < until && over === undefined; ) {
    const answer = await server.readiness().catch(() => undefined);
    if (answer?.status === 200) return { server, end };
    if (answer !== undefined) last = String(answer.status);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await end();
  throw new Error(
    over === undefined
      ? `${props.ready} answered ${last} for ${STARTS_WITHIN_MS / 1000} s`
      : `ended with ${over} before it was ready`,
  );
}

function ask(url: URL): Promise<{ status: number; connection: string }> {
  return new Promise((resolve, reject) => {
    // Kept alive from this side, so that the answer's header is the server's own decision.
    const asked = request(url, { agent: false, timeout: 3000, headers: { Connection: 'keep-alive' } }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, connection: answer.headers.connection ?? '' });
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
