import { connect } from 'node:net';
import * as tls from 'node:tls';
import { WebSocket } from 'ws';
import { ask, expectTrue, lostSessions, POLLING, SOCKET, UPGRADE } from './fault';
import { wait } from './lab';

// What proves that a fault is there. Nothing of the doctor's own code is in it: what both got wrong would be believed.

export async function losesSessions(url: string): Promise<void> {
  expectTrue((await lostSessions(url, 24)) > 3, 'sessions are not lost');
}

export async function refusesUpgrade(url: string): Promise<void> {
  expectTrue((await ask(url, POLLING)).status === 200, 'not even polling works');
  expectTrue((await ask(url, SOCKET, { headers: UPGRADE })).status === 400, 'a WebSocket opens');
}

/** A message of 5,000 bytes is too large. */
export async function refusesBody(url: string): Promise<void> {
  const { body, headers } = await ask(url, POLLING);
  const sid = /"sid":"([^"]+)"/.exec(body)?.[1];
  const cookie = (headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
  const { status } = await ask(url, `${POLLING}&sid=${sid}`, {
    method: 'POST',
    body: '6'.padEnd(5000, 'x'),
    headers: { cookie },
  });
  expectTrue(status === 413, `a message of 5,000 bytes is answered with ${status}`);
}

export async function cachesHandshakes(url: string): Promise<void> {
  const [a, b] = [await ask(url, POLLING), await ask(url, POLLING)];
  expectTrue(a.body === b.body && a.body.startsWith('0{'), 'two handshakes differ');
}

export async function withoutCors(url: string, origin: string): Promise<void> {
  const { status, headers } = await ask(url, POLLING, { headers: { origin } });
  expectTrue(status === 200 && headers['access-control-allow-origin'] === undefined, 'CORS is there');
}

export async function pingsEach(url: string, ms: number): Promise<void> {
  expectTrue((await ask(url, POLLING)).body.includes(`"pingInterval":${ms},`), 'the heartbeat is another');
}

/** Of six requests that are dealt out to three servers, two fail. */
export async function oneOfThreeFails(url: string): Promise<void> {
  const all = await Promise.all(Array.from({ length: 6 }, () => ask(url, POLLING)));
  expectTrue(all.filter(({ status }) => status === 500).length === 2, 'not one of three fails');
}

export function refusesConnections(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      reject(new Error(`not injected: ${host} lets in`));
    });
    socket.once('error', () => resolve());
  });
}

/** A client that trusts the authority refuses the certificate for this reason. */
export async function certificateRefused(url: string, ca: string, reason: string): Promise<void> {
  const { error } = await greet(url, { ca });
  expectTrue(error === reason, `the certificate is ${error === undefined ? 'good' : `refused for ${error}`}`);
}

/** HTTP/2 is spoken, and who offers HTTP/1.1 alone gets no answer in it. */
export async function speaksHttp2Only(url: string, ca: string): Promise<void> {
  expectTrue((await greet(url, { ca, ALPNProtocols: ['h2', 'http/1.1'] })).alpn === 'h2', 'HTTP/2 is not chosen');
  expectTrue((await greet(url, { ca, ALPNProtocols: ['http/1.1'] })).alpn !== 'http/1.1', 'HTTP/1.1 is accepted');
  const { error } = await ask(url, POLLING);
  expectTrue(error !== undefined, 'HTTP/1.1 is answered');
}

function greet(url: string, options: tls.ConnectionOptions): Promise<{ error?: string; alpn?: string | false | null }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = tls.connect({ host: hostname, servername: hostname, port: Number(port), ...options });
    socket.once('secureConnect', () => {
      resolve({ alpn: socket.alpnProtocol });
      socket.destroy();
    });
    socket.once('error', ({ code, message }: NodeJS.ErrnoException) => resolve({ error: code ?? message }));
  });
}

/** A socket that says nothing ends without a close frame before the server’s first ping, and one that talks lives on. */
export async function cutsSilence(url: string, pingInterval: number): Promise<void> {
  const [quiet, talkative] = await Promise.all([life(url, pingInterval * 0.95), life(url, pingInterval * 0.95, 300)]);
  expectTrue(quiet.code === 1006, `a silent socket ended with ${quiet.code} after ${quiet.ms} ms`);
  expectTrue(talkative.code === undefined, `a talkative socket ended with ${talkative.code} after ${talkative.ms} ms`);
}

async function life(url: string, watchMs: number, talkEachMs?: number): Promise<{ ms: number; code?: number }> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { rejectUnauthorized: false });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', (error) => reject(new Error(`not injected: no WebSocket opens: ${error.message}`)));
  });
  const opened = performance.now();
  const ended = new Promise<number>((resolve) => socket.once('close', resolve));
  const talk = talkEachMs === undefined ? undefined : setInterval(() => socket.ping(), talkEachMs);
  const code = await Promise.race([ended, wait(watchMs)]);
  clearInterval(talk);
  socket.terminate();
  return { ms: Math.round(performance.now() - opened), ...(typeof code === 'number' ? { code } : {}) };
}

/** So many sockets at once open, and not one more. */
export async function opensAtMost(url: string, most: number): Promise<void> {
  const sockets = Array.from({ length: most + 6 }, () => new WebSocket(url.replace(/^http/, 'ws')));
  const opened = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<boolean>((resolve) => {
          socket.once('open', () => resolve(true));
          socket.once('error', () => resolve(false));
        }),
    ),
  );
  const gone = sockets.map((socket, i) =>
    opened[i] === true ? new Promise((resolve) => socket.once('close', resolve)) : undefined,
  );
  for (const socket of sockets) socket.terminate();
  await Promise.all(gone);
  const count = opened.filter(Boolean).length;
  expectTrue(count === most, `${count} of ${sockets.length} sockets open`);
  // The front forgets them a moment later than we do.
  for (let tries = 0; tries < 40 && (await ask(url, POLLING)).status !== 200; tries += 1) await wait(50);
}
