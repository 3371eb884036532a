import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { App as Cdk8sApp, Chart, Duration } from 'cdk8s';
import { WebSocket } from 'ws';
import { deriveTiming } from '../../lib';
import { WebSocketServer } from '../../lib/workload';
import { tookMs, within } from '../standstill';
import { client, closeAll, connected, freePort } from './support/app';

const DRAIN_MS = 2000;
const SHUTDOWN_MS = 3000;

/** None of these durations is a default. */
const timing = deriveTiming({
  endpointDetach: Duration.seconds(1),
  drain: Duration.millis(DRAIN_MS),
  shutdown: Duration.millis(SHUTDOWN_MS),
});

const running = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  await closeAll();
});

/** What the container of the manifest finds in its environment. */
function environment(port: number): Record<string, string> {
  const server = new WebSocketServer(new Chart(new Cdk8sApp(), 'test'), 'Server', {
    name: 'chat',
    image: 'chat:1',
    port,
    timing,
    replicas: 1,
  });
  const [container] = server.workload.toJson().spec.template.spec.containers;
  return Object.fromEntries(container.env.map(({ name, value }: Record<string, string>) => [name, value]));
}

interface Running {
  readonly port: number;
  readonly process: ChildProcess;
  /** Its exit code, when all that it said is read. */
  readonly exited: Promise<number | null>;
  readonly steps: { readonly step: string; readonly at: number }[];
  errors(): string;
  until(step: string): Promise<number>;
}

async function start(trouble = ''): Promise<Running> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['--require', require.resolve('tsx/cjs'), join(__dirname, 'servers', 'troubled.ts')],
    { env: { ...process.env, ...environment(port), TROUBLE: trouble, DRAIN_FLAG: `/tmp/none-${port}` } },
  );
  running.add(child);
  const steps: Running['steps'] = [];
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  let partial = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) steps.push(JSON.parse(line));
  });
  const until = async (step: string): Promise<number> => {
    const found = () => steps.find((each) => each.step === step);
    if (!(await within(40_000, () => found() !== undefined))) throw new Error(`${step} never came:\n${errors}`);
    return found()?.at as number;
  };
  const exited = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  return { port, process: child, exited, steps, errors: () => errors, until };
}

/** When each of some clients of every kind was let go, and how. */
async function clients(port: number): Promise<{ readonly at: number; readonly how: unknown }[]> {
  const ended: { at: number; how: unknown }[] = [];
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 4; i += 1) {
    const plain = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    plain.on('close', (code) => ended.push({ at: Date.now(), how: code }));
    await new Promise((resolve, reject) => plain.once('open', resolve).once('error', reject));
    for (const path of ['/one/', '/two/']) {
      const socket = await connected(client(url, { path, transports: [i % 2 === 0 ? 'websocket' : 'polling'] }));
      socket.on('disconnect', (reason) => ended.push({ at: Date.now(), how: `${reason}, ${socket.active}` }));
    }
  }
  return ended;
}

const FAREWELLS = new Set([1012, 'transport close, true']);

describe('a drain', () => {
  it.each([
    ['', [], 0],
    ['a second SIGTERM', [], 0],
    ['errors that nobody catches', ['the store is gone', 'so is the other'], 1],
    ['a flush that throws', ['the disk is full'], 1],
  ])(
    'with %p closes every client over its window, flushes and exits',
    async (trouble, said, code) => {
      const server = await start(trouble);
      await server.until('listens');
      const ended = await clients(server.port);
      const began = Date.now();
      server.process.kill('SIGTERM');
      if (trouble === 'a second SIGTERM') {
        for (const ms of [100, 400]) setTimeout(() => server.process.kill('SIGTERM'), ms);
      }
      expect(await server.exited).toBe(code);
      const endedAfterMs = tookMs(began);
      await within(20_000, () => ended.length >= 12);
      expect(ended.length).toBe(12);
      for (const { how } of ended) expect(FAREWELLS).toContain(how);
      const times = ended.map(({ at }) => at - began).sort((a, b) => a - b);
      // Evenly: the middle one in the middle, the last one at the end.
      expect(times[5]).toBeGreaterThan(DRAIN_MS / 4);
      expect(times.at(-1)).toBeGreaterThan(DRAIN_MS / 2);
      expect(server.steps.map(({ step }) => step)).toContain('flush');
      expect(endedAfterMs).toBeLessThan(DRAIN_MS + 1000 + SHUTDOWN_MS);
      for (const text of said) expect(server.errors()).toContain(text);
      if (said.length === 0) expect(server.errors()).toBe('');
    },
    60_000,
  );

  it('ends at once with the second SIGINT, for whoever sits at a terminal', async () => {
    const server = await start();
    await server.until('listens');
    await clients(server.port);
    server.process.kill('SIGINT');
    await server.until('notified');
    server.process.kill('SIGINT');
    await server.exited;
    expect(server.process.signalCode).toBe('SIGINT');
  }, 60_000);

  it('of a server that does not listen yet is over at once', async () => {
    const server = await start('a stop while it starts');
    await server.until('begins');
    const began = Date.now();
    server.process.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    expect(tookMs(began)).toBeLessThan(DRAIN_MS);
    expect(server.steps.map(({ step }) => step)).toContain('flush');
  }, 60_000);
});

it('the shutdown that the timing gives is what a process has that hangs, from the construct to the exit', async () => {
  expect(environment(3000)).toMatchObject({
    SOCKET_SHUTDOWN_MS: String(SHUTDOWN_MS),
    SOCKET_DRAIN_MS: String(DRAIN_MS),
  });
  const server = await start('a flush that hangs');
  await server.until('listens');
  const ended = await clients(server.port);
  server.process.kill('SIGTERM');
  expect(await server.exited).toBe(1);
  const exited = Date.now();
  await within(20_000, () => ended.length >= 12);
  expect(ended.length).toBe(12);
  const drained = await server.until('drained');
  // All of it, and a second for connections that do not let go.
  expect(exited - drained).toBeGreaterThan(SHUTDOWN_MS - 50);
  expect(tookMs(drained, exited)).toBeLessThan(SHUTDOWN_MS + 1000 + 1000);
  expect(server.errors()).toMatch(/the stores could not be flushed: Error: not done within \d{4} ms/);
}, 60_000);
