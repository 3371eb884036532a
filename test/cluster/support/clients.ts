import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Swarm } from '../../live/support/swarm';
import { CLIENT_NAMESPACE, inside, startInside } from '../machine/sandbox';

/** How many addresses a network of clients has. */
const ADDRESSES = 250;

const networks = new Set<number>();

/** Clients on the network of the balancer, each with an address of its own where `connect` is told so. */
export function newSwarm(): Swarm {
  return new Swarm((program) =>
    startNode(['--require', require.resolve('tsx/cjs'), program], ['ignore', 'inherit', 'inherit', 'ipc']),
  );
}

/** The first part of addresses that clients can have; a number from 1 to 250 follows. */
export function addresses(network: number): string {
  const prefix = `35.191.${network}.`;
  if (!networks.has(network)) {
    const add = Array.from({ length: ADDRESSES }, (_, index) => `addr replace ${prefix}${index + 1}/32 dev eth0`);
    inside('ip', ['-n', CLIENT_NAMESPACE, '-force', '-batch', '-'], `${add.join('\n')}\n`);
    networks.add(network);
  }
  return prefix;
}

/** Starts a Node program on the network of the balancer. */
export function startNode(args: readonly string[], stdio: ('ignore' | 'inherit' | 'pipe' | 'ipc')[]): ChildProcess {
  return startInside('ip', ['netns', 'exec', CLIENT_NAMESPACE, process.execPath, ...args], stdio, false, 'advanced');
}

/** What a URL answers on the network of the balancer within 3 s: its body, or the name of the error. Where the machine stands still, no patience ends. */
export async function askedThere(url: string): Promise<string> {
  const ask = `const late = new AbortController(); let left = 150; setInterval(() => (left -= 1) > 0 || late.abort(), 20).unref();
fetch('${url}', { signal: late.signal }).then((r) => r.text()).then(console.log, (e) => console.log(e.name))`;
  const asking = startNode(['--eval', ask], ['ignore', 'pipe', 'inherit']);
  let said = '';
  asking.stdout?.on('data', (text) => {
    said += text;
  });
  await once(asking, 'close');
  return said.trim();
}
