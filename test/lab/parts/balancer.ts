import { connect, createServer, type Socket } from 'node:net';
import type { Lab } from '../lab';

export interface BalancerOptions {
  /** Ends every connection at this age. */
  readonly lifetimeMs?: number;
  /** Ends a connection over which nothing has passed for so long. */
  readonly idleMs?: number;
  /** Stops passing anything on after so long a silence, and tells nobody. */
  readonly forgetMs?: number;
  /** Holds back what the server says after the first answer. */
  readonly mute?: boolean;
  /** Every chunk is late by so much, each way. */
  readonly delayMs?: number;
  /** A share of the chunks is late by so much more, as after a lost packet. */
  readonly loss?: { readonly share: number; readonly ms: number };
  /** Takes connections and never answers. */
  readonly swallow?: boolean;
}

export interface Balancer {
  readonly port: number;
  /** Connections that were ended because of a limit. */
  readonly ended: () => number;
  /** Ends all connections at once. */
  cutAll(): void;
}

/** A balancer of layer 4: one backend after the other, connection by connection. */
export async function balancer(
  lab: Lab,
  backends: readonly number[],
  options: BalancerOptions = {},
): Promise<Balancer> {
  let turn = 0;
  let ended = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on('error', () => {});
    client.once('close', () => open.delete(client));
    if (options.swallow === true) return;
    const backend = connect(backends[turn++ % backends.length] as number, '127.0.0.1');
    backend.on('error', () => client.destroy());
    const end = () => {
      ended += 1;
      client.end();
      backend.destroy();
      setTimeout(() => client.destroy(), 50);
    };
    let forgotten = false;
    let idle: NodeJS.Timeout | undefined;
    const touch = () => {
      clearTimeout(idle);
      if (options.idleMs !== undefined) idle = setTimeout(end, options.idleMs).unref();
      if (options.forgetMs !== undefined)
        idle = setTimeout(() => {
          forgotten = true;
          ended += 1;
        }, options.forgetMs).unref();
    };
    touch();
    const life = options.lifetimeMs === undefined ? undefined : setTimeout(end, options.lifetimeMs).unref();
    let answers = 0;
    const up = pass(
      client,
      backend,
      () => !forgotten && touch(),
      () => forgotten,
      options,
    );
    const down = pass(
      backend,
      client,
      () => !forgotten && touch(),
      (chunk) => {
        if (chunk.toString('latin1', 0, 12).startsWith('HTTP/1.1 101')) {
          answers += 1;
          return false;
        }
        if (options.mute === true && answers > 0) ended += 1;
        return forgotten || (options.mute === true && answers > 0);
      },
      options,
    );
    // What is still on its way arrives before the end does.
    const over = (later: Later, other: Socket) => {
      clearTimeout(idle);
      clearTimeout(life);
      later(() => {
        if (!forgotten) other.end();
        setTimeout(() => other.destroy(), 100);
      });
    };
    client.once('close', () => over(up, backend));
    backend.once('close', () => over(down, client));
  });
  const port = await lab.port();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  lab.later(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return {
    port,
    ended: () => ended,
    cutAll: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Does something when what was said before has arrived. */
type Later = (act: () => void, extraMs?: number) => void;

function pass(
  from: Socket,
  to: Socket,
  touch: () => void,
  drop: (chunk: Buffer) => boolean,
  options: BalancerOptions,
): Later {
  const { delayMs = 0, loss } = options;
  let last = 0;
  const queue: (() => void)[] = [];
  const later: Later = (act, extra = 0) => {
    if (delayMs === 0 && loss === undefined) return act();
    // What is late holds up everything behind it, as in TCP.
    last = Math.max(last, performance.now() + delayMs + extra);
    queue.push(act);
    // Timers of different lengths may end in another order than they were due: whichever ends, the oldest goes first.
    setTimeout(() => queue.shift()?.(), last - performance.now());
  };
  from.on('data', (whole: Buffer) => {
    touch();
    let chunk = whole;
    const head =
      options.mute === true && whole.toString('latin1', 0, 12) === 'HTTP/1.1 101' ? whole.indexOf('\r\n\r\n') : -1;
    // The first frame may come with the answer to the handshake.
    if (head > 0) chunk = whole.subarray(0, head + 4);
    if (drop(chunk)) return;
    const extra = loss !== undefined && Math.random() < loss.share ? loss.ms : 0;
    later(() => {
      if (!to.destroyed) to.write(chunk);
    }, extra);
  });
  from.on('end', () => later(() => to.end()));
  return later;
}
