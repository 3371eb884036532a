import { Duration } from 'cdk8s';
import { deriveTiming } from '../../lib';
import { stoodStillMs, within } from '../standstill';
import { ask } from './support/app';
import { Cluster, type ClusterProps, endClusters } from './support/cluster';
import { CRITERIA, type CriterionName, failed } from './support/criteria';
import { stopAllNginx } from './support/nginx';
import type { Pod, PodSpec } from './support/pod';
import { statusAfterIdling } from './support/raw';
import { type RunReport, reportOf } from './support/report';
import { killAllSwarms, mixed, Swarm, type SwarmAnswer } from './support/swarm';

const timing = deriveTiming({
  pingInterval: Duration.seconds(5),
  pingTimeout: Duration.seconds(5),
  endpointDetach: Duration.seconds(1),
  drain: Duration.seconds(5),
  shutdown: Duration.seconds(1),
  margin: Duration.seconds(10),
});

afterEach(async () => {
  killAllSwarms();
  await endClusters();
  await stopAllNginx();
});

/** Who talks has connected before, so that nobody comes when others have begun, and everything is delivered at the end. Who is restless may never be connected, or not for long. */
type Manner = 'silent' | 'talking' | 'restless';

/** One run: clients, something that happens to them, and what the checks say about it. */
async function run(
  name: string,
  props: Omit<ClusterProps, 'timing'>,
  meanwhile: (cluster: Cluster, swarm: Swarm) => Promise<unknown>,
  manner: Manner = 'silent',
): Promise<{ readonly report: RunReport; readonly state: SwarmAnswer; readonly cluster: Cluster }> {
  const cluster = await Cluster.start({ timing, ...props });
  const swarm = new Swarm();
  await swarm.connect(cluster.url, mixed({ websocket: 120, polling: 20 }));
  if (manner !== 'restless') await swarm.settled(30_000);
  if (manner === 'talking') await swarm.order({ do: 'publish', everyMs: 200 });
  await meanwhile(cluster, swarm);
  await swarm.order({ do: 'stop publishing' });
  // Those who were dropped last are on their way back.
  if (manner !== 'restless') await swarm.settled(20_000);
  if (manner === 'talking') await swarm.delivered(8000);
  const state = await swarm.order({ do: 'state', full: true });
  return { report: reportOf(name, [state], cluster.allPods), state, cluster };
}

const removeOne = (cluster: Cluster) => cluster.remove(cluster.pods[0] as Pod);

const badRequests = async (pods: readonly Pod[]) => {
  const pages = await Promise.all(pods.map((pod) => ask(`http://127.0.0.1:${pod.appPort}/metrics`)));
  return pages.reduce(
    (sum, { body }) => sum + Number(/^socket_io_http_400_errors_total\{code="1"\} (\d+)$/m.exec(body)?.[1] ?? 0),
    0,
  );
};

