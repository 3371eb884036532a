import { createServer } from 'node:http';
import * as prometheus from 'prom-client';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { GracefulShutdown, heartbeat, ServerMetrics, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';
import { messageOf } from '../problems';

const timing = serverTiming(deriveTiming());
const http = createServer();
const io = new Server();
const webSockets = new WebSocketServer({ noServer: true });
const right = { http, io, webSockets, timing };

const shutdown = (props: unknown) => messageOf(() => new GracefulShutdown(props as typeof right));

/** What people write in plain JavaScript, and what they are told. */
const WRONG: Readonly<Record<string, readonly [unknown, string]>> = {
  'an application instead of its server': [
    { ...right, http: function app() {} },
    'http: the function app cannot be used here; give the server that everything is attached to, as in createServer(app)',
  ],
  'the server of ws instead of that of HTTP': [
    { ...right, http: webSockets },
    'http: an object of WebSocketServer cannot be used here; give the server that everything is attached to, as in createServer(app)',
  ],
  'ws instead of Socket.IO': [
    { ...right, io: webSockets },
    'io: an object of WebSocketServer cannot be used here; give a Server of socket.io, or a list of them, or leave it out',
  ],
  'nothing in the place of Socket.IO': [
    { ...right, io: null },
    'io: null cannot be used here; give a Server of socket.io, or a list of them, or leave it out',
  ],
  'HTTP instead of ws': [
    { ...right, webSockets: [http] },
    'webSockets[0]: an object of Server cannot be used here; give a WebSocketServer of ws',
  ],
  'a list with a hole': [
    { ...right, webSockets: [undefined] },
    'webSockets[0]: is missing; give a WebSocketServer of ws',
  ],
  'another spelling': [
    { http, timing, websockets: webSockets },
    'websockets: is not read by anything here; did you mean "webSockets"?',
  ],
  'text for a timing': [{ ...right, timing: '25s' }, 'timing: "25s" cannot be used here; give timingFromEnvironment()'],
  'a timing without a time': [
    { ...right, timing: { ...timing, shutdownMs: undefined } },
    'timing.shutdownMs: is missing; give a number, such as 1000',
  ],
  'no number in a timing': [
    { ...right, timing: { ...timing, drainMs: Number.NaN } },
    'timing.drainMs: NaN is not a time; give milliseconds from 0 to 2147483647',
  ],
  'a window that never ends': [
    { ...right, timing: { ...timing, drainMs: Number.POSITIVE_INFINITY } },
    'timing.drainMs: Infinity is not a time; give milliseconds from 0 to 2147483647',
  ],
  'a negative window': [
    { ...right, timing: { ...timing, drainMs: -5 } },
    'timing.drainMs: -5 is not a time; give milliseconds from 0 to 2147483647',
  ],
  'a number for the flag': [
    { ...right, drainFlag: 7 },
    'drainFlag: 7 cannot be used here; give text, such as "/tmp/drain", or leave it out',
  ],
  'text for a function': [
    { ...right, flush: 'x' },
    'flush: "x" cannot be used here; give a function that returns a promise, or leave it out',
  ],
  'a reason that no close frame holds': [
    { ...right, reason: 'ü'.repeat(62) },
    'reason: 124 bytes are more than a close frame holds; give 123 at most',
  ],
  'a code after which clients stay away': [
    { ...right, closeCode: 1000 },
    'closeCode: 1000 does not ask clients to come back; give 1012 or 1001',
  ],
  'nothing at all': [undefined, 'is missing; give an object with http, timing'],
};

it.each(Object.entries(WRONG))('%s is one sentence', (_what, [props, sentence]) => {
  expect(shutdown(props)).toContain(sentence);
  expect(shutdown(props)).not.toContain('problems:');
});

it('everything that is wrong is said at once', () => {
  expect(shutdown({ reason: 5, closeCode: 1000 })).toBe(
    [
      '4 problems:',
      '  - http: is missing; give the server that everything is attached to, as in createServer(app)',
      '  - timing: is missing; give timingFromEnvironment()',
      '  - reason: 5 cannot be used here; give text, such as "new version", or leave it out',
      '  - closeCode: 1000 does not ask clients to come back; give 1012 or 1001',
    ].join('\n'),
  );
});

it('a reason may fill a close frame', () => {
  expect(() => new GracefulShutdown({ ...right, http: createServer(), reason: `${'ü'.repeat(61)}.` })).not.toThrow();
});

it('a window may be as long as a timer can wait', () => {
  const longest = { ...timing, drainMs: 2 ** 31 - 1 };
  expect(() => new GracefulShutdown({ http: createServer(), timing: longest })).not.toThrow();
  expect(shutdown({ http, timing: { ...timing, drainMs: 2 ** 31 } })).toBe(
    'timing.drainMs: 2147483648 is not a time; give milliseconds from 0 to 2147483647',
  );
});

it.each<[unknown, string]>([
  ['SIGTERM', 'signals: "SIGTERM" is no list; give ["SIGTERM"]'],
  [['SIGTERM', 'TERM'], 'signals: "TERM" is no signal of this system; give one such as "SIGTERM"'],
])('onSignals(%j) is refused, and listens to nothing', (signals, sentence) => {
  const before = process.listenerCount('SIGTERM');
  const made = new GracefulShutdown({ http: createServer(), timing });
  expect(messageOf(() => made.onSignals(signals as NodeJS.Signals[]))).toBe(sentence);
  expect(process.listenerCount('SIGTERM')).toBe(before);
});

it('a heartbeat of nothing, or in no time, is refused', () => {
  const beat = heartbeat as (server: unknown, timing?: unknown) => unknown;
  expect(messageOf(() => beat(undefined, timing))).toBe(
    'server: undefined cannot be used here; give a WebSocketServer of ws',
  );
  expect(messageOf(() => beat(http))).toBe(
    '2 problems:\n  - server: an object of Server cannot be used here; give a WebSocketServer of ws\n  - timing: undefined cannot be used here; give timingFromEnvironment()',
  );
  expect(messageOf(() => beat(webSockets, { ...timing, heartbeatIntervalMs: 0 }))).toBe(
    'timing.heartbeatIntervalMs: 0 is not a time; give milliseconds from 1 to 2147483647',
  );
});

it('metrics of something else are refused', () => {
  const registry = new prometheus.Registry();
  expect(messageOf(() => new ServerMetrics({ prometheus, registry, http, timing: {} as never }))).toBe(
    'timing: {} cannot be used here; give timingFromEnvironment()',
  );
  const wrong = { prometheus: registry, registry, http: webSockets, timing: 5, endpoints: '/health', websocket: io };
  expect(messageOf(() => new ServerMetrics(wrong as never))).toBe(
    [
      '5 problems:',
      "  - prometheus: an object of Registry cannot be used here; give prom-client, as in import * as prometheus from 'prom-client'",
      '  - http: an object of WebSocketServer cannot be used here; give the server that everything is attached to, as in createServer(app)',
      '  - timing: 5 cannot be used here; give timingFromEnvironment()',
      '  - endpoints: "/health" cannot be used here; give a list, such as ["/health"], or leave it out',
      '  - websocket: is not read by anything here; did you mean "webSockets"?',
    ].join('\n'),
  );
});
