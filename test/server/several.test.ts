import { createServer, type Server as HttpServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { GracefulShutdown, type GracefulShutdownProps, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';

const timing = { ...serverTiming(deriveTiming()), drainMs: 600, shutdownMs: 1000 };
const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listening(http: HttpServer): Promise<number> {
  open.push(() => http.close().closeAllConnections());
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return (http.address() as AddressInfo).port;
}

async function chat(props: Partial<GracefulShutdownProps> = {}) {
  const http = createServer();
  const webSockets = new WebSocketServer({ server: http });
  const shutdown = new GracefulShutdown({
    http,
    webSockets,
    timing,
    drainFlag: '/nonexistent',
    exit: () => {},
    ...props,
  });
  const port = await listening(http);
  const closes: Promise<{ code: number; said: string[] }>[] = [];
  for (let i = 0; i < 4; i += 1) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    open.push(() => socket.terminate());
    const said: string[] = [];
    socket.on('message', (data) => said.push(String(data)));
    closes.push(new Promise((resolve) => socket.once('close', (code) => resolve({ code, said }))));
    await new Promise((resolve) => socket.once('open', resolve));
  }
  return { shutdown, closed: () => Promise.all(closes) };
}

describe('several servers in one process', () => {
  it('are all drained and flushed before the process ends, whoever is done first, with the worst of their exit codes', async () => {
    const order: string[] = [];
    const exit = (name: string) => (code: number) => void order.push(`${name} ${code}`);
    const idle = new GracefulShutdown({
      http: createServer(),
      timing,
      exit: exit('idle'),
      flush: () => Promise.reject(new Error('its store is gone')),
    });
    const busy = await chat({ exit: exit('busy'), flush: async () => void order.push('flushed') });
    const told = jest.spyOn(console, 'error').mockImplementation(() => {});
    for (const shutdown of [idle, busy.shutdown]) shutdown.onSignals(['SIGUSR2']);
    process.emit('SIGUSR2');
    await idle.begin('again');
    expect(order).toEqual([]);
    expect((await busy.closed()).map(({ code }) => code)).toEqual([1012, 1012, 1012, 1012]);
    await busy.shutdown.begin('again');
    expect(order).toEqual(['flushed', 'idle 1', 'busy 1']);
    told.mockRestore();
    process.removeAllListeners('SIGUSR2');
  });

  it('begin anew where one after the other is ended', async () => {
    const codes: number[] = [];
    for (let i = 0; i < 2; i += 1) {
      await new GracefulShutdown({ http: createServer(), timing, exit: (code) => codes.push(code) }).begin('test');
    }
    expect(codes).toEqual([0, 0]);
  });
});

it('everybody is told although one of them cannot be', async () => {
  const told = jest.spyOn(console, 'error').mockImplementation(() => {});
  let first = true;
  const { shutdown, closed } = await chat({
    notify: (socket) => {
      if (first) {
        first = false;
        throw new Error('no name');
      }
      (socket as WebSocket).send('soon');
    },
  });
  const { failures } = await shutdown.begin('SIGTERM');
  expect(failures).toEqual([{ step: 'clients could not be told', error: new Error('no name') }]);
  expect((await closed()).filter(({ said }) => said.includes('soon'))).toHaveLength(3);
  told.mockRestore();
});

it('a request that waits to be told to go on is answered to the end', async () => {
  const http = createServer();
  http.on('checkContinue', (asked, answer) => {
    answer.writeContinue();
    asked.resume().on('end', () => setTimeout(() => answer.end('stored'), 300));
  });
  const shutdown = new GracefulShutdown({ http, timing, drainFlag: '/nonexistent', exit: () => {} });
  const port = await listening(http);
  const answered = new Promise<string>((resolve, reject) => {
    const upload = request(
      { host: '127.0.0.1', port, method: 'POST', headers: { Expect: '100-continue' } },
      (answer) => {
        answer.setEncoding('utf8').once('data', resolve);
      },
    );
    upload.once('continue', () => upload.end('data')).once('error', reject);
    upload.flushHeaders();
  });
  await new Promise((resolve) => http.once('checkContinue', resolve));
  const report = await shutdown.begin('SIGTERM');
  expect(await answered).toBe('stored');
  expect(report).toMatchObject({ destroyed: 0, failures: [] });
});
