import { deriveTiming } from '../../lib/timing';
import { failed } from '../live/support/criteria';
import { reportOf } from '../live/support/report';
import { killAllSwarms, mixed, type Swarm } from '../live/support/swarm';
import { Balancer } from './support/balancer';
import { addresses, newSwarm } from './support/clients';
import { apply, deleteNamespaces, get, kubectl, needsNode, sleep, until, waitReady } from './support/cluster';
import { measured } from './support/measured';
import { clientsOf, Observer } from './support/observer';
import { manifestsOf, SHORT } from './support/systems';

const NAMESPACE = 'clients';
const SERVICE = 'coditect-combined-service';
const ENDPOINT = { path: '/theia/socket.io/' };
const timing = deriveTiming(SHORT);

/** Documented: everybody is back within 5 s. */
const BACK_WITHIN_MS = 5000;

needsNode('clients of three pods that are replaced', () => {
  let seen: Observer;
  let balancer: Balancer;
  const swarms: Record<'behind the ClusterIP' | 'behind a balancer', Swarm | undefined> = {
    'behind the ClusterIP': undefined,
    'behind a balancer': undefined,
  };

  beforeAll(async () => {
    apply(
      manifestsOf({
        namespace: NAMESPACE,
        server: {
          name: NAMESPACE,
          replicas: 3,
          // One log for all pods: a message reaches everybody, wherever it was sent.
          storage: { per: 'workload', accessMode: 'ReadWriteMany', mountPath: '/home/theia', size: '1Gi' },
        },
      }),
    );
    await waitReady(NAMESPACE, `deployment/${NAMESPACE}`, 120);
    seen = new Observer(NAMESPACE, NAMESPACE, SERVICE);
    const { spec } = get<{ spec: { clusterIP: string } }>('service', SERVICE, `--namespace=${NAMESPACE}`);
    balancer = await Balancer.start(timing, NAMESPACE, SERVICE, 8080, 8099);
    const transports = mixed({ websocket: 20, upgraded: 30 });
    await Promise.all(
      (
        [
          ['behind the ClusterIP', `http://${spec.clusterIP}`, 21],
          ['behind a balancer', balancer.url, 22],
        ] as const
      ).map(async ([way, url, network]) => {
        const swarm = newSwarm();
        swarms[way] = swarm;
        await swarm.connect(url, transports, ENDPOINT, addresses(network));
        await swarm.settled(30_000);
        await swarm.order({ do: 'publish', everyMs: 100 });
      }),
    );
    kubectl(['rollout', 'restart', `deployment/${NAMESPACE}`, `--namespace=${NAMESPACE}`]);
    await waitReady(NAMESPACE, `deployment/${NAMESPACE}`, 180);
    await until('the replaced pods have ended', 60, () => seen.pods.ended.length === 3);
    for (const swarm of Object.values(swarms)) {
      await swarm?.order({ do: 'stop publishing' });
      await swarm?.settled(30_000);
      await swarm?.delivered(10_000);
    }
    await sleep(500);
  }, 360_000);

  afterAll(() => {
    killAllSwarms();
    balancer?.stop();
    seen?.stop();
    deleteNamespaces(NAMESPACE);
  });

  test.each(['behind the ClusterIP', 'behind a balancer'] as const)(
    '%s: nobody lost, no message lost or stored twice, everybody back within 5 s, no other connection touched',
    async (way) => {
      const swarm = swarms[way] as Swarm;
      const { answers } = await clientsOf(swarm);
      const pods = seen.pods.lives.map(({ name, deleted }) => ({
        name,
        happened: deleted === undefined ? {} : { deleted },
      }));
      const report = reportOf(`clients ${way}`, answers, pods as never);
      measured(`clients-${way.replaceAll(' ', '-')}`, report);
      expect(failed(report)).toEqual([]);
      expect(report.droppedElsewhere).toEqual({ webSocket: 0, polling: 0 });
      expect(report.dropped).toBeGreaterThanOrEqual(50);
      expect(report.reconnect.maxMs).toBeLessThan(BACK_WITHIN_MS);
      expect(report.messages.acknowledged).toBe(answers[0]?.published);
      expect(report.messages).toMatchObject({ lost: 0, duplicates: 0 });
    },
  );
});
