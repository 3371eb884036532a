import { createServer as createProxy, connect as dial, type Socket as Tcp } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Server } from 'socket.io';
import { io as connect, type Socket } from 'socket.io-client';
import { recoverSessions } from '../../lib/server';
import { patience, within } from '../standstill';
import { listening, open, socketIo } from './measured';

/** A network between a client and a server, which can lose the client without a word to the server. */
async function network(port: number): Promise<{ readonly port: number; lose(): void }> {
  const pairs: { readonly near: Tcp; readonly far: Tcp }[] = [];
  const proxy = createProxy((near) => {
    const far = dial(port, '127.0.0.1');
    pairs.push({ near, far });
    for (const side of [near, far]) side.on('error', () => {});
    near.on('data', (data) => far.write(data));
    far.on('data', (data) => near.write(data)).on('close', () => near.destroy());
  });
  open.push(() => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  });
  return {
    port: await listening(proxy as never),
    lose: () => {
      for (const { near } of pairs) near.destroy();
    },
  };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('connect', () => resolve()));
}

function told(socket: Socket, what: string): Promise<boolean> {
  return new Promise((resolve) => {
    void patience(700).then(() => resolve(false));
    socket.once(what, () => resolve(true));
  });
}

/** A server that gives nobody up before it is told to, so that nothing else decides when. */
const PATIENT = { pingInterval: 60_000, pingTimeout: 60_000 };

/** Those connections are given up that are not the client's, as when nobody answers a ping. */
function giveUpFormer(io: Server, client: Socket): void {
  const { clients } = io.engine as unknown as { clients: Record<string, { onClose(reason: string): void }> };
  for (const [id, one] of Object.entries(clients)) if (id !== client.io.engine.id) one.onClose('ping timeout');
}

/** A client that was recovered once, and whose connection is then lost without the server's knowing. */
async function lostTwice(mend: (io: Server) => unknown, transports: string[], name = '/') {
  const server = await socketIo(PATIENT);
  mend(server.io);
  const namespace = server.io.of(name);
  namespace.on('connection', (socket) => {
    if (!socket.recovered) void socket.join('room');
  });
  const between = await network(server.port);
  const client = connect(`http://127.0.0.1:${between.port}${name}`, {
    transports,
    forceNew: true,
    reconnectionDelay: 50,
  });
  open.push(() => client.disconnect());
  await connected(client);
  namespace.emit('first');
  await told(client, 'first');
  client.io.engine.close();
  await connected(client);
  // A client that polls has asked again by then.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(client.recovered).toBe(true);
  const before = client.id;
  const back = connected(client);
  between.lose();
  await back;
  return { client, io: server.io, namespace, before };
}

describe('A session', () => {
  it.each([
    [['websocket'], '/'],
    [['polling'], '/'],
    [['websocket'], '/another'],
  ])(
    'that is recovered while the server believes in its former connection goes on, over %s in %s',
    async (transports, name) => {
      const { client, io, namespace, before } = await lostTwice(recoverSessions, transports, name);
      expect(client.recovered).toBe(true);
      expect(client.id).toBe(before);
      giveUpFormer(io, client);
      const all = told(client, 'to all');
      namespace.emit('to all');
      expect(await all).toBe(true);
      const room = told(client, 'to the room');
      namespace.to('room').emit('to the room');
      expect(await room).toBe(true);
      expect(namespace.sockets.size).toBe(1);
    },
  );

  it('falls silent without it: what is told to everybody does not reach it', async () => {
    const { client, io, namespace } = await lostTwice(() => {}, ['websocket']);
    giveUpFormer(io, client);
    const all = told(client, 'to all');
    namespace.emit('to all');
    expect([client.connected, client.recovered, await all]).toEqual([true, true, false]);
  });
});

