// What a hop through the generated nginx costs: round trips, messages a second and new connections a second, beside a direct connection.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { io } from 'socket.io-client';

const require = createRequire(import.meta.url);
require('tsx/cjs');
const { gatewayConf, nginxConf } = require('../lib/nginx');
const { deriveTiming } = require('../lib/timing');
const { freePort } = require('../test/live/support/app');
const { startNginx, stopAllNginx } = require('../test/live/support/nginx');
const { percentile } = require('../test/live/support/report');

const ROUNDS = 5;
const ROUND_TRIPS = 2000;
const CLIENTS = 40;
const OUTSTANDING = 10;
const SECONDS = 1.5;
const HANDSHAKES = 300;

function connected(url) {
  return new Promise((resolve, reject) => {
    const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

async function latency(url) {
  const socket = await connected(url);
  const times = [];
  for (let i = 0; i < ROUND_TRIPS; i += 1) {
    const began = performance.now();
    await socket.emitWithAck('echo', 'x'.repeat(100));
    times.push(performance.now() - began);
  }
  socket.disconnect();
  // The first tenth warms up.
  return times.slice(ROUND_TRIPS / 10).sort((a, b) => a - b);
}

async function throughput(url) {
  const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => connected(url)));
  const end = performance.now() + SECONDS * 1000;
  let count = 0;
  const lane = async (socket) => {
    while (performance.now() < end) {
      await socket.emitWithAck('echo', 'x'.repeat(100));
      count += 1;
    }
  };
  await Promise.all(sockets.flatMap((socket) => Array.from({ length: OUTSTANDING }, () => lane(socket))));
  for (const socket of sockets) socket.disconnect();
  return count / SECONDS;
}

async function handshakes(url) {
  const began = performance.now();
  for (let left = HANDSHAKES; left > 0; left -= 10) {
    const sockets = await Promise.all(Array.from({ length: 10 }, () => connected(url)));
    for (const socket of sockets) socket.disconnect();
  }
  return HANDSHAKES / ((performance.now() - began) / 1000);
}

const server = fork(new URL('echo-server.mjs', import.meta.url), { execArgv: [] });
try {
  const [port] = await once(server, 'message');
  const timing = deriveTiming();
  const [sidecarPort, gatewayPort] = [await freePort(), await freePort()];
  await startNginx(
    nginxConf({ timing, port: sidecarPort, upstream: { port }, socketIo: { path: '/socket.io/' } }),
    sidecarPort,
  );
  await startNginx(
    gatewayConf({ timing, port: gatewayPort, servers: [{ host: '127.0.0.1', port: sidecarPort }] }),
    gatewayPort,
  );
  const ways = [
    ['direct', port],
    ['nginx in the pod', sidecarPort],
    ['gateway and pod', gatewayPort],
  ].map(([name, at]) => ({ name, url: `http://127.0.0.1:${at}`, p50: [], p99: [], throughput: [], handshakes: [] }));
  // In turns, and the best of each: whatever else the machine does only ever makes a round worse.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const way of ways) {
      const times = await latency(way.url);
      way.p50.push(percentile(times, 0.5));
      way.p99.push(percentile(times, 0.99));
      way.throughput.push(await throughput(way.url));
      way.handshakes.push(await handshakes(way.url));
    }
  }
  console.log('way                p50 round trip   p99 round trip   round trips/s   connections/s');
  for (const way of ways) {
    const cells = [
      `${Math.min(...way.p50).toFixed(3)} ms`.padStart(14),
      `${Math.min(...way.p99).toFixed(3)} ms`.padStart(14),
      Math.max(...way.throughput)
        .toFixed(0)
        .padStart(13),
      Math.max(...way.handshakes)
        .toFixed(0)
        .padStart(13),
    ];
    console.log(`${way.name.padEnd(18)} ${cells.join('   ')}`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  server.kill();
  await stopAllNginx();
}
