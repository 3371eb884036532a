import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
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
      SOCKET_PRESENCE_TTL_MS: '+46000',
      SOCKET_REPLAY_TTL_MS: '3e5',
      SOCKET_DRAIN_MS: '-1',
      HTTP_KEEP_ALIVE_MS: '2147483648',
    }),
  ).toThrow(
    [
      '6 problems:',
      '  - SOCKET_HEARTBEAT_INTERVAL_MS: "25s" is not a time; give whole milliseconds from 1 to 2147483647',
      '  - SOCKET_HEARTBEAT_GRACE_MS: "0" is not a time; give whole milliseconds from 1 to 2147483647',
      '  - SOCKET_PRESENCE_TTL_MS: "+46000" is not a time; give whole milliseconds from 1 to 2147483647',
      '  - SOCKET_REPLAY_TTL_MS: "3e5" is not a time; give whole milliseconds from 0 to 2147483647',
      '  - SOCKET_DRAIN_MS: "-1" is not a time; give whole milliseconds from 0 to 2147483647',
      '  - HTTP_KEEP_ALIVE_MS: "2147483648" is not a time; give whole milliseconds from 1 to 2147483647',
    ].join('\n'),
  );
});

it('takes the least and the most, and no other way to write a number', () => {
  const read = (given: string) => timingFromEnvironment({ SOCKET_HEARTBEAT_GRACE_MS: given }).heartbeatGraceMs;
  expect(read('1')).toBe(1);
  expect(read('2147483647')).toBe(2_147_483_647);
  for (const given of ['1e3', '0x10', '+5', ' 5', '5.5']) expect(() => read(given)).toThrow('is not a time');
});

const servers: HttpServer[] = [];

afterEach(() => {
  for (const http of servers.splice(0)) http.close().closeAllConnections();
});

it('keeps idle HTTP connections for as long as the timing says', () => {
  const http = createServer();
  keepAlive(http, serverTiming(deriveTiming()));
  expect(http.keepAliveTimeout).toBe(620_000);
});

it('keeps a connection that idles between two requests, and none on which the headers of one never end', async () => {
  const http = createServer({ headersTimeout: 300, connectionsCheckingInterval: 50 }, (_request, answer) =>
    answer.end(),
  );
  servers.push(http);
  keepAlive(http, serverTiming(deriveTiming()));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n';
  const idle = connect(port, '127.0.0.1', () => idle.write(`${request}\r\n`));
  const answers: string[] = [];
  idle.on('data', (data) => answers.push(data.toString('latin1').slice(0, 12)));
  let trickle: NodeJS.Timeout | undefined;
  const endless = connect(port, '127.0.0.1', () => {
    endless.write(request);
    trickle = setInterval(() => endless.write('a: b\r\n'), 20);
  });
  let said = '';
  endless.on('data', (data) => {
    said += data.toString('latin1');
  });
  const late = setTimeout(() => endless.destroy(), 5000);
  await new Promise((resolve) => endless.on('error', () => {}).once('close', resolve));
  clearTimeout(late);
  clearInterval(trickle);
  expect(said).toMatch(/^HTTP\/1\.1 408 /);
  idle.write(`${request}\r\n`);
  await new Promise((resolve) => idle.once('data', resolve).once('close', resolve));
  expect(answers).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
});
