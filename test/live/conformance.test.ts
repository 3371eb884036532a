import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conformance as measure } from '../../lib/server/conformance/conformance';
import { undisturbed } from '../standstill';

const servers = join(__dirname, 'servers');
const example = (name: string, file = 'server.ts') => join(__dirname, '..', '..', 'examples', name, file);
const tsx = [process.execPath, '--require', require.resolve('tsx/cjs')];
/** What is measured in tenths of a second says nothing of a server whose machine stood still for longer: it is measured again. */
const STILL_MS = 200;
const MOST_TIMES = 4;

const conformance = (props: Parameters<typeof measure>[0]) => undisturbed(STILL_MS, MOST_TIMES, () => measure(props));

const codes = (results: Awaited<ReturnType<typeof conformance>>) =>
  results.filter(({ ok }) => !ok).map(({ code, seen }) => `${code}: ${seen}`);

describe('the contract', () => {
  // What the chat backend keeps.
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-conformance-'));
  beforeAll(() => {
    process.env.CHAT_FOLDER = folder;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['`holdfast/server` with ws', '/', [...tsx, example('plain-ws')]],
    ['the server of docs/server-contract.md', '/socket.io/', [...tsx, example('socket-io')]],
    ['`holdfast/server` with Socket.IO', '/socket.io/', [...tsx, example('chat-backend')]],
    ['Socket.IO, asked as its client asks', '/socket.io/?EIO=4&transport=websocket', [...tsx, example('chat-backend')]],
    ['Python, with its standard library alone', '/', ['python3', example('python', 'server.py')]],
  ])(
    'is kept by %s, at %s',
    async (_name, path, command) => {
      const results = await conformance({ command, path });
      expect(codes(results)).toEqual([]);
      expect(results.map(({ code }) => code)).toEqual(['ready', 'heartbeat', 'flag', 'one-life', 'drain', 'exit']);
    },
    240_000,
  );

  it('fails in every clause for servers as people write them', async () => {
    const naive = await conformance({ command: [process.execPath, join(servers, 'bad.js'), 'one-life'] });
    expect(codes(naive)).toEqual([
      'heartbeat: a client that does not answer was kept for 2.5 s',
      'flag: the answer of readiness keeps the connection alive',
      'one-life: readiness answered 503',
      'drain: WebSockets were closed with 1006',
    ]);
    const deaf = await conformance({ command: [process.execPath, join(servers, 'bad.js'), 'exit'] });
    expect(codes(deaf)).toContain('drain: 20 of 20 were still open 6000 ms after SIGTERM');
    expect(codes(deaf)).toContain('exit: still runs 6000 ms after SIGTERM');
    expect(codes(deaf)).toContain('flag: readiness answered 200');
  }, 240_000);

  it('fails for Socket.IO as people write it', async () => {
    const command = [process.execPath, join(servers, 'bad-socket-io.js')];
    const disconnected = await conformance({ command: [...command, 'disconnect'], socketIo: true });
    expect(codes(disconnected)).toEqual([
      'heartbeat: a client that does not answer was kept for 2.5 s',
      'flag: readiness answered 200',
      "drain: clients were told to disconnect, after which Socket.IO's client stays away; close the transport",
      'exit: still runs 6000 ms after SIGTERM',
    ]);
    const closed = await conformance({ command: [...command, 'close'], socketIo: true });
    expect(codes(closed)).toContain('drain: 20 of 20 were closed within a quarter of the window');
  }, 240_000);

  it('fails for newcomers who are not told when to come back, and for those who are let in by polling', async () => {
    const silent = await conformance({ command: [process.execPath, join(servers, 'bad.js'), 'retry-after'] });
    expect(codes(silent)).toContain('flag: the refusal of a new WebSocket has no Retry-After: 5');
    const polling = await conformance({
      command: [process.execPath, join(servers, 'bad-socket-io.js'), 'polling'],
      path: '/socket.io/',
    });
    expect(codes(polling)).toContain('flag: a new session by polling was answered 200');
  }, 240_000);

  it('keeps to a clause where a machine with much to do hears of the flag half a second later', async () => {
    const late = await conformance({ command: [process.execPath, join(servers, 'bad.js'), 'late'] });
    expect(late.find(({ code }) => code === 'flag')).toMatchObject({ ok: true });
  }, 240_000);

  it('fails once, with the reason, for what shows nothing of the other clauses', async () => {
    const ends = await conformance({ command: [process.execPath, '-e', 'process.exit(3)'] });
    expect(codes(ends)).toEqual(['ready: ended with 3 before it was ready']);
    const socketIo = [process.execPath, join(servers, 'bad-socket-io.js')];
    const elsewhere = await conformance({ command: socketIo, path: '/' });
    expect(codes(elsewhere)).toEqual(['ready: socket hang up; is --path right? That of Socket.IO is /socket.io/']);
    const plain = await conformance({ command: [process.execPath, join(servers, 'bad.js')], socketIo: true });
    expect(codes(plain)).toEqual([
      'ready: a WebSocket was opened, and no session of Socket.IO in it within 3 s; is --path right? That of Socket.IO is /socket.io/',
    ]);
  }, 240_000);
});
