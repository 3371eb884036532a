import { connect, createServer, type Socket as TcpSocket } from 'node:net';
import { Duration } from 'cdk8s';
import { nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { tookMs } from '../standstill';
import { ask, client, closeAll, connected, echo, freePort, listen, startApp } from './support/app';
import { accepts, startNginx, stopAllNginx } from './support/nginx';

const PATH = '/socket.io/';
const UPGRADE = [
  `GET ${PATH}?EIO=4&transport=websocket HTTP/1.1`,
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  '',
  '',
];

/** The shortest idle timeout there is: silence of 1 + 1 s is healthy, and 10 s are added. What is looked at during a drain of 6 s is there when the machine stands still for a while. */
const timing = deriveTiming({
  pingInterval: Duration.seconds(1),
  pingTimeout: Duration.seconds(1),
  margin: Duration.seconds(10),
  drain: Duration.seconds(6),
  shutdown: Duration.seconds(0),
});

/** What a busy machine adds: for its own standstill this process does not blame nginx. */
const SLACK_MS = 2000;

const silentServers: { close(): void }[] = [];

afterEach(async () => {
  for (const server of silentServers.splice(0)) server.close();
  await closeAll();
  await stopAllNginx();
});

describe('a connection through nginx', () => {
  it('may be silent for longer than a healthy one ever is, and is cut at the idle timeout', async () => {
    expect(timing.idleTimeoutSeconds).toBe(12);
    const silent = await startSilentServer();
    // Nobody is sent away who answers late: both ends of this session are in one process.
    const app = await startApp({ pingInterval: 1000, pingTimeout: 30_000 });
    const [silentPort, livelyPort] = [await freePort(), await freePort()];
    const socketIo = { path: PATH };
    await startNginx(nginxConf({ timing, port: silentPort, upstream: { port: silent.port }, socketIo }), silentPort);
    const lively = await startNginx(
      nginxConf({ timing, port: livelyPort, upstream: { port: app.port }, socketIo }),
      livelyPort,
    );

    // Beside it, one on which nothing but Socket.IO's own heartbeat passes.
    const heartbeat = await connected(client(lively.url, { path: PATH, transports: ['websocket'] }));
    const { asked, answered, closed } = await closingOf(silentPort);
    expect(closed - asked).toBeGreaterThan(11_900);
    expect(tookMs(answered, closed)).toBeLessThan(12_000 + SLACK_MS);
    expect(await echo(heartbeat, 'still here')).toBe('still here');
  });

  it('outlasts SIGQUIT until the worker shutdown timeout, while new ones are refused at once', async () => {
    expect(timing.workerShutdownTimeoutSeconds).toBe(6);
    const app = await startApp();
    const port = await freePort();
    const nginx = await startNginx(
      nginxConf({ timing, port, upstream: { port: app.port }, socketIo: { path: PATH } }),
      port,
    );
    const socket = await connected(client(nginx.url, { path: PATH, transports: ['websocket'] }));
    const closed = new Promise<string>((resolve) => socket.once('disconnect', resolve));

    const asked = Date.now();
    nginx.signal('SIGQUIT');
    while (await accepts(port)) expect(tookMs(asked)).toBeLessThan(SLACK_MS);
    await expect(ask(`${nginx.url}/health`)).rejects.toThrow('ECONNREFUSED');
    expect(await echo(socket, 'still here')).toBe('still here');

    const { code, at } = await nginx.exited;
    expect(code).toBe(0);
    expect(at - asked).toBeGreaterThan(5900);
    expect(tookMs(asked, at)).toBeLessThan(6000 + SLACK_MS);
    expect(await closed).toBe('transport close');
    // The client may come back by itself: nobody told it to stay away.
    expect(socket.active).toBe(true);
  });

  it('that is idle does not hold nginx back when it is told to quit', async () => {
    const port = await freePort();
    const conf = nginxConf({ timing, port, upstream: { port: await freePort() }, socketIo: { path: PATH } });
    const nginx = await startNginx(conf, port);
    const asked = Date.now();
    nginx.signal('SIGQUIT');
    expect(tookMs(asked, (await nginx.exited).at)).toBeLessThan(SLACK_MS);
  });
});

/** A server that accepts every upgrade and never says anything again. */
async function startSilentServer(): Promise<{ readonly port: number }> {
  const open = new Set<TcpSocket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    );
  });
  const port = await listen(server);
  silentServers.push({
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  });
  return { port };
}

/** When an upgrade was asked for and answered, and when the connection was closed by the other side. */
function closingOf(port: number): Promise<Record<'asked' | 'answered' | 'closed', number>> {
  return new Promise((resolve, reject) => {
    let asked = 0;
    let answered = 0;
    const socket = connect(port, '127.0.0.1', () => {
      asked = Date.now();
      socket.write(UPGRADE.join('\r\n'));
    });
    socket.once('data', (answer) => {
      answered = Date.now();
      if (!answer.toString().startsWith('HTTP/1.1 101 ')) reject(new Error(answer.toString()));
    });
    socket.once('close', () => resolve({ asked, answered, closed: Date.now() }));
    socket.once('error', reject);
  });
}
