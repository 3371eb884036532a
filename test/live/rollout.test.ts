import { Duration } from 'cdk8s';
import { deriveTiming } from '../../lib';
import { Cluster, endClusters } from './support/cluster';
import { failed } from './support/criteria';
import { stopAllNginx } from './support/nginx';
import { reportOf } from './support/report';
import { killAllSwarms, mixed, Swarm } from './support/swarm';
import { compareTimeline, watchEnding } from './support/timeline';

const timing = deriveTiming({
  pingInterval: Duration.seconds(3),
  pingTimeout: Duration.seconds(4),
  endpointDetach: Duration.seconds(2),
  drain: Duration.seconds(5),
  shutdown: Duration.seconds(2),
  margin: Duration.seconds(10),
});

const POLLING_NOTE =
  'A polling session is a new request for each message, and a balancer sends requests of a removed endpoint elsewhere: polling clients of a ' +
  'replaced pod are moved when it is detached, all at once, and those whose address the changed hash gives to another pod are moved as well.';

afterEach(async () => {
  killAllSwarms();
  await endClusters();
  await stopAllNginx();
});

describe('a rolling replacement of three pods under 300 clients', () => {
  it('drops nobody outside of the replaced pod, loses nothing, and goes by the predicted timeline', async () => {
    const cluster = await Cluster.start({ timing, pods: 3 });
    const swarm = new Swarm();
    await swarm.connect(cluster.url, mixed({ websocket: 200, upgraded: 60, polling: 40 }));
    await swarm.settled(20_000);
    await swarm.order({ do: 'publish', everyMs: 250 });

    const endings = [];
    for (const old of [...cluster.pods]) {
      await cluster.add();
      const ending = watchEnding(old);
      await cluster.remove(old);
      endings.push(await ending);
    }
    await swarm.order({ do: 'stop publishing' });
    await swarm.settled(15_000);
    await swarm.delivered(10_000);
    const state = await swarm.order({ do: 'state', full: true });
    const report = reportOf('rolling replacement', [state], cluster.allPods, [POLLING_NOTE]);

    expect(failed(report)).toEqual([]);
    expect(report.messages.acknowledged).toBeGreaterThan(30);
    // Everybody was on one of the replaced pods, and some on several, one after the other.
    expect(report.dropped).toBeGreaterThanOrEqual(300);
    expect(state.shutdownNotices).toBeGreaterThanOrEqual(260);

    for (const ending of endings) compareTimeline(timing, ending, state.clients);
  }, 120_000);
});

describe('a scale-down from three pods to two', () => {
  it('moves the clients of the removed pod and of no other', async () => {
    const cluster = await Cluster.start({ timing, pods: 3 });
    const swarm = new Swarm();
    await swarm.connect(cluster.url, mixed({ websocket: 120, polling: 15 }));
    await swarm.settled(20_000);
    await swarm.order({ do: 'publish', everyMs: 250 });
    const last = cluster.pods.at(-1);
    if (last === undefined) throw new Error('there is no pod');
    await cluster.remove(last);
    await swarm.order({ do: 'stop publishing' });
    await swarm.settled(15_000);
    await swarm.delivered(10_000);
    const state = await swarm.order({ do: 'state', full: true });
    const report = reportOf('scale-down', [state], cluster.allPods, [POLLING_NOTE]);

    expect(failed(report)).toEqual([]);
    // Fewer servers: the hash moves the removed one's clients only, polling ones included.
    expect(report.droppedElsewhere.polling).toBe(0);
    expect(report.dropped).toBeGreaterThan(20);
    expect(report.dropped).toBeLessThan(90);
  }, 60_000);
});
