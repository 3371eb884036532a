import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { CLIENT_OPTIONS, chatClient } from '../../examples/chat-backend/client';

it('comes back soon, then less and less often, and never with everybody else', () => {
  expect(CLIENT_OPTIONS).toMatchObject({
    reconnection: true,
    reconnectionAttempts: Number.POSITIVE_INFINITY,
    reconnectionDelay: 1000,
    reconnectionDelayMax: 10_000,
    randomizationFactor: 0.5,
  });
});

it('says how far it has read whenever it connects, hands nothing out twice, and hears of a shutdown', async () => {
  const http = createServer();
  const io = new Server(http);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const cursors: unknown[] = [];
  io.on('connection', (socket) => {
    cursors.push(socket.handshake.auth.cursor);
    socket.emit('welcome', { pod: 'chat-0', cursor: cursors.length === 1 ? 10 : 30 });
    for (const cursor of [20, 10, 20, 30]) socket.emit('message', { id: `m${cursor}`, text: '', cursor });
    socket.emit('server_shutdown', { reason: 'test', reconnect: true, delayMs: 5000 });
  });
  const seen: unknown[] = [];
  let welcomes = 0;
  const socket = chatClient(
    `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    {
      onMessage: ({ cursor }) => seen.push(cursor),
      onWelcome: () => {
        welcomes += 1;
      },
      onShutdown: ({ reason }) => {
        seen.push(reason);
        if (welcomes === 1) socket.io.engine.close();
        else socket.disconnect();
      },
    },
    { reconnectionDelay: 10, reconnectionDelayMax: 20, forceNew: true },
  );
  while (socket.connected || welcomes < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  await io.close();
  expect(cursors).toEqual([undefined, 30]);
  expect(seen).toEqual([20, 30, 'test', 'test']);
});

it('hands nothing out twice where the next replica has not read as far as the one before', async () => {
  const http = createServer();
  const io = new Server(http);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  let connections = 0;
  io.on('connection', (socket) => {
    connections += 1;
    socket.emit('welcome', { pod: `chat-${connections}`, cursor: connections === 1 ? 10 : 20 });
    for (const cursor of connections === 1 ? [20, 30] : [30, 40]) {
      socket.emit('message', { id: `m${cursor}`, text: '', cursor });
    }
  });
  const seen: unknown[] = [];
  let last = () => {};
  const told = new Promise<void>((resolve) => {
    last = resolve;
  });
  const socket = chatClient(
    `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    {
      onMessage: ({ cursor }) => {
        seen.push(cursor);
        // Both times that 30 is said: only once it is handed out.
        if (cursor === 30) socket.io.engine.close();
        if (cursor === 40) last();
      },
    },
    { reconnectionDelay: 10, reconnectionDelayMax: 20, forceNew: true },
  );
  await told;
  socket.disconnect();
  await io.close();
  expect(seen).toEqual([20, 30, 40]);
});
