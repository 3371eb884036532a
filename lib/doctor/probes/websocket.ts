import type { Json } from '../evidence';
import { cookiesFor } from '../reach/cookies';
import { engineQuery, PACKET, readHandshake } from '../reach/engine-io';
import { pause } from '../reach/pace';
import type { WireSocket } from '../reach/websocket';
import type { Wire } from '../reach/wire';
import { type Probe, written } from './probe';

/** How long a server may take to greet after the handshake of the WebSocket. */
const GREETING_MS = 2500;

/** The path of a WebSocket without a session. */
export function socketPath(wire: Wire): string {
  const { target } = wire;
  return target.protocol === 'socket.io' ? engineQuery(target.path, 'websocket') : target.path;
}

/** The first text that is not asked for; `undefined` when none comes in time, or the socket ends before. */
export function firstText(socket: WireSocket, wire: Wire, timeoutMs = GREETING_MS): Promise<string | undefined> {
  const over = new AbortController();
  return new Promise<string | undefined>((resolve) => {
    socket.onText = resolve;
    void socket.closed.then(() => resolve(undefined));
    void pause(timeoutMs, AbortSignal.any([wire.signal, over.signal])).then(() => resolve(undefined));
  }).finally(() => over.abort());
}

export async function once(wire: Wire, origin?: 'none'): Promise<void> {
  const opened = await wire.open({ path: socketPath(wire), ...(origin === 'none' ? { origin: null } : {}) });
  const text =
    opened.socket === undefined || wire.target.protocol === 'websocket'
      ? undefined
      : await firstText(opened.socket, wire);
  const open = readHandshake(text);
  // Whoever says goodbye is not silent.
  const ended = opened.socket === undefined ? undefined : await Promise.race([opened.socket.closed, undefined]);
  opened.socket?.close();
  wire.record(
    'websocket',
    origin === undefined ? {} : { origin },
    {
      handshake: opened.answer,
      open: written(open, wire),
      silent:
        opened.socket !== undefined &&
        wire.target.protocol === 'socket.io' &&
        open === undefined &&
        ended === undefined,
    } as unknown as Json,
    opened.at,
    wire.now() - opened.at,
  );
}

export const websocket: Probe = {
  id: 'websocket',
  doing: 'WebSockets without a handshake over HTTP',
  protocols: ['socket.io', 'websocket'],
  quick: true,
  seconds: () => 0.3,
  run: async ({ wire }) => {
    // Where nothing else is asked, as many as show that one of several servers fails.
    const plain = wire.target.protocol === 'websocket';
    await Promise.all(Array.from({ length: plain ? 12 : 6 }, () => once(wire)));
    if (plain) await Promise.all([once(wire, 'none'), once(wire, 'none')]);
  },
};

export const upgrade: Probe = {
  id: 'upgrade',
  doing: 'upgrades of sessions',
  protocols: ['socket.io'],
  quick: true,
  seconds: () => 0.4,
  useless: (view) => (view.heartbeat === undefined ? 'no handshake was answered' : undefined),
  run: async ({ wire, view }) => {
    const jar = view().ownJar;
    await Promise.all([1, 2, 3, 4].map(() => switchOver(wire, jar)));
  },
};

async function switchOver(wire: Wire, jar: 'browser' | 'none'): Promise<void> {
  const { target } = wire;
  const first = await wire.request({ path: engineQuery(target.path, 'polling') });
  const open = readHandshake(first.body);
  let seen: { handshake: unknown; switched?: unknown; probed?: boolean } = { handshake: first.answer };
  if (open !== undefined) {
    await wire.pause(Math.random() * 300);
    const cookie = cookiesFor(first.setCookie, jar, target);
    const opened = await wire.open({
      path: engineQuery(target.path, 'websocket', open.sid),
      ...(cookie === undefined ? {} : { headers: { cookie } }),
    });
    let probed = false;
    if (opened.socket !== undefined) {
      opened.socket.send(`${PACKET.ping}probe`);
      probed = (await firstText(opened.socket, wire)) === `${PACKET.pong}probe`;
      // Completes the upgrade, so that closing the socket ends the session too.
      opened.socket.send(PACKET.upgrade);
      opened.socket.close();
    }
    seen = { ...seen, switched: opened.answer, probed };
  }
  wire.record('upgrade', {}, seen as unknown as Json, first.at, wire.now() - first.at);
}

/** More sockets at once than a small ceiling lets in. */
export const crowd: Probe = {
  id: 'crowd',
  doing: 'thirty-six sockets at once',
  protocols: ['socket.io', 'websocket'],
  quick: true,
  seconds: () => 1.8,
  useless: (view) =>
    view.of('websocket').some(({ answer }) => answer.handshake.status === 101) ? undefined : 'no WebSocket opens',
  run: async ({ wire }) => {
    const at = wire.now();
    const sockets: WireSocket[] = [];
    const opened = await Promise.all(
      Array.from({ length: 36 }, async () => {
        const one = await wire.open({ path: socketPath(wire) });
        if (one.socket === undefined) return { ...one.answer, greeted: false };
        sockets.push(one.socket);
        const plain = wire.target.protocol === 'websocket';
        return { ...one.answer, greeted: plain || (await firstText(one.socket, wire)) !== undefined };
      }),
    );
    for (const socket of sockets) socket.close();
    const answer = { opened: opened.map(({ headers: _headers, ...rest }) => rest) };
    wire.record('crowd', { sockets: opened.length }, answer as unknown as Json, at, wire.now() - at);
  },
};
