import { createConnection, createServer, type Socket } from 'node:net';
import { listen } from './app';

/** A balancer of connections in front of one server. */
export interface Front {
  readonly url: string;
  /** Ends everything at once, as a proxy that is started again. */
  cutAll(): void;
  close(): void;
}

/** Ends each connection `lifeSeconds` after it began, whether it is used or not; by default none. */
export async function startFront(port: number, lifeSeconds?: number): Promise<Front> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = createConnection({ port, host: '127.0.0.1' });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.pipe(upstream).pipe(client);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    const timer = lifeSeconds === undefined ? undefined : setTimeout(end, lifeSeconds * 1000);
    for (const socket of pair) {
      socket.on('error', end);
      socket.on('close', () => {
        clearTimeout(timer);
        end();
      });
    }
  });
  const cutAll = () => {
    for (const pair of [...pairs]) for (const socket of pair) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    cutAll,
    close: () => {
      server.close();
      cutAll();
    },
  };
}
