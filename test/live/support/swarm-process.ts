/** Many chat clients in a process of their own, so that the clock of what is measured is not the one that measures. */
import { Agent } from 'node:http';
import { chatClient } from '../../../examples/chat-backend/client';
import { standstills } from '../../standstill';
import { PlainClient } from './plain-client';
import type { ClientRecord, SwarmAnswer, SwarmOrder, Transport } from './swarm';

const TRANSPORTS: Readonly<Record<Exclude<Transport, 'plain'>, string[]>> = {
  websocket: ['websocket'],
  upgraded: ['polling', 'websocket'],
  polling: ['polling'],
};

interface Client extends ClientRecord {
  readonly socket: Connection;
  readonly received: Set<string>;
}

/** What this needs of a client, whatever it speaks. */
interface Connection {
  readonly connected: boolean;
  /** Resolves when the server has the message. */
  send(message: { readonly id: string; readonly text: string }): Promise<unknown>;
  cut(): void;
}

const clients: Client[] = [];
const acknowledged = new Set<string>();
let publisher: NodeJS.Timeout | undefined;
let published = 0;
let shutdownNotices = 0;

function start(url: string, transport: Transport, index: number, options: object, addresses?: string): Client {
  const client = { transport, events: [] as ClientRecord['events'], received: new Set<string>(), duplicates: 0 };
  // As if it came through Google's balancer, which appends the client's address and its own.
  const headers = { 'X-Forwarded-For': `203.0.${113 + Math.floor(index / 250)}.${(index % 250) + 1}, 198.51.100.1` };
  const localAddress = `${addresses}${index + 1}`;
  const socket =
    transport === 'plain'
      ? plainConnection(url, client, addresses === undefined ? { headers } : { localAddress }, !('welcome' in options))
      : socketIoConnection(url, client, {
          forceNew: true,
          transports: TRANSPORTS[transport],
          ...(addresses === undefined
            ? { extraHeaders: headers }
            : // As a browser: one address, and connections that are kept for the next request.
              { agent: new Agent({ keepAlive: true, localAddress } as object) as never }),
          ...options,
        });
  return Object.assign(client, { socket });
}

function socketIoConnection(url: string, client: Omit<Client, 'socket'>, options: object): Connection {
  let pod = '';
  const socket = chatClient(
    url,
    {
      onMessage: ({ id }) => got(client, id),
      onWelcome: (name) => {
        pod = name;
        client.events.push({ at: Date.now(), what: 'connected', pod, recovered: socket.recovered });
      },
      onShutdown: () => {
        shutdownNotices += 1;
      },
    },
    options,
  );
  socket.on('disconnect', (reason) =>
    client.events.push({ at: Date.now(), what: 'disconnected', pod, reason, active: socket.active }),
  );
  socket.on('connect_error', (error) =>
    client.events.push({ at: Date.now(), what: 'refused', pod: '', reason: error.message }),
  );
  return {
    get connected() {
      return socket.connected;
    },
    send: (message) => socket.emitWithAck('message', message),
    cut: () => socket.io.engine.close(),
  };
}

function plainConnection(
  url: string,
  client: Omit<Client, 'socket'>,
  way: { readonly headers?: Record<string, string>; readonly localAddress?: string },
  welcomed: boolean,
): Connection {
  let pod = '';
  return new PlainClient(url, way, welcomed, {
    onMessage: ({ id }) => got(client, id),
    onWelcome: (name) => {
      pod = name;
      client.events.push({ at: Date.now(), what: 'connected', pod });
    },
    onClosed: (code) =>
      client.events.push({ at: Date.now(), what: 'disconnected', pod, reason: String(code), active: true }),
    onRefused: (reason) => client.events.push({ at: Date.now(), what: 'refused', pod: '', reason }),
  });
}

function got(client: Omit<Client, 'socket'>, id: string): void {
  if (client.received.has(id)) client.duplicates += 1;
  client.received.add(id);
}

function publish(everyMs: number): void {
  publisher = setInterval(() => {
    const client = clients[Math.floor(Math.random() * clients.length)];
    // Another swarm may publish beside this one.
    const id = `${process.pid}.${published}`;
    published += 1;
    client?.socket
      .send({ id, text: 'x'.repeat(100) })
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
      for (const { socket } of clients) socket.cut();
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
    stoodStill: standstills(),
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
