import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Gap, within } from '../../standstill';

/** How a client connects: Socket.IO over WebSocket alone, over HTTP long-polling and then WebSocket, over long-polling alone; or a WebSocket without Socket.IO. */
export type Transport = 'websocket' | 'upgraded' | 'polling' | 'plain';

export interface ClientEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: 'connected' | 'disconnected' | 'refused';
  /** Where it is, or was, connected. */
  readonly pod: string;
  readonly reason?: string;
  /** Whether Socket.IO will reconnect by itself. */
  readonly active?: boolean;
  readonly recovered?: boolean;
}

export interface ClientRecord {
  readonly transport: Transport;
  readonly events: ClientEvent[];
  /** Messages that it was handed twice. */
  duplicates: number;
  /** Messages that a server acknowledged to their sender and that this client never got. */
  readonly lost?: number;
}

export type SwarmOrder =
  | {
      readonly do: 'connect';
      readonly url: string;
      readonly transports: readonly Transport[];
      readonly firstIndex: number;
      readonly options?: object;
      /** Every client connects from an address of its own: this, and a number behind it. @default - all from one, with headers as a balancer adds them */
      readonly addresses?: string;
    }
  | { readonly do: 'publish'; readonly everyMs: number }
  | { readonly do: 'stop publishing' }
  | { readonly do: 'cut' }
  | { readonly do: 'state'; readonly full: boolean };

export interface SwarmAnswer {
  readonly connected: number;
  readonly published: number;
  readonly acknowledged: readonly string[];
  readonly shutdownNotices: number;
  readonly clients: readonly ClientRecord[];
  /** How many messages each client has. */
  readonly received: readonly number[];
  /** When the process of the clients stood still, and could not see when something came. */
  readonly stoodStill: readonly Gap[];
}

const swarms = new Set<Swarm>();

/** Real clients, in a process of their own. */
export class Swarm {
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, (answer: SwarmAnswer) => void>();
  private readonly ended: Promise<never>;
  private orders = 0;
  size = 0;

  /** @param start starts the program of the clients, where they are not to be in this network */
  constructor(start: (program: string) => ChildProcess = startHere) {
    this.process = start(join(__dirname, 'swarm-process.ts'));
    this.process.on('message', ({ number, answer }: { number: number; answer: SwarmAnswer }) => {
      this.waiting.get(number)?.(answer);
      this.waiting.delete(number);
    });
    this.ended = new Promise((_resolve, reject) =>
      this.process.once('exit', () => reject(new Error('the process of the clients ended'))),
    );
    this.ended.catch(() => {});
    swarms.add(this);
  }

  order(order: SwarmOrder): Promise<SwarmAnswer> {
    this.orders += 1;
    const number = this.orders;
    const answer = new Promise<SwarmAnswer>((resolve) => {
      this.waiting.set(number, resolve);
      this.process.send({ number, order });
    });
    return Promise.race([answer, this.ended]);
  }

  async connect(
    url: string,
    transports: readonly Transport[],
    options: object = {},
    addresses?: string,
  ): Promise<void> {
    this.size += transports.length;
    await this.order({
      do: 'connect',
      url,
      transports,
      firstIndex: 0,
      options,
      ...(addresses === undefined ? {} : { addresses }),
    });
  }

  /** Waits until all are connected at once. */
  async settled(withinMs: number): Promise<void> {
    let connected = 0;
    const all = await this.becomes(withinMs, (state) => {
      connected = state.connected;
      return connected === this.size;
    });
    if (!all) throw new Error(`${connected} of ${this.size} clients are connected`);
  }

  /** Waits for a state, for so long of the time in which this process runs; whether it came. */
  becomes(withinMs: number, wanted: (state: SwarmAnswer) => boolean, full = false): Promise<boolean> {
    return within(withinMs, async () => {
      if (wanted(await this.order({ do: 'state', full }))) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return false;
    });
  }

  /** Waits until everybody has everything, or gives up: what is missing then is lost. */
  async delivered(withinMs: number): Promise<void> {
    await this.becomes(
      withinMs,
      ({ published, acknowledged, received }) =>
        acknowledged.length === published && received.every((count) => count >= published),
    );
  }

  kill(): void {
    swarms.delete(this);
    this.process.kill('SIGKILL');
  }
}

function startHere(program: string): ChildProcess {
  return fork(program, { execArgv: ['--require', require.resolve('tsx/cjs')], serialization: 'advanced' });
}

export function killAllSwarms(): void {
  for (const swarm of swarms) swarm.kill();
}

/** `count` transports in the given shares, mixed. */
export function mixed(shares: Readonly<Partial<Record<Transport, number>>>): Transport[] {
  const all = Object.entries(shares).flatMap(([transport, count]) =>
    Array.from({ length: count }, (_, index) => ({ transport: transport as Transport, at: (index + 0.5) / count })),
  );
  return all.sort((a, b) => a.at - b.at).map(({ transport }) => transport);
}
