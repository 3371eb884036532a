import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';
import { chatClient } from '../../examples/chat-backend/client';
import { startChat } from '../../examples/chat-backend/server';
import { serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';

let io: Server;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-chat-'));
  const timing = serverTiming(deriveTiming());
  ({ io } = await startChat({ timing, port: 0, name: 'chat', folder, environment: 'test' }));
});

afterEach(async () => {
  await io.close();
  rmSync(folder, { recursive: true });
});

it('hands a client that is recovered what was said while it was still being let in', async () => {
  const { port } = (io.httpServer as never as { address(): AddressInfo }).address();
  const url = `http://127.0.0.1:${port}`;
  const heard: string[] = [];
  const options = { transports: ['websocket'], reconnectionDelay: 50, forceNew: true };
  const client = chatClient(url, { onMessage: ({ text }) => heard.push(text) }, options);
  const speaker = chatClient(url, {}, options);
  const say = (text: string) => speaker.emitWithAck('message', { id: text, text });
  try {
    await Promise.all([welcomed(client), welcomed(speaker)]);
    await say('before');
    while (heard.length < 1) await pause(10);
    // As where somebody asks a database who comes in.
    io.use(async (socket, next) => {
      if (socket.recovered) await say('meanwhile').then(() => pause(100));
      next();
    });
    const back = welcomed(client);
    client.io.engine.close();
    await back;
    expect(client.recovered).toBe(true);
    await say('after');
    while (!heard.includes('after')) await pause(10);
    expect(heard).toEqual(['before', 'meanwhile', 'after']);
  } finally {
    client.disconnect();
    speaker.disconnect();
  }
});

it('keeps nothing of what it handed a client that came from elsewhere', async () => {
  const { port } = (io.httpServer as never as { address(): AddressInfo }).address();
  const options = { transports: ['websocket'], forceNew: true };
  const speaker = chatClient(`http://127.0.0.1:${port}`, {}, options);
  const heard: unknown[] = [];
  const client = connect(`http://127.0.0.1:${port}`, { ...options, auth: { cursor: 0 }, autoConnect: false });
  client.on('message', (message: { id: string }) => heard.push(message.id));
  try {
    await welcomed(speaker);
    for (const id of ['a', 'b', 'c']) await speaker.emitWithAck('message', { id, text: id });
    client.connect();
    await welcomed(client);
    expect(heard).toEqual(['a', 'b', 'c']);
    const socket = io.sockets.sockets.get(client.id as string) as never as {
      readonly acks: ReadonlyMap<number, unknown>;
    };
    expect(socket.acks.size).toBe(0);
    const { packets } = io.of('/').adapter as never as {
      readonly packets: readonly { readonly data: readonly unknown[] }[];
    };
    // What was said to everybody, and the two welcomes.
    expect(packets.map(({ data: [event] }) => event).sort()).toEqual([
      'message',
      'message',
      'message',
      'welcome',
      'welcome',
    ]);
  } finally {
    client.disconnect();
    speaker.disconnect();
  }
});

function welcomed(client: ReturnType<typeof chatClient>): Promise<void> {
  return new Promise((resolve) => client.once('welcome', () => resolve()));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
