import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Below the ports that Linux and macOS give to connections that go out: a port that is free there may be taken a moment later. */
const FIRST = 20_000;
const COUNT = 9000;

const CLAIMS = join(tmpdir(), 'holdfast-lab-ports');

let next = Math.floor(Math.random() * COUNT);

/** A port of 127.0.0.1 and ::1 that nobody listens on, and that no other lab of this machine is given before `release`. */
export async function claimPort(): Promise<{ port: number; release: () => void }> {
  mkdirSync(CLAIMS, { recursive: true });
  for (let tries = 0; tries < COUNT; tries += 1) {
    next = (next + 1) % COUNT;
    const port = FIRST + next;
    const claim = join(CLAIMS, String(port));
    if (!take(claim)) continue;
    const release = () => rmSync(claim, { force: true });
    if ((await free(port, '127.0.0.1')) && (await free(port, '::1'))) return { port, release };
    release();
  }
  throw new Error(`no port is free from ${FIRST} to ${FIRST + COUNT - 1}`);
}

/** Writes the claim, unless a living process has it. */
function take(claim: string): boolean {
  for (const again of [true, false]) {
    try {
      writeFileSync(claim, String(process.pid), { flag: 'wx' });
      return true;
    } catch {
      if (!again || lives(claim)) return false;
      rmSync(claim, { force: true });
    }
  }
  return false;
}

function lives(claim: string): boolean {
  try {
    process.kill(Number(readFileSync(claim, 'utf8')), 0);
    return true;
  } catch (error) {
    // Of somebody else, or just being written.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function free(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    // A machine without IPv6 has nobody who listens there either.
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EADDRNOTAVAIL'));
    probe.listen({ port, host: address, ipv6Only: true }, () => probe.close(() => resolve(true)));
  });
}
