import { join } from 'node:path';
import { Duration } from 'cdk8s';
import { deriveTiming } from '../../lib';
import { stoodStillMs, tookMs } from '../standstill';
import { Cluster, endClusters } from './support/cluster';
import { stopAllNginx } from './support/nginx';
import type { Pod } from './support/pod';
import { killAllSwarms, mixed, Swarm } from './support/swarm';

const timing = deriveTiming({
  pingInterval: Duration.seconds(3),
  pingTimeout: Duration.seconds(4),
  endpointDetach: Duration.seconds(1),
  drain: Duration.seconds(4),
  shutdown: Duration.seconds(1),
  margin: Duration.seconds(10),
});

afterEach(async () => {
  killAllSwarms();
  await endClusters();
  await stopAllNginx();
});

describe('`examples/plain-ws` behind nginx', () => {
  it('sends its clients away over the drain with "service restart", and they are on another pod', async () => {
    const program = join(__dirname, '..', '..', 'examples', 'plain-ws', 'server.ts');
    const cluster = await Cluster.start({ timing, pods: 2, program });
    const swarm = new Swarm();
    await swarm.connect(cluster.url, mixed({ plain: 80 }), { welcome: false });
    await swarm.settled(20_000);
    const leaving = cluster.pods[0] as Pod;
    await cluster.remove(leaving);
    await swarm.settled(10_000);
    const { clients } = await swarm.order({ do: 'state', full: true });
    const closes = clients.flatMap(({ events }) => events.filter(({ what }) => what === 'disconnected'));
    const sigterm = leaving.happened.sigterm as number;
    // About half of 80, by hash; nobody twice, and nobody on the other pod.
    const [told] = leaving.steps;
    expect(closes).toHaveLength(told?.connections as number);
    expect(closes.length).toBeGreaterThan(20);
    expect(closes.length).toBeLessThan(60);
    expect(new Set(closes.map(({ reason }) => reason))).toEqual(new Set(['1012']));
    const moments = closes.map(({ at }) => at).sort((a, b) => a - b);
    const times = moments.map((at) => at - sigterm);
    const drainMs = timing.drainSeconds * 1000;
    expect(tookMs(sigterm, moments[0])).toBeLessThan(1000);
    expect(times.at(-1)).toBeGreaterThan(3000);
    expect(tookMs(sigterm, moments.at(-1))).toBeLessThan(drainMs + 1000);
    // Over the whole window: nobody before their share of it has begun,
    for (const [index, time] of times.entries()) expect(time).toBeGreaterThan((index / times.length) * drainMs - 50);
    // and no more than a third of them in any fifth of it; what is overdue when the machine goes on is made up for.
    for (const from of moments.filter((at) => stoodStillMs(at - 800, at + 800) < 100)) {
      expect(moments.filter((at) => at >= from && at < from + 800).length).toBeLessThanOrEqual(times.length / 3);
    }
    expect(leaving.happened.killed).toBeUndefined();
    expect(leaving.steps.map(({ step }) => step)).toEqual(['notified', 'drained', 'closed']);
  }, 60_000);
});
