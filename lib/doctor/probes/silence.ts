import { connect } from 'node:net';
import * as tls from 'node:tls';
import type { Json } from '../evidence';
import type { View } from '../facts/view';
import { type Answer, outcomeOf, timedOut } from '../reach/answer';
import { engineQuery } from '../reach/engine-io';
import type { Wire } from '../reach/wire';
import type { Probe } from './probe';
import { socketPath } from './websocket';

/** No server takes it for a request: whoever reads what it is sent refuses it at once, whoever else stands behind. */
const NO_REQUEST = 'holdfast-doctor\r\n\r\n';

/** Far longer than anybody thinks about that. */
const PATIENCE_MS = 2500;

/** How long one request may take, where none was answered in time. */
const LONGEST_MS = 12_000;

const unanswered = (view: View): boolean =>
  view.firsts.length > 0 &&
  view.firsts.every(
    ({ answer }) => answer.outcome === 'timeout' || answer.outcome === 'stopped' || answer.status === 504,
  );

/** Who it is that does not answer: somebody who waits for another, or whoever takes the connections. And whether an answer comes at all. */
export const silence: Probe = {
  id: 'silence',
  doing: 'who it is that does not answer',
  protocols: ['socket.io', 'websocket'],
  quick: true,
  seconds: () => 0.4,
  useless: (view) => (unanswered(view) ? undefined : 'answers come'),
  run: async ({ wire, left }) => {
    const longest = Math.min(LONGEST_MS, 1000 * left() - 1500);
    await Promise.all([greet(wire), greet(wire), ...(longest > PATIENCE_MS ? [patiently(wire, longest)] : [])]);
  },
};

async function patiently(wire: Wire, timeoutMs: number): Promise<void> {
  const socketIo = wire.target.protocol === 'socket.io';
  const path = socketIo ? engineQuery(wire.target.path, 'polling') : socketPath(wire);
  const { answer, at, took } = socketIo ? await wire.request({ path, timeoutMs }) : await opened(wire, path, timeoutMs);
  wire.record('patience', {}, answer as unknown as Json, at, took);
}

async function opened(wire: Wire, path: string, timeoutMs: number) {
  const { socket, ...rest } = await wire.open({ path, timeoutMs });
  socket?.close();
  return rest;
}

async function greet(wire: Wire): Promise<void> {
  const giveBack = await wire.place();
  const at = wire.now();
  const answer = await spoken(wire);
  giveBack();
  wire.record('nonsense', {}, answer as unknown as Json, at, wire.now() - at);
}

/** What comes back for what is no request, and how long the connection itself took. */
function spoken(wire: Wire): Promise<Answer & { readonly connectMs?: number }> {
  const { target } = wire;
  const at = wire.now();
  return new Promise((resolve) => {
    const host = target.addresses[0] ?? target.host;
    const socket = target.secure
      ? tls.connect({
          host,
          port: target.port,
          rejectUnauthorized: false,
          ALPNProtocols: ['http/1.1'],
          ...(/^[\d.]+$|:/.test(target.host) ? {} : { servername: target.host }),
        })
      : connect({ host, port: target.port });
    let connectMs: number | undefined;
    const finish = (answer: Answer) => {
      clearTimeout(timer);
      wire.signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve({ ...answer, ...(connectMs === undefined ? {} : { connectMs }) });
    };
    const stop = () => finish({ outcome: 'stopped' });
    const timer = setTimeout(() => finish(outcomeOf(timedOut())), PATIENCE_MS);
    wire.signal.addEventListener('abort', stop, { once: true });
    socket.once('connect', () => {
      connectMs = Math.round(10 * (wire.now() - at)) / 10;
    });
    socket.once(target.secure ? 'secureConnect' : 'connect', () => socket.write(NO_REQUEST));
    socket.once('data', (data: Buffer) => {
      const text = data.toString('latin1');
      const status = /^HTTP\/[\d.]+ (\d{3})/.exec(text)?.[1];
      finish({
        outcome: 'answer',
        ...(status === undefined ? {} : { status: Number(status) }),
        body: wire.redactor.text(text.split('\r\n\r\n').slice(1).join('\n') || text),
      });
    });
    socket.once('error', (error) => finish(outcomeOf(error)));
    socket.once('close', () => finish({ outcome: 'closed' }));
  });
}
