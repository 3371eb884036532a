import * as http2 from 'node:http2';
import * as tls from 'node:tls';
import type { Json } from '../evidence';
import type { Http2Seen } from '../facts/view';
import { outcomeOf, timedOut } from '../reach/answer';
import { engineQuery } from '../reach/engine-io';
import type { Wire } from '../reach/wire';
import type { Probe } from './probe';
import { socketPath } from './websocket';

const TIMEOUT_MS = 3000;

/** Which protocol the server chooses, and whether WebSockets have a way in each. */
export const http2Probe: Probe = {
  id: 'http2',
  doing: 'HTTP/2',
  protocols: ['socket.io', 'websocket'],
  quick: true,
  seconds: () => 0.3,
  useless: (view) => (/^(https|wss):/.test(view.asked.url) ? undefined : 'without TLS there is no HTTP/2'),
  run: async ({ wire }) => {
    const at = wire.now();
    const chosenPlace = await wire.place();
    const chosen = await negotiate(wire, ['h2', 'http/1.1']);
    const only1Place = await wire.place();
    const only1 = await negotiate(wire, ['http/1.1']);
    let seen: Http2Seen = {
      alpn: chosen.alpn,
      http1: only1.error === undefined && only1.alpn !== 'h2',
      ...(chosen.error === undefined ? {} : { error: chosen.error }),
    };
    if (chosen.alpn === 'h2' && chosen.socket !== undefined) seen = { ...seen, ...(await speak(wire, chosen.socket)) };
    chosen.socket?.destroy();
    only1.socket?.destroy();
    chosenPlace();
    only1Place();
    wire.record('http2', {}, seen as unknown as Json, at, wire.now() - at);
  },
};

interface Negotiated {
  readonly alpn: string | null;
  readonly socket?: tls.TLSSocket;
  readonly error?: string;
}

function negotiate({ target, hop: _hop }: Wire, protocols: string[]): Promise<Negotiated> {
  return new Promise((resolve) => {
    const socket = tls.connect({
      host: target.addresses[0] ?? target.host,
      port: target.port,
      rejectUnauthorized: false,
      ALPNProtocols: protocols,
      ...(/^[\d.]+$|:/.test(target.host) ? {} : { servername: target.host }),
    });
    const fail = (error: unknown) => {
      const { outcome, error: code } = outcomeOf(error);
      socket.destroy();
      resolve({ alpn: null, error: code ?? outcome });
    };
    const timer = setTimeout(() => fail(timedOut()), TIMEOUT_MS);
    socket.once('error', (error) => {
      clearTimeout(timer);
      fail(error);
    });
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      resolve({ alpn: socket.alpnProtocol === false ? null : socket.alpnProtocol, socket });
    });
  });
}

function speak(wire: Wire, socket: tls.TLSSocket): Promise<Partial<Http2Seen>> {
  return new Promise((resolve) => {
    const client = http2.connect(wire.target.url.origin.replace(/^ws/, 'http'), { createConnection: () => socket });
    const timer = setTimeout(() => end({ error: 'timeout' }), TIMEOUT_MS);
    const end = (seen: Partial<Http2Seen>) => {
      clearTimeout(timer);
      client.destroy();
      resolve(seen);
    };
    client.on('error', (error) => end({ error: outcomeOf(error).error ?? 'failed' }));
    client.once('close', () => end({ error: 'closed' }));
    client.once('remoteSettings', ({ enableConnectProtocol = false }) => {
      // A session that has ended meanwhile takes no requests, and says so by throwing.
      const both = async () => {
        const plain = wire.target.protocol === 'socket.io' ? await ask(client, wire, 'GET') : {};
        const connect = enableConnectProtocol ? await ask(client, wire, 'CONNECT') : undefined;
        end({
          ...(plain.status === undefined ? {} : { status: plain.status }),
          connectProtocol: enableConnectProtocol,
          ...(connect === undefined ? {} : { connect }),
        });
      };
      both().catch((error) => end({ error: outcomeOf(error).error ?? 'failed' }));
    });
  });
}

async function ask(
  client: http2.ClientHttp2Session,
  wire: Wire,
  method: 'GET' | 'CONNECT',
): Promise<{ status?: number; error?: string }> {
  const { target } = wire;
  await wire.turn();
  return new Promise((resolve) => {
    const stream = client.request(
      method === 'GET'
        ? { ':path': engineQuery(target.path, 'polling'), 'user-agent': wire.userAgent }
        : {
            ':method': 'CONNECT',
            ':protocol': 'websocket',
            ':path': socketPath(wire),
            ':scheme': 'https',
            ':authority': target.url.host,
            'sec-websocket-version': '13',
            origin: target.origin,
            'user-agent': wire.userAgent,
          },
      { endStream: method === 'GET' },
    );
    const timer = setTimeout(() => {
      stream.close();
      resolve({ error: 'timeout' });
    }, TIMEOUT_MS / 2);
    stream.once('response', (headers) => {
      clearTimeout(timer);
      stream.close();
      resolve({ status: Number(headers[':status']) });
    });
    stream.on('error', (error) => {
      clearTimeout(timer);
      resolve({ error: outcomeOf(error).error ?? 'failed' });
    });
  });
}
