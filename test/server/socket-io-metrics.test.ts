import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { WebSocket, WebSocketServer } from 'ws';
import { listening, measured, open, socketIo } from './measured';

/** A WebSocket as somebody opens it who knows the packets of Engine.IO. */
async function raw(port: number, path: string) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  open.push(() => socket.terminate());
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  await new Promise((resolve) => socket.once('open', resolve));
  const hears = async (start: string) => {
    while (!heard.some((text) => text.startsWith(start))) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return { socket, hears };
}

it('each series of ends and recoveries begins with 0', async () => {
  const { text } = await socketIo();
  for (const reason of ['transport close', 'transport error', 'ping timeout', 'parse error', 'server shutting down'])
    expect(await text()).toContain(`socket_disconnect_total{reason="${reason}"} 0\n`);
  for (const status of ['recovered', 'lost'])
    expect(await text()).toContain(`socket_recoveries_total{status="${status}"} 0\n`);
});

it('a session that begins over WebSocket is an upgrade, and one that stays with polling is none', async () => {
  const { client, value } = await socketIo();
  await client({ transports: ['polling'] });
  expect(await value('socket_io_websocket_upgrades_total')).toBe(0);
  await client({ transports: ['websocket'] });
  expect(await value('socket_io_websocket_upgrades_total')).toBe(1);
  // Nobody asked for what was missed.
  expect(await value('socket_recoveries_total')).toBe(0);
});

it('connections and sessions live for seconds, and a reason that nobody knows is another one', async () => {
  const began = performance.now();
  const { io, client, metrics, value, until } = await socketIo();
  await client({ transports: ['websocket'] });
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (const socket of io.sockets.sockets.values())
    (socket as unknown as { _onclose(reason: string): void })._onclose('tired of it');
  expect(await until('socket_disconnect_total', 1, 'reason="other"')).toBe(1);
  const farewell = await client({ transports: ['websocket'] });
  farewell.disconnect();
  expect(await until('socket_disconnect_total', 1, 'reason="client namespace disconnect"')).toBe(1);
  await until('connection_duration_seconds_count', 1);
  metrics.stop();
  const seconds = (performance.now() - began) / 1000;
  expect(await value('socket_io_session_duration_seconds_count')).toBe(2);
  expect(await value('socket_io_session_duration_seconds_sum')).toBeGreaterThan(0.15);
  expect(await value('socket_io_session_duration_seconds_sum')).toBeLessThan(2 * seconds);
  expect(await value('connection_duration_seconds_sum')).toBeGreaterThan(0);
  expect(await value('connection_duration_seconds_sum')).toBeLessThan(2 * seconds);
});

it('only a ping is waited for to be answered', async () => {
  const { io, port, value } = await socketIo({ pingInterval: 60_000 });
  const { socket, hears } = await raw(port, '/socket.io/?EIO=4&transport=websocket');
  const answered = new Promise((resolve) => {
    for (const one of Object.values((io.engine as unknown as { clients: Record<string, NodeJS.EventEmitter> }).clients))
      one.once('heartbeat', resolve);
  });
  socket.send('40');
  await hears('40');
  socket.send('3');
  await answered;
  expect(await value('heartbeat_latency_seconds_count')).toBe(0);
});

it('attempts are what opens a session, where Socket.IO and plain WebSockets share a server', async () => {
  const http = createServer((_request, answer) => answer.end());
  const io = new Server(http);
  const webSockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    if (request.url !== '/ws') return;
    webSockets.handleUpgrade(request, socket, head, (one) => webSockets.emit('connection', one, request));
  });
  open.push(() => void io.close());
  const port = await listening(http);
  const { value, until } = measured({ http, io, webSockets });
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const attempts = () => value('socket_io_handshake_attempts_total');
  await get('/health');
  await get('/page');
  expect(await until('http_requests_total', 1, 'endpoint="/health"')).toBe(1);
  expect(await value('http_requests_total', 'endpoint="other"')).toBe(1);
  expect(await attempts()).toBe(0);
  const sid = /"sid":"([^"]+)"/.exec(await get('/socket.io/?EIO=4&transport=polling'))?.[1];
  expect(await attempts()).toBe(1);
  await raw(port, `/socket.io/?EIO=4&transport=websocket&sid=${sid}`);
  expect(await attempts()).toBe(1);
  await raw(port, '/ws');
  expect(await attempts()).toBe(2);
  await raw(port, '/socket.io/?EIO=4&transport=websocket');
  expect(await attempts()).toBe(3);
});

it('attempts are counted at a path that only attach was told', async () => {
  const http = createServer();
  const io = new Server().attach(http, { path: '/rt' });
  open.push(() => void io.close());
  const port = await listening(http);
  const { value, until } = measured({ http, io });
  await (await fetch(`http://127.0.0.1:${port}/rt/?EIO=4&transport=polling`)).text();
  expect(await value('socket_io_handshake_attempts_total')).toBe(1);
  expect(await until('http_requests_total', 1, 'endpoint="/rt/"')).toBe(1);
});
