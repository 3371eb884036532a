import { Duration } from 'cdk8s';
import { deriveTiming } from '../../lib';
import { Cluster, endClusters } from './support/cluster';
import { failed } from './support/criteria';
import { stopAllNginx } from './support/nginx';
import { reportOf } from './support/report';
import { killAllSwarms, mixed, Swarm } from './support/swarm';

const timing = deriveTiming({
  pingInterval: Duration.seconds(2),
  // More than a busy machine stands still: nobody is sent away because the answer to a ping was not read.
  pingTimeout: Duration.seconds(8),
  margin: Duration.seconds(10),
});

afterEach(async () => {
  killAllSwarms();
  await endClusters();
  await stopAllNginx();
});

it('clients that say nothing for longer than every heartbeat and every idle timeout stay connected', async () => {
  const cluster = await Cluster.start({ timing, pods: 2 });
  const swarm = new Swarm();
  await swarm.connect(cluster.url, mixed({ websocket: 60, upgraded: 20, polling: 20 }));
  await swarm.settled(20_000);
  expect(timing.idleTimeoutSeconds).toBe(20);
  await new Promise((resolve) => setTimeout(resolve, (timing.idleTimeoutSeconds + 3) * 1000));
  const report = reportOf('idle', [await swarm.order({ do: 'state', full: true })], cluster.allPods, [
    `Idle for ${timing.idleTimeoutSeconds + 3} s; heartbeat ${timing.effectivePingTimeoutSeconds} s, idle timeout ${timing.idleTimeoutSeconds} s.`,
  ]);
  expect(failed(report)).toEqual([]);
  expect(report.dropped + report.droppedElsewhere.polling).toBe(0);
}, 90_000);
