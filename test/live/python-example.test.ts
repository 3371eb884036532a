import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { patience } from '../standstill';
import { freePort } from './support/app';

const program = join(__dirname, '..', '..', 'examples', 'python', 'server.py');

describe('`examples/python`', () => {
  let server: ChildProcess;
  let port: number;
  let said = '';

  beforeAll(async () => {
    port = await freePort();
    const env = { ...process.env, PORT: String(port), SOCKET_HEARTBEAT_INTERVAL_MS: '100', DRAIN_FLAG: '/nowhere' };
    server = spawn('python3', [program], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    server.stderr?.on('data', (data: Buffer) => {
      said += data;
    });
  });
  afterAll(() => server.kill('SIGKILL'));

  it('forgets a client that leaves in the instant of its pong', async () => {
    const socket = await opened(port);
    socket.on('data', (data: Buffer) => {
      // A ping, answered with a pong and the end of the connection in one segment.
      if (data.includes(0x89)) socket.end(Buffer.from([0x8a, 0x80, 1, 2, 3, 4]));
    });
    await once(socket, 'close');
    await patience(500);
    server.kill('SIGTERM');
    // And everything that it said is read.
    await once(server, 'close');
    expect(said).toBe('');
  });
});

/** A WebSocket, as soon as the server listens. */
async function opened(port: number) {
  for (let tries = 0; ; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      const key = 'Sec-WebSocket-Key: aG9sZGZhc3QtZG9jdG9yIQ==';
      socket.write(`GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${key}\r\n\r\n`);
      await once(socket, 'data');
      return socket;
    } catch (error) {
      if (tries === 600) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