/** A client that was told something, whose next connections wait for a middleware until they are let in. */
async function withSlowMiddleware(mend: (io: Server) => unknown) {
  const connectionStateRecovery = { skipMiddlewares: false };
  const server = await socketIo({ ...PATIENT, connectionStateRecovery });
  mend(server.io);
  const waiting: (() => void)[] = [];
  let known = false;
  server.io.use((_socket, next) => {
    if (known) waiting.push(next);
    else next();
  });
  server.io.on('connection', (socket) => void socket.join('room'));
  const between = await network(server.port);
  const client = connect(`http://127.0.0.1:${between.port}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 20,
    reconnectionDelayMax: 20,
  });
  open.push(() => client.disconnect());
  await connected(client);
  server.io.emit('first');
  await told(client, 'first');
  known = true;
  return { client, io: server.io, between, waiting };
}

describe('A session whose client comes again while a middleware decides about it', () => {
  it.each([
    ['the server has missed the connection', (client: Socket) => void client.io.engine.close()],
    ['the server believes in the connection', (_client: Socket, lose: () => void) => lose()],
  ])('is not restored twice: what is told to everybody and to its room reaches it, where %s', async (_what, end) => {
    const { client, io, between, waiting } = await withSlowMiddleware(recoverSessions);
    let heard = 0;
    client.on('missed', () => {
      heard += 1;
    });
    // It comes again when it has missed something.
    client.io.reconnection(false);
    const gone = new Promise((resolve) => [...io.sockets.sockets.values()][0]?.once('disconnect', resolve));
    client.io.engine.close();
    await gone;
    io.emit('missed');
    client.io.reconnection(true);
    client.connect();
    expect(await within(5000, () => waiting.length === 1)).toBe(true);
    const back = connected(client);
    end(client, between.lose);
    expect(await within(5000, () => waiting.length === 2)).toBe(true);
    for (const letIn of waiting) {
      letIn();
      await new Promise(setImmediate);
    }
    await back;
    expect(client.recovered).toBe(false);
    giveUpFormer(io, client);
    const both = [told(client, 'to all'), told(client, 'to the room')];
    io.emit('to all');
    io.to('room').emit('to the room');
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(heard).toBe(1);
    expect(io.of('/').sockets.size).toBe(1);
  });
});

it('A session that the server has ended is not restored, also where it was before', async () => {
  const { io, port } = await socketIo();
  recoverSessions(io);
  const client = connect(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnectionDelay: 20 });
  open.push(() => client.disconnect());
  await connected(client);
  io.emit('first');
  await told(client, 'first');
  client.io.engine.close();
  await connected(client);
  expect(client.recovered).toBe(true);
  io.disconnectSockets();
  await new Promise((resolve) => client.once('disconnect', resolve));
  client.connect();
  await connected(client);
  expect(client.recovered).toBe(false);
});

describe('recoverSessions', () => {
  it('returns the server, is said twice without harm and needs no recovery', () => {
    const io = new Server({ connectionStateRecovery: undefined as never });
    expect(recoverSessions(recoverSessions(io))).toBe(io);
  });

  it.each([null, undefined, {}, 7, 'io'])('says what it needs instead of %p', (wrong) => {
    expect(() => recoverSessions(wrong as never)).toThrow(/^recoverSessions: needs a Server of socket\.io 4, not /);
  });
});

it('A socket whose listeners were all removed is let go of', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const server = await socketIo();
  recoverSessions(server.io);
  const sockets: WeakRef<object>[] = [];
  server.io.on('connection', (socket) => {
    sockets.push(new WeakRef(socket));
    socket.removeAllListeners();
  });
  for (let i = 0; i < 60; i += 1) (await server.client({ transports: ['websocket'] })).disconnect();
  await new Promise((resolve) => setTimeout(resolve, 300));
  collect();
  expect(sockets.filter((socket) => socket.deref() !== undefined).length).toBeLessThan(40);
});

/** The adapter that Socket.IO takes where recovery is on; its package is not ours to import. */
type Adapter = new (
  ...given: never[]
) => { restoreSession(pid: string, offset: string): Promise<never>; persistSession(session: never): void };
const SessionAwareAdapter = new Server({ connectionStateRecovery: {} }).of('/').adapter
  .constructor as unknown as Adapter;

/** Waits before it restores, as where a store is asked first. */
class Waiting extends SessionAwareAdapter {
  override async restoreSession(pid: string, offset: string): Promise<never> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return super.restoreSession(pid, offset) as never;
  }
}

/** Keeps its sessions in something that is no `Map`. Socket.IO looks through them every minute, which is after this test. */
class Elsewhere extends SessionAwareAdapter {
  private readonly kept = new Map<string, { readonly pid: string }>();
  readonly all = Object.defineProperty(this, 'sessions', {
    value: { get: (pid: string) => this.kept.get(pid), forEach: () => {} },
  });
  override persistSession(session: never): void {
    const { pid } = session as { readonly pid: string };
    this.kept.set(pid, Object.assign(session, { disconnectedAt: Date.now() }));
  }
}

it.each([Waiting, Elsewhere])('A session is restored by an adapter of somebody else: %p', async (adapter) => {
  const server = await socketIo({ adapter });
  recoverSessions(server.io);
  const client = await server.client({ transports: ['websocket'] });
  server.io.emit('first');
  await told(client, 'first');
  client.io.engine.close();
  await connected(client);
  expect(client.recovered).toBe(true);
});
