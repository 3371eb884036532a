// How fast clients come back when a pod ends: with its connections closed over the drain window, and all at once.
// Real parts: the chat server, the generated nginx in the pod and in front, 400 Socket.IO clients in another process.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('tsx/cjs');
const { Duration } = require('cdk8s');
const { deriveTiming } = require('../lib/timing');
const { Cluster, endClusters } = require('../test/live/support/cluster');
const { stopAllNginx } = require('../test/live/support/nginx');
const { peak, percentile, returns } = require('../test/live/support/report');
const { killAllSwarms, mixed, Swarm } = require('../test/live/support/swarm');

const CLIENTS = 400;
const DRAIN_SECONDS = 10;

const timing = deriveTiming({
  endpointDetach: Duration.seconds(1),
  drain: Duration.seconds(DRAIN_SECONDS),
  shutdown: Duration.seconds(1),
  margin: Duration.seconds(10),
});

async function run(drainMs) {
  const spoil = (spec) => ({ ...spec, environment: { ...spec.environment, SOCKET_DRAIN_MS: String(drainMs) } });
  const cluster = await Cluster.start({ timing, pods: 2, spoil });
  const swarm = new Swarm();
  await swarm.connect(cluster.url, mixed({ websocket: CLIENTS }));
  await swarm.settled(30_000);
  await cluster.remove(cluster.pods[0]);
  await swarm.settled(30_000);
  const { clients } = await swarm.order({ do: 'state', full: true });
  const back = clients.flatMap(returns);
  swarm.kill();
  await endClusters();
  await stopAllNginx();
  return { moved: back.length, second: peak(back), tenth: peak(back, 100), spread: spreadOf(back) };
}

/** Seconds between the fifth and the ninety-fifth percent of the returns. */
function spreadOf(back) {
  const sorted = [...back].sort((a, b) => a - b);
  return (percentile(sorted, 0.95) - percentile(sorted, 0.05)) / 1000;
}

try {
  const rows = [
    [`closed over ${DRAIN_SECONDS} s`, await run(DRAIN_SECONDS * 1000)],
    ['all at once', await run(0)],
  ];
  console.log('drain            clients   most in 1 s   most in 0.1 s   90 % within');
  for (const [name, { moved, second, tenth, spread }] of rows) {
    const cells = [String(moved).padStart(7), String(second).padStart(11), String(tenth).padStart(13)];
    console.log(`${name.padEnd(16)} ${cells.join('   ')}   ${spread.toFixed(1).padStart(9)} s`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  killAllSwarms();
  await endClusters();
  await stopAllNginx();
}
