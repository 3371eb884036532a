import { Size } from 'cdk8s';
import { deriveTiming, type Timing } from '../../lib/timing';
import { production } from '../../stacks/production';
import { killAllSwarms, mixed, type Swarm } from '../live/support/swarm';
import { call } from './support/api';
import { addresses, newSwarm } from './support/clients';
import { apply, deleteNamespaces, get, kubectl, kubectlInBackground, needsNode, sleep, until } from './support/cluster';
import { type Row, readyAt, rowsOf } from './support/ending';
import { measured } from './support/measured';
import { clientsOf, Observer } from './support/observer';
import type { Life } from './support/pods';
import { manifestsOf, PROPORTIONS, SHORT, type SystemProps } from './support/systems';

/** The Service of production. */
const SERVICE = 'coditect-combined-service';
const PROXY = production.server.proxy as NonNullable<typeof production.server.proxy>;

/** One system under observation, with clients that come through its ClusterIP. */
class System {
  readonly timing: Timing;

  private constructor(
    readonly props: SystemProps,
    readonly replicas: number,
    readonly seen: Observer,
    readonly swarm: Swarm,
  ) {
    this.timing = deriveTiming(props.timing);
  }

  static async start(namespace: string, replicas: number, network: number, timing = SHORT): Promise<System> {
    // Its pods bear a label that no other system's do: `kubectl drain` looks at all namespaces.
    const props = { namespace, timing, server: { name: namespace, replicas } };
    apply(manifestsOf(props));
    const seen = new Observer(namespace, namespace, SERVICE);
    systems.push(namespace);
    observers.push(seen);
    await eventually(namespace);
    const { spec } = get<{ spec: { clusterIP: string } }>('service', SERVICE, `--namespace=${namespace}`);
    const swarm = newSwarm();
    const transports = mixed({ websocket: 30 });
    await swarm.connect(`http://${spec.clusterIP}`, transports, { path: '/theia/socket.io/' }, addresses(network));
    await swarm.settled(30_000);
    return new System(props, replicas, seen, swarm);
  }

  kubectl(...args: readonly string[]): string {
    return kubectl([...args, `--namespace=${this.props.namespace}`]);
  }

  /** Does something that ends pods, waits until all is as it should be again, and returns the pods that ended. */
  async ends(act: () => unknown, replicas = this.replicas): Promise<readonly Life[]> {
    const before = new Set(this.seen.pods.ended);
    await act();
    await sleep(500);
    // A pod counts as ready until it has ended: first the end, then the successor.
    await until('every pod that ends has ended', 120, async () => {
      await eventually(this.props.namespace, replicas);
      return this.seen.pods.lives.every(({ deleted, gone }) => deleted === undefined || gone !== undefined);
    });
    await eventually(this.props.namespace, replicas);
    await this.swarm.settled(30_000);
    // Containerd's events and the last lines of a log come by ways of their own.
    await sleep(500);
    return this.seen.pods.ended.filter((life) => !before.has(life));
  }

  /** The pod with the most clients. */
  async busiest(): Promise<string> {
    const { clients } = await clientsOf(this.swarm);
    const at = clients.map(({ events }) => events.at(-1)?.pod ?? '');
    const count = (name: string) => at.filter((pod) => pod === name).length;
    return at.reduce((most, name) => (count(name) > count(most) ? name : most), at[0] ?? '');
  }

  async rows(lives: readonly Life[]): Promise<readonly { readonly pod: string; readonly rows: readonly Row[] }[]> {
    const { clients } = await clientsOf(this.swarm);
    return lives.map((life) => ({ pod: life.name, rows: rowsOf(this.timing, life, this.seen, clients) }));
  }
}

const systems: string[] = [];
const observers: Observer[] = [];

/** Waits without keeping other systems from going on. */
async function eventually(namespace: string, replicas?: number): Promise<void> {
  await sleep(1500);
  await until(`${namespace} is ready`, 180, async () => {
    const { body } = await call('GET', `/apis/apps/v1/namespaces/${namespace}/statefulsets/${namespace}`);
    const { metadata, spec, status } = JSON.parse(body) as {
      metadata: { generation: number };
      spec: { replicas: number };
      status: Record<string, number | string>;
    };
    const wanted = replicas ?? spec.replicas;
    return (
      status.observedGeneration === metadata.generation &&
      status.currentRevision === status.updateRevision &&
      [status.replicas, status.readyReplicas, status.availableReplicas].every((count) => count === wanted)
    );
  });
}

const SCENARIOS = [
  'a rollout',
  "a rollout with production's proportions",
  'a rollback in the middle of a rollout',
  'a deleted pod',
  'an eviction',
  'kubectl drain',
  'a smaller number of replicas',
  'a changed configuration',
] as const;

type Scenario = (typeof SCENARIOS)[number];

interface Outcome {
  readonly system: System;
  readonly lives: readonly Life[];
  readonly rows: readonly { readonly pod: string; readonly rows: readonly Row[] }[];
  readonly said?: unknown;
}

