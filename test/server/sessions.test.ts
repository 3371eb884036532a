import { Agent, get as ask, createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { WebSocket } from 'ws';
import { GracefulShutdown, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';

const timing = { ...serverTiming(deriveTiming()), drainMs: 600, shutdownMs: 1000 };
const POLL = '/socket.io/?EIO=4&transport=polling';

let http: HttpServer;
let io: Server;
let shutdown: GracefulShutdown;
let port: number;
const agents: Agent[] = [];

beforeEach(async () => {
  http = createServer((_request, answer) => answer.end('plain'));
  io = new Server(http);
  shutdown = new GracefulShutdown({ http, io: [io, new Server()], timing, drainFlag: '/nonexistent', exit: () => {} });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  port = (http.address() as AddressInfo).port;
});

afterEach(() => {
  for (const agent of agents.splice(0)) agent.destroy();
  void io.close();
  http.closeAllConnections();
});

/** One connection that is kept alive. */
function connection(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

function get(path: string, agent: Agent): Promise<{ connection: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    ask({ host: '127.0.0.1', port, path, agent }, (answer) => {
      let body = '';
      answer.on('data', (part) => {
        body += part;
      });
      answer.once('end', () => resolve({ connection: answer.headers.connection, body }));
    }).once('error', reject);
  });
}

async function session(agent: Agent): Promise<string> {
  const { body } = await get(POLL, agent);
  return `${POLL}&sid=${/"sid":"([^"]+)"/.exec(body)?.[1]}`;
}

const clientsOf = ({ engine }: Server) =>
  Object.values((engine as unknown as { clients: Record<string, { send(text: string): void }> }).clients);
const connections = () => new Promise((resolve) => http.getConnections((_error, count) => resolve(count)));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('lets go of the connection of a poll with its last answer, and of none before', async () => {
  const agent = connection();
  const polled = await session(agent);
  const poll = get(polled, agent);
  await pause(50);
  clientsOf(io)[0]?.send('x');
  expect(await poll).toEqual({ connection: 'keep-alive', body: '4x' });
  const last = get(polled, agent);
  await pause(50);
  const report = await shutdown.begin('SIGTERM');
  expect(await last).toEqual({ connection: 'close', body: '1' });
  expect(report).toMatchObject({ closed: 1, destroyed: 0, failures: [] });
});

it('lets go of no connection while the drain runs and the turn of its session has not come', async () => {
  const agent = connection();
  const polled = await session(agent);
  const ending = shutdown.begin('SIGTERM');
  const poll = get(polled, agent);
  await pause(50);
  clientsOf(io)[0]?.send('x');
  expect(await poll).toEqual({ connection: 'keep-alive', body: '4x' });
  expect(await get(polled, agent)).toEqual({ connection: 'close', body: '1' });
  await ending;
});

it('lets go of the connection of a poll that comes after its turn, and of none that nobody knows while it is ready', async () => {
  const agent = connection();
  const polled = await session(agent);
  expect((await get(`${POLL}&sid=unknown`, connection())).connection).toBe('keep-alive');
  const ending = shutdown.begin('SIGTERM');
  // Its turn is in the middle of the window.
  await pause(420);
  expect(await get(polled, agent)).toMatchObject({ connection: 'close', body: expect.stringMatching(/1$/) });
  await ending;
});

it('keeps the connection over which a session goes on that was opened over another, whatever else it carried', async () => {
  const [opened, other] = [connection(), connection()];
  const polled = await session(opened);
  const poll = get(polled, other);
  await pause(50);
  clientsOf(io)[0]?.send('x');
  await poll;
  expect((await get('/', other)).body).toBe('plain');
  const ending = shutdown.begin('SIGTERM');
  await pause(150);
  expect(await connections()).toBe(2);
  expect((await get(polled, other)).body).toBe('1');
  await ending;
});

it('lets go of the connection over which a session was opened that goes over WebSocket by now', async () => {
  const agent = connection();
  const polled = await session(agent);
  const poll = get(polled, agent);
  await pause(50);
  clientsOf(io)[0]?.send('x');
  await poll;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${polled.replace('polling', 'websocket')}`);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const probed = new Promise((resolve) => socket.once('message', resolve));
  socket.send('2probe');
  await probed;
  socket.send('5');
  await pause(50);
  expect(await connections()).toBe(2);
  const ending = shutdown.begin('SIGTERM');
  await pause(150);
  expect(await connections()).toBe(1);
  expect(await ending).toMatchObject({ closed: 1, destroyed: 0, failures: [] });
});

it('asks a session once that does not hear of it, also where the application keeps no request of it', async () => {
  io.engine.on('connection', (one: { request: unknown; transport: { closeTimeout: number } }) => {
    one.request = null;
    // Engine.IO's own 30 s outlast the tests.
    one.transport.closeTimeout = 1000;
  });
  await session(connection());
  const { closed, failures } = await shutdown.begin('SIGTERM');
  expect(closed).toBe(1);
  expect(failures).toEqual([]);
});

it('keeps no id that a client made up, and none of a session that has ended, however many come over one connection', async () => {
  const agent = connection();
  const kept = () => {
    const { traffic } = (shutdown as unknown as { traffic: { traffic: Map<unknown, { sessions: Set<string> }> } })
      .traffic;
    return Math.max(...[...traffic.values()].map(({ sessions }) => sessions.size));
  };
  for (let i = 0; i < 50; i += 1) await get(`${POLL}&sid=made-up-${i}`, agent);
  expect(kept()).toBe(0);
  for (let i = 0; i < 50; i += 1) {
    const polled = await session(agent);
    for (const one of clientsOf(io) as unknown as { close(): void }[]) one.close();
    await get(polled, agent);
  }
  expect(kept()).toBeLessThan(20);
});
