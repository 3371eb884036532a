import { createServer } from 'node:http';
import { Duration } from 'cdk8s';
import fc from 'fast-check';
import { keepAlive, serverTiming, timingFromEnvironment } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';
import { timingEnvironment } from '../../lib/timing/contract';

const seconds = (min: number, max: number) => fc.integer({ min, max }).map((value) => Duration.seconds(value));

it('reads back exactly what the infrastructure writes into the pod', () => {
  fc.assert(
    fc.property(seconds(1, 60), seconds(1, 60), seconds(1, 600), (pingInterval, pingTimeout, drain) => {
      const timing = deriveTiming({ pingInterval, pingTimeout, drain });
      expect(timingFromEnvironment(timingEnvironment(timing))).toEqual(serverTiming(timing));
    }),
  );
});

it('is the default timing where the environment says nothing', () => {
  expect(timingFromEnvironment({})).toEqual({
    heartbeatIntervalMs: 25_000,
    heartbeatGraceMs: 20_000,
    presenceTtlMs: 46_000,
    replayTtlMs: 300_000,
    drainMs: 50_000,
    shutdownMs: 10_000,
    keepAliveMs: 620_000,
  });
});

it('fails with every variable that cannot be meant', () => {
  expect(() =>
    timingFromEnvironment({
      SOCKET_HEARTBEAT_INTERVAL_MS: '25s',
      SOCKET_HEARTBEAT_GRACE_MS: '0',
      SOCKET_DRAIN_MS: '-1',
      HTTP_KEEP_ALIVE_MS: '2147483648',
    }),
  ).toThrow(
    [
      '4 problems:',
      '  - SOCKET_HEARTBEAT_INTERVAL_MS: "25s" is not a time; give whole milliseconds from 1 to 2147483647',
      '  - SOCKET_HEARTBEAT_GRACE_MS: "0" is not a time; give whole milliseconds from 1 to 2147483647',
      '  - SOCKET_DRAIN_MS: "-1" is not a time; give whole milliseconds from 0 to 2147483647',
      '  - HTTP_KEEP_ALIVE_MS: "2147483648" is not a time; give whole milliseconds from 1 to 2147483647',
    ].join('\n'),
  );
});

it('keeps idle HTTP connections for as long as the timing says, and waits for headers for longer', () => {
  const http = createServer();
  keepAlive(http, serverTiming(deriveTiming()));
  expect(http.keepAliveTimeout).toBe(620_000);
  expect(http.headersTimeout).toBeGreaterThan(http.keepAliveTimeout);
});
