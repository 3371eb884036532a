import { EnvFieldPaths, EnvValue } from 'cdk8s-plus-28';
import { deriveTiming } from '../../lib/timing';
import { production } from '../../stacks/production';
import { failed } from '../live/support/criteria';
import { reportOf } from '../live/support/report';
import { killAllSwarms, mixed, type Swarm, type SwarmAnswer, type Transport } from '../live/support/swarm';
import { PLAIN_APPLICATION } from './machine/images';
import { Balancer } from './support/balancer';
import { addresses, newSwarm } from './support/clients';
import { apply, deleteNamespaces, get, kubectl, needsNode, sleep, until, waitReady } from './support/cluster';
import { measured } from './support/measured';
import { clientsOf, Observer } from './support/observer';
import { manifestsOf, SHORT, type SystemProps } from './support/systems';

const SERVICE = 'coditect-combined-service';
const timing = deriveTiming(SHORT);

/** Documented: everybody is back within 5 s. */
const BACK_WITHIN_MS = 5000;
const WAYS = ['behind the ClusterIP', 'behind a balancer'] as const;
type Way = (typeof WAYS)[number];

interface Kind {
  /** Also the namespace. */
  readonly name: string;
  readonly title: string;
  readonly shares: Readonly<Partial<Record<Transport, number>>>;
  readonly endpoint: object;
  /** The networks that clients come from, behind each way. */
  readonly networks: Readonly<Record<Way, number>>;
  readonly balancerPort: number;
  readonly server: SystemProps['server'];
}

const KINDS: readonly Kind[] = [
  {
    name: 'clients',
    title: 'Socket.IO, polling first and by WebSocket alone',
    shares: { websocket: 20, upgraded: 30 },
    endpoint: { path: '/theia/socket.io/' },
    networks: { 'behind the ClusterIP': 21, 'behind a balancer': 22 },
    balancerPort: 8099,
    server: {},
  },
  {
    name: 'plain',
    title: 'WebSockets without Socket.IO',
    shares: { plain: 40 },
    endpoint: {},
    networks: { 'behind the ClusterIP': 23, 'behind a balancer': 24 },
    balancerPort: 8098,
    server: {
      command: [process.execPath, PLAIN_APPLICATION],
      env: {
        CHAT_NAME: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME),
        CHAT_FOLDER: '/home/theia',
        DRAIN_FLAG: '/tmp/drain',
      },
      proxy: { ...production.server.proxy, addressesAppended: 2, webSockets: [{ path: '/ws' }] },
    },
  },
];

/** Three pods of one kind, clients on both ways to them, and a rollout under the clients. */
class Replaced {
  seen: Observer | undefined;
  /** What its clients went through, by the way that they took. */
  readonly answers = new Map<Way, readonly SwarmAnswer[]>();
  private balancer: Balancer | undefined;
  private readonly swarms = new Map<Way, Swarm>();

  constructor(private readonly kind: Kind) {}

  async run(): Promise<void> {
    const { name } = this.kind;
    apply(
      manifestsOf({
        namespace: name,
        server: {
          name,
          replicas: 3,
          // One log for all pods: a message reaches everybody, wherever it was sent.
          storage: { per: 'workload', accessMode: 'ReadWriteMany', mountPath: '/home/theia', size: '1Gi' },
          ...this.kind.server,
        },
      }),
    );
    await waitReady(name, `deployment/${name}`, 120);
    const seen = new Observer(name, name, SERVICE);
    this.seen = seen;
    const { spec } = get<{ spec: { clusterIP: string } }>('service', SERVICE, `--namespace=${name}`);
    this.balancer = await Balancer.start({
      timing,
      namespace: name,
      service: SERVICE,
      podPort: 8080,
      port: this.kind.balancerPort,
    });
    const urls: Record<Way, string> = {
      'behind the ClusterIP': `http://${spec.clusterIP}`,
      'behind a balancer': this.balancer.url,
    };
    await Promise.all(WAYS.map((way) => this.connect(way, urls[way])));
    kubectl(['rollout', 'restart', `deployment/${name}`, `--namespace=${name}`]);
    await waitReady(name, `deployment/${name}`, 180);
    await until('the replaced pods have ended', 60, () => seen.pods.ended.length === 3);
    for (const swarm of this.swarms.values()) {
      await swarm.order({ do: 'stop publishing' });
      await swarm.settled(30_000);
      await swarm.delivered(10_000);
    }
    await sleep(500);
    for (const [way, swarm] of this.swarms) {
      this.answers.set(way, (await clientsOf(swarm)).answers);
      swarm.kill();
    }
    kubectl(['scale', `deployment/${name}`, '--replicas=0', `--namespace=${name}`]);
  }

  stop(): void {
    this.balancer?.stop();
    this.seen?.stop();
  }

  private async connect(way: Way, url: string): Promise<void> {
    const { shares, endpoint, networks } = this.kind;
    const swarm = newSwarm();
    this.swarms.set(way, swarm);
    await swarm.connect(url, mixed(shares), endpoint, addresses(networks[way]));
    await swarm.settled(30_000);
    await swarm.order({ do: 'publish', everyMs: 100 });
  }
}

needsNode('clients of three pods that are replaced', () => {
  const systems = new Map(KINDS.map((kind) => [kind, new Replaced(kind)]));
  const runs = new Map<Kind, Promise<void>>();

  beforeAll(async () => {
    // One after the other: on two cores, pods that start for the one keep the clients of the other from their heartbeats.
    for (const [kind, system] of systems) {
      const run = system.run();
      runs.set(kind, run);
      // Judged by its own tests.
      await run.catch(() => {});
      system.stop();
    }
  }, 600_000);

  afterAll(() => {
    killAllSwarms();
    for (const system of systems.values()) system.stop();
    deleteNamespaces(...KINDS.map(({ name }) => name));
  });

  describe.each(KINDS)('$title', (kind) => {
    test.each(WAYS)(
      '%s: nobody lost, no message lost or stored twice, everybody back in time, no other connection touched',
      async (way) => {
        await runs.get(kind);
        const system = systems.get(kind) as Replaced;
        const answers = system.answers.get(way) ?? [];
        const pods = (system.seen as Observer).pods.lives.map(({ name, deleted }) => ({
          name,
          happened: deleted === undefined ? {} : { deleted },
        }));
        const report = reportOf(`${kind.title}, ${way}`, answers, pods);
        measured(`clients-${kind.name}-${way.replaceAll(' ', '-')}`, report);
        expect(failed(report)).toEqual([]);
        expect(report.droppedElsewhere).toEqual({ webSocket: 0, polling: 0 });
        // Each was on a pod that ended, some more than once.
        const count = Object.values(kind.shares).reduce((sum, share) => sum + share, 0);
        expect(report.dropped).toBeGreaterThanOrEqual(count);
        expect(report.reconnect.maxMs).toBeLessThan(BACK_WITHIN_MS);
        expect(report.messages.acknowledged).toBe(answers[0]?.published);
        expect(report.messages).toMatchObject({ lost: 0, duplicates: 0 });
      },
    );
  });
});