needsNode('the drawn timeline is what a kubelet does', () => {
  const outcomes = new Map<Scenario, Promise<Outcome>>();
  const run = (scenario: Scenario, system: System, act: () => unknown, replicas?: number) => {
    const outcome = (async () => {
      let said: unknown;
      const lives = await system.ends(async () => {
        said = await act();
      }, replicas);
      return { system, lives, rows: await system.rows(lives), said };
    })();
    // Judged by its own test.
    outcome.catch(() => {});
    outcomes.set(scenario, outcome);
    return outcome;
  };

  // Four systems at once: what takes time here is waiting.
  const rollouts = async () => {
    const system = await System.start('timeline-rollout', 3, 11);
    await run('a rollout', system, () => system.kubectl('rollout', 'restart', `statefulset/${system.props.namespace}`));
    await run('a rollback in the middle of a rollout', system, async () => {
      system.kubectl('set', 'env', `statefulset/${system.props.namespace}`, 'CHANGED=yes');
      await until('the first pod is told to end', 30, () =>
        system.seen.pods.lives.some(({ deleted, gone }) => deleted !== undefined && gone === undefined),
      );
      system.kubectl('rollout', 'undo', `statefulset/${system.props.namespace}`);
    });
  };
  const removals = async () => {
    const system = await System.start('timeline-removal', 2, 12);
    const busiest = await system.busiest();
    await run('a deleted pod', system, () => system.kubectl('delete', 'pod', busiest, '--wait=false'));
    await run('an eviction', system, async () => {
      const evict = (pod: string) =>
        call('POST', `/api/v1/namespaces/${system.props.namespace}/pods/${pod}/eviction`, {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: pod, namespace: system.props.namespace },
        });
      const busy = await system.busiest();
      const first = await evict(busy);
      await sleep(500);
      const second = await evict(`${system.props.namespace}-${busy.endsWith('0') ? 1 : 0}`);
      return [first.status, second.status];
    });
    await run(
      'a smaller number of replicas',
      system,
      () => system.kubectl('scale', `statefulset/${system.props.namespace}`, '--replicas=1'),
      1,
    );
    system.kubectl('scale', `statefulset/${system.props.namespace}`, '--replicas=2');
    await eventually(system.props.namespace, 2);
    await run('kubectl drain', system, () => drain(system));
  };
  const changes = async () => {
    const system = await System.start('timeline-change', 2, 13);
    await run('a changed configuration', system, () =>
      apply(
        manifestsOf({
          ...system.props,
          server: { ...system.props.server, proxy: { ...PROXY, maxBodySize: Size.mebibytes(2) } },
        }),
      ),
    );
  };

  const proportions = async () => {
    const system = await System.start('timeline-proportions', 2, 14, PROPORTIONS);
    await run("a rollout with production's proportions", system, () =>
      system.kubectl('rollout', 'restart', `statefulset/${system.props.namespace}`),
    );
  };

  let failures: unknown[] = [];
  beforeAll(async () => {
    const ended = await Promise.allSettled([rollouts(), removals(), changes(), proportions()]);
    failures = ended.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  }, 400_000);

  afterAll(() => {
    killAllSwarms();
    for (const seen of observers) seen.stop();
    deleteNamespaces(...systems);
  });

  test('every scenario came to its end', () => expect(failures).toEqual([]));

  test.each(SCENARIOS)(
    '%s: every event of every pod within 1 s of the timeline, all exit codes 0',
    async (scenario) => {
      const outcome = await outcomes.get(scenario);
      if (outcome === undefined) throw new Error('it was not reached');
      const rows = outcome.rows.flatMap(({ pod, rows }) => rows.map((row) => ({ pod, ...row })));
      measured(
        `timeline-${scenario.replace(/[^a-z]+/g, '-')}`,
        { scenario, timing: outcome.system.timing, pods: outcome.rows },
        outcome.rows.map(
          ({ pod, rows }) => `${pod}: ${rows.map(({ measured: [from, to] }) => `${from}–${to}`).join('  ')}`,
        ),
      );
      expect(outcome.lives.length).toBeGreaterThan(0);
      expect(rows.filter(({ agrees }) => !agrees)).toEqual([]);
    },
  );

  test.each(SCENARIOS)('%s: one pod at a time', async (scenario) => {
    const outcome = await outcomes.get(scenario);
    if (outcome === undefined) throw new Error('it was not reached');
    const { lives, system } = outcome;
    for (const { deleted = 0 } of lives) expect(readyAt(system.seen.pods.lives, deleted)).toBe(system.replicas);
  });

  test('a second eviction is refused while the first pod is away', async () => {
    expect((await outcomes.get('an eviction'))?.said).toEqual([201, 429]);
  });

  test('no connection of another pod is touched', async () => {
    for (const outcome of await Promise.all(outcomes.values())) {
      const { clients } = await clientsOf(outcome.system.swarm);
      const ends = clients.flatMap(({ events }) => events.filter(({ what }) => what === 'disconnected'));
      const lives = outcome.system.seen.pods.lives;
      expect(
        ends.filter(
          ({ pod, at }) =>
            !lives.some(
              ({ name, deleted, gone }) =>
                name === pod && at >= (deleted ?? Number.NaN) - 200 && at <= (gone ?? Number.NaN) + 200,
            ),
        ),
      ).toEqual([]);
    }
  });
});

/** Drains the only node there is of this system's pods, and lets them come back as soon as the first is told to go. */
async function drain(system: System): Promise<void> {
  const [node] = get<{ items: { metadata: { name: string } }[] }>('nodes').items.map(({ metadata }) => metadata.name);
  if (node === undefined) throw new Error('there is no node');
  const drained = new Promise<void>((resolve, reject) => {
    const draining = kubectlInBackground([
      'drain',
      node,
      `--pod-selector=app=${system.props.namespace}`,
      '--ignore-daemonsets',
      '--delete-emptydir-data',
      '--timeout=120s',
    ]);
    draining.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`kubectl drain ended with ${code}`))));
  });
  await Promise.race([
    drained,
    until('the first pod is told to end', 30, () =>
      system.seen.pods.lives.some(({ deleted, gone }) => deleted !== undefined && gone === undefined),
    ),
  ]);
  kubectl(['uncordon', node]);
  await drained;
}