describe('the checks', () => {
  it('find nothing where nothing is wrong', async () => {
    const { report, cluster } = await run('healthy', { pods: 3 }, removeOne, 'talking');
    expect(failed(report)).toEqual([]);
    expect(report.messages.acknowledged).toBeGreaterThan(10);
    // And each of them finds what it is there for.
    const { reconnect, messages } = report;
    const spoiled: readonly (readonly [CriterionName, Partial<RunReport>])[] = [
      ['everybodyConnects', { neverConnected: 1 }],
      ['noDropElsewhere', { droppedElsewhere: { webSocket: 1, polling: 0 } }],
      ['littleChurn', { churnElsewhere: 0.01 }],
      ['backSoon', { reconnect: { ...reconnect, p99Ms: 5000 } }],
      ['asAStream', { undisturbedPeak: report.largestDrop }],
      ['mayComeBack', { forbidden: 1 }],
      ['nothingLost', { messages: { ...messages, lost: 1 } }],
    ];
    for (const [name, change] of spoiled) expect(failed({ ...report, ...change })).toEqual([name]);
    expect(spoiled.map(([name]) => name)).toEqual(Object.keys(CRITERIA));
    // Sessions that were moved with their pod ask for it once; sessions without affinity ask all the time.
    expect(await badRequests(cluster.pods)).toBeLessThan(40);
    for (const pod of cluster.pods) {
      expect(await statusAfterIdling(pod.port, '/live', 2500)).toBe(200);
      expect(await statusAfterIdling(pod.appPort, '/live', 2500)).toBe(200);
    }
  }, 120_000);

  it('fails without affinity: polling clients never connect, and the servers answer 400 "Session ID unknown"', async () => {
    const { report, state, cluster } = await run(
      'without affinity',
      { pods: 3, affinity: 'none' },
      async ({ pods }, swarm) => {
        await swarm.becomes(30_000, ({ connected }) => connected >= 120);
        await within(20_000, async () => (await badRequests(pods)) > 20);
      },
      'restless',
    );
    expect(failed(report)).toContain('everybodyConnects');
    // Whoever uses WebSocket alone does not need it.
    const webSockets = state.clients.filter(({ transport }) => transport === 'websocket');
    expect(webSockets.every(({ events }) => events.length === 1)).toBe(true);
    expect(report.droppedElsewhere.webSocket).toBe(0);
    expect(await badRequests(cluster.pods)).toBeGreaterThan(20);
  }, 120_000);

  it('fails with an idle timeout below the heartbeat: every connection is cut at that age, and comes back, and is cut', async () => {
    const seconds = 3;
    const spoil = (spec: PodSpec): PodSpec => ({
      ...spec,
      nginxConf: spec.nginxConf.replaceAll(
        `proxy_read_timeout ${timing.idleTimeoutSeconds}s`,
        `proxy_read_timeout ${seconds}s`,
      ),
    });
    const livesOf = ({ clients }: SwarmAnswer) =>
      clients
        .filter(({ transport }) => transport === 'websocket')
        .flatMap(({ events }) =>
          events.flatMap((event, index) => {
            const before = events[index - 1];
            return event.what === 'disconnected' && before?.what === 'connected' ? [{ event, before }] : [];
          }),
        );
    const { report, state } = await run(
      'idle timeout below the heartbeat',
      { pods: 2, spoil },
      (_cluster, swarm) => swarm.becomes(30_000, (seen) => livesOf(seen).length >= 200, true),
      'restless',
    );
    expect(failed(report)).toEqual(expect.arrayContaining(['noDropElsewhere', 'littleChurn']));
    const lives = livesOf(state);
    expect(lives.length).toBeGreaterThanOrEqual(200);
    expect(new Set(lives.map(({ event }) => event.reason))).toEqual(new Set(['transport close']));
    for (const { event, before } of lives) {
      const lived = event.at - before.at;
      // A welcome that came while the clients stood still was read later, by no more than that.
      const still = (from: number, to: number) => stoodStillMs(from, to, state.stoodStill);
      expect(lived + still(before.at - 10_000, before.at)).toBeGreaterThan(seconds * 1000 - 500);
      expect(lived - still(before.at, event.at)).toBeLessThan(seconds * 1000 + 1000);
    }
  }, 120_000);

  it('fails without a drain: the clients of the pod come back as a storm', async () => {
    const spoil = (spec: PodSpec): PodSpec => ({
      ...spec,
      environment: { ...spec.environment, SOCKET_DRAIN_MS: '0' },
      preStop: { app: undefined, nginx: undefined },
    });
    const { report } = await run('without a drain', { pods: 3, spoil }, removeOne);
    expect(report.largestDrop).toBeGreaterThan(12);
    // A storm is one, whatever came before it.
    expect(failed({ ...report, undisturbedPeak: report.peakReconnectsPerSecond })).toContain('asAStream');
  }, 120_000);

  it('fails where missed messages are not kept: a client that was moved has a gap', async () => {
    const spoil = (spec: PodSpec): PodSpec => ({
      ...spec,
      environment: { ...spec.environment, SOCKET_REPLAY_TTL_MS: '0' },
    });
    const { report } = await run('without replay', { pods: 3, spoil }, removeOne, 'talking');
    expect(failed(report)).toEqual(['nothingLost']);
  }, 120_000);

  it('fails with a keep-alive below the balancer’s: a request into an idle connection gets no answer, which is a 502', async () => {
    const spoil = (spec: PodSpec): PodSpec => ({
      ...spec,
      nginxConf: spec.nginxConf.replace(`keepalive_timeout ${timing.keepAliveSeconds}s`, 'keepalive_timeout 5s'),
      environment: { ...spec.environment, HTTP_KEEP_ALIVE_MS: '5000' },
    });
    const cluster = await Cluster.start({ timing, pods: 1, spoil });
    const [pod] = cluster.pods as [Pod];
    const idle = [pod.port, pod.appPort].map((port) => statusAfterIdling(port, '/live', 7500));
    expect(await Promise.all(idle)).toEqual([502, 502]);
    // Sooner than the keep-alive it works, which is why nobody finds it by trying.
    expect(await statusAfterIdling(pod.port, '/live', 100)).toBe(200);
  }, 120_000);
});

describe('a gateway that is reloaded', () => {
  it('fails where its workers are not patient: they cut the connections to all pods', async () => {
    const { report } = await run(
      'gateway with an impatient worker',
      { pods: 3, gatewayTiming: { workerShutdownTimeoutSeconds: 2 } },
      removeOne,
    );
    expect(failed(report)).toEqual(expect.arrayContaining(['noDropElsewhere', 'littleChurn']));
  }, 120_000);
});
