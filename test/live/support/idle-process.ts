/**
 * Thousands of idle WebSockets from one process: TCP connections that speak just enough Socket.IO to stay connected, because a client
 * library for each would measure itself.
 */
import { connect } from 'node:net';
import { textFrame, upgradeRequest } from './raw';

export interface IdleOrder {
  readonly port: number;
  readonly count: number;
  /** A source address of its own: one has 28,232 ports for one server. */
  readonly from: string;
}

export interface IdleState {
  /** In the main namespace now. */
  readonly joined: number;
  /** Never got there. */
  readonly refused: number;
  /** Were there, and are not any more. */
  readonly lost: number;
  readonly pingsAnswered: number;
}

/** How many are on their way at once. */
const IN_FLIGHT = 50;

const state = { joined: 0, refused: 0, lost: 0, pingsAnswered: 0 };

function open({ port, from }: IdleOrder): Promise<void> {
  return new Promise((resolve) => {
    const tcp = connect({ port, host: '127.0.0.1', localAddress: from }, () => tcp.write(upgradeRequest()));
    let joined = false;
    tcp.setEncoding('latin1');
    tcp.on('data', (text: unknown) => {
      const data = text as string;
      if (data.includes('40{"sid"')) {
        joined = true;
        state.joined += 1;
        resolve();
      } else if (data.includes('0{"sid"')) tcp.write(textFrame('40'));
      // A frame of one byte: "2", the ping. It is answered "3".
      if (joined && data.includes('\x81\x012')) {
        state.pingsAnswered += 1;
        tcp.write(textFrame('3'));
      }
    });
    tcp.on('error', () => {});
    tcp.on('close', () => {
      if (joined) {
        state.joined -= 1;
        state.lost += 1;
      } else state.refused += 1;
      resolve();
    });
  });
}

async function openAll(order: IdleOrder): Promise<void> {
  let left = order.count;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await open(order);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

process.on('message', (order: IdleOrder | 'state') => {
  if (order === 'state') process.send?.({ ...state });
  else void openAll(order).then(() => process.send?.({ ...state }));
});
process.on('disconnect', () => process.exit());
