import { mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { Server, type ServerOptions } from 'socket.io';
import { WebSocket } from 'ws';
import { GracefulShutdown, serverTiming } from '../../lib/server';
import { isRaised } from '../../lib/server/drain-flag';
import { deriveTiming } from '../../lib/timing';
import { client, drainFlag, graceful, http, io, url, use } from './socket-io-server';

describe('readiness', () => {
  it('follows the flag, and is gone once the drain has begun', async () => {
    const { shutdown } = graceful(0);
    expect(shutdown.isReady()).toBe(true);
    writeFileSync(drainFlag, '');
    expect(shutdown.isReady()).toBe(false);
    rmSync(drainFlag);
    expect(shutdown.isReady()).toBe(true);
    const ending = shutdown.begin('SIGTERM');
    expect(shutdown.isReady()).toBe(false);
    await ending;
  });

  it('is not taken away by a flag that another life of the container left behind', async () => {
    writeFileSync(drainFlag, '');
    const before = performance.timeOrigin / 1000 - 1;
    utimesSync(drainFlag, before, before);
    const { shutdown } = graceful(0);
    expect(shutdown.isReady()).toBe(true);
    expect((await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).status).toBe(200);
    // The hook of this life touches the same file.
    utimesSync(drainFlag, new Date(), new Date());
    expect(shutdown.isReady()).toBe(false);
    expect((await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).status).toBe(503);
  });

  it('does not depend on a path that cannot be looked up', () => {
    expect(graceful(0, { drainFlag: `${__filename}/drain` }).shutdown.isReady()).toBe(true);
    expect(graceful(0, { drainFlag: 'a\0b' }).shutdown.isReady()).toBe(true);
  });

  it('takes a flag that is exactly as old as the process for one of this life, and what cannot be looked up for none', () => {
    writeFileSync(drainFlag, '');
    const { mtimeMs } = statSync(drainFlag);
    expect(isRaised(drainFlag, mtimeMs)).toBe(true);
    expect(isRaised(drainFlag, mtimeMs + 1)).toBe(false);
    expect(isRaised('a\0b')).toBe(false);
  });

  it('follows the flag that the environment names, where it is told of none', () => {
    process.env.DRAIN_FLAG = drainFlag;
    const shutdown = new GracefulShutdown({ http, timing: serverTiming(deriveTiming()), exit: () => {} });
    delete process.env.DRAIN_FLAG;
    expect(shutdown.isReady()).toBe(true);
    writeFileSync(drainFlag, '');
    expect(shutdown.isReady()).toBe(false);
  });

  it('is not taken away by a folder or a link that leads nowhere in the place of the flag', () => {
    const { shutdown } = graceful(0);
    mkdirSync(drainFlag);
    expect(shutdown.isReady()).toBe(true);
    rmSync(drainFlag, { recursive: true });
    symlinkSync('/nonexistent/drain', drainFlag);
    expect(shutdown.isReady()).toBe(true);
    rmSync(drainFlag);
  });

  it.each<[string, Partial<ServerOptions>]>([
    ['/socket.io/&sid=x?EIO=4', {}],
    ['/socket.io/?EIO=4&sid=x&sid=', {}],
    ['/socket.io/?EIO=4&sid=x&%73id=', {}],
    ['/socket.io/?EIO=4#&sid=x', {}],
    ['/socket.io/?EIO=4&x=?sid=x', {}],
    ['/socket.io?EIO=4', { addTrailingSlash: false }],
    ['/socket.iox?EIO=4', { addTrailingSlash: false }],
  ])('refuses %s, which opens a session, of a server with %j', async (target, options) => {
    await io.close();
    const other = createServer();
    use({ http: other, io: new Server(other, options) });
    graceful(0);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    const open = target.replace('EIO=4', 'EIO=4&transport=polling');
    expect(await answerTo(port, open)).toContain('{"sid":"');
    writeFileSync(drainFlag, '');
    expect(await answerTo(port, open)).toMatch(/^HTTP\/1\.1 503 /);
  });

  it('refuses what opens a session at a path that only attach was told', async () => {
    await io.close();
    const other = createServer();
    use({ http: other, io: new Server() });
    graceful(0);
    io.attach(http, { path: '/rt' });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    expect(await answerTo(port, '/rt/?EIO=4&transport=polling')).toContain('{"sid":"');
    writeFileSync(drainFlag, '');
    expect(await answerTo(port, '/rt/?EIO=4&transport=polling')).toMatch(/^HTTP\/1\.1 503 /);
  });

  it.each(['unknown', 'constructor', '__proto__'])(
    'lets go of the connection of a session %s that nobody knows, while it is gone',
    async (sid) => {
      graceful(0);
      writeFileSync(drainFlag, '');
      const answer = await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`);
      expect([answer.status, answer.headers.get('connection')]).toEqual([400, 'close']);
    },
  );

  it('lets go of whoever is refused an upgrade and does not', async () => {
    graceful(0);
    writeFileSync(drainFlag, '');
    const socket = connectTcp({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {}).resume();
    socket.write(
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await new Promise((resolve) => socket.once('end', resolve));
    const connections = () => new Promise((resolve) => http.getConnections((_error, count) => resolve(count)));
    expect(await connections()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await connections()).toBe(0);
    socket.destroy();
  });

  it('refuses new sessions while it is gone, and lets those that exist go on', async () => {
    graceful(0);
    io.on('connection', (socket) => socket.on('echo', (value, answer) => answer(value)));
    const polling = await client('', ['polling']);
    writeFileSync(drainFlag, '');
    const refused = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
    expect([refused.status, refused.headers.get('retry-after'), await refused.text()]).toEqual([
      503,
      '5',
      'draining\n',
    ]);
    // Whoever is refused must be able to get elsewhere.
    expect(refused.headers.get('connection')).toBe('close');
    expect(io.engine.clientsCount).toBe(1);
    expect(await upgradeStatus()).toBe(503);
    await expect(client('', ['polling'])).rejects.toThrow();
    await expect(client('', ['websocket'])).rejects.toThrow();
    for (const value of [1, 2]) expect(await polling.emitWithAck('echo', value)).toBe(value);
    const sid = polling.io.engine.id;
    // The client's transports stay as they are: only this request asks for the upgrade.
    const upgrade = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&sid=${sid}`);
    await new Promise((resolve, reject) => upgrade.once('open', resolve).once('error', reject));
    upgrade.terminate();
    const heard = jest.fn();
    http.on('upgrade', heard);
    expect(await upgradeStatus()).toBe(503);
    // Whoever is refused here is nobody else's.
    expect(heard).not.toHaveBeenCalled();
    rmSync(drainFlag);
    await client('', ['websocket']);
  });
});

/** Everything that comes back for a target as it stands, which `request` would not send. */
function answerTo(port: number, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connectTcp(port, '127.0.0.1', () => {
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    });
    socket.setEncoding('latin1').on('data', (text) => {
      answer += text;
    });
    socket.once('close', () => resolve(answer)).once('error', reject);
  });
}

/** What an upgrade is answered that is not let through. */
function upgradeStatus(): Promise<number | undefined> {
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/socket.io/?EIO=4&transport=websocket`, { headers }, ({ statusCode }) =>
      resolve(statusCode),
    );
    asked.once('error', reject).end();
  });
}
