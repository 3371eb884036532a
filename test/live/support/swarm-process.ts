/** Many chat clients in a process of their own, so that the clock of what is measured is not the one that measures. */
import { Agent } from 'node:http';
import type { Socket } from 'socket.io-client';
import { chatClient } from '../../../examples/chat-backend/client';
import type { ClientRecord, SwarmAnswer, SwarmOrder, Transport } from './swarm';

const TRANSPORTS: Readonly<Record<Transport, string[]>> = {
  websocket: ['websocket'],
  upgraded: ['polling', 'websocket'],
  polling: ['polling'],
};

interface Client extends ClientRecord {
  readonly socket: Socket;
  readonly received: Set<string>;
}

const clients: Client[] = [];
const acknowledged = new Set<string>();
let publisher: NodeJS.Timeout | undefined;
let published = 0;
let shutdownNotices = 0;

function start(url: string, transport: Transport, index: number, options: object, addresses?: string): Client {
  const events: ClientRecord['events'] = [];
  const received = new Set<string>();
  let pod = '';
  // As if it came through Google's balancer, which appends the client's address and its own.
  const address = `203.0.${113 + Math.floor(index / 250)}.${(index % 250) + 1}`;
  const socket = chatClient(
    url,
    {
      onMessage: ({ id }) => {
        if (received.has(id)) client.duplicates += 1;
        received.add(id);
      },
      onWelcome: (name) => {
        pod = name;
        events.push({ at: Date.now(), what: 'connected', pod, recovered: socket.recovered });
      },
      onShutdown: () => {
        shutdownNotices += 1;
      },
    },
    {
      forceNew: true,
      transports: TRANSPORTS[transport],
      ...(addresses === undefined
        ? { extraHeaders: { 'X-Forwarded-For': `${address}, 198.51.100.1` } }
        : // As a browser: one address, and connections that are kept for the next request.
          { agent: new Agent({ keepAlive: true, localAddress: `${addresses}${index + 1}` } as object) as never }),
      ...options,
    },
  );
  const client: Client = { transport, events, received, duplicates: 0, socket };
  socket.on('disconnect', (reason) =>
    events.push({ at: Date.now(), what: 'disconnected', pod, reason, active: socket.active }),
  );
  socket.on('connect_error', (error) =>
    events.push({ at: Date.now(), what: 'refused', pod: '', reason: error.message }),
  );
  return client;
}

function publish(everyMs: number): void {
  publisher = setInterval(() => {
    const client = clients[Math.floor(Math.random() * clients.length)];
    // Another swarm may publish beside this one.
    const id = `${process.pid}.${published}`;
    published += 1;
    client?.socket
      .emitWithAck('message', { id, text: 'x'.repeat(100) })
      .then(() => acknowledged.add(id))
      .catch(() => {});
  }, everyMs);
}

async function obey(order: SwarmOrder): Promise<SwarmAnswer> {
  switch (order.do) {
    case 'connect':
      for (const transport of order.transports) {
        clients.push(
          start(order.url, transport, order.firstIndex + clients.length, order.options ?? {}, order.addresses),
        );
        // 200 a second, or the beginning is a storm of its own.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      break;
    case 'publish':
      publish(order.everyMs);
      break;
    case 'stop publishing':
      clearInterval(publisher);
      break;
    case 'cut':
      // What a network does: the transport is gone, nobody said goodbye.
      for (const { socket } of clients) socket.io.engine.close();
      break;
    case 'state':
      break;
  }
  return {
    connected: clients.filter(({ socket, events }) => socket.connected && events.at(-1)?.what === 'connected').length,
    published,
    acknowledged: [...acknowledged],
    shutdownNotices,
    clients: order.do === 'state' && order.full ? clients.map(record) : [],
    received: clients.map(({ received }) => received.size),
  };
}

function record({ transport, events, received, duplicates }: Client): ClientRecord {
  const lost = [...acknowledged].filter((id) => !received.has(id)).length;
  return { transport, events, duplicates, lost };
}

process.on('message', ({ number, order }: { number: number; order: SwarmOrder }) => {
  void obey(order).then((answer) => process.send?.({ number, answer }));
});
// Whoever started this is gone.
process.on('disconnect', () => process.exit());
