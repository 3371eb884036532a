import type { Manifest } from '../../lib/manifest';
import { killAllSwarms, mixed, type Swarm } from '../live/support/swarm';
import { call } from './support/api';
import { addresses, newSwarm } from './support/clients';
import {
  apply,
  asList,
  deleteNamespaces,
  get,
  kubectl,
  needsNode,
  sleep,
  tryKubectl,
  until,
  waitReady,
} from './support/cluster';
import { measured } from './support/measured';
import { Metrics } from './support/metrics';
import { clientsOf, Observer } from './support/observer';
import { readyPods } from './support/pods';
import { manifestsOf } from './support/systems';

const NAMESPACE = 'autoscaling';
const MIGRATED = 'autoscaling-later';
const SERVICE = 'coditect-combined-service';
const LEAST = 2;
const MOST = 4;

/** One for each of two swarms. */
const CLIENTS = 15;
const CONNECTIONS_PER_POD = 10;

/** An autoscaler looks every 5 s on this cluster, a pod takes some seconds to start, and the machine may be busy. */
const SCALED_UP_SECONDS = 60;
/** Here connections must have been away for 10 s, and the pod that goes has its whole end. */
const SCALED_DOWN_SECONDS = 90;
/** From the first pod of a new Deployment to the last that its autoscaler would keep. */
const TOGETHER_SECONDS = 3;

const system = (namespace: string, scale: object) =>
  manifestsOf({
    namespace,
    server: {
      name: namespace,
      storage: { per: 'workload', accessMode: 'ReadWriteMany', mountPath: '/home/theia', size: '1Gi' },
      ...scale,
    },
  });
const scaled = (namespace: string) =>
  system(namespace, {
    autoscaling: { minReplicas: LEAST, maxReplicas: MOST, connectionsPerPod: CONNECTIONS_PER_POD },
  });
const deployment = (namespace: string) =>
  get<{ spec: { replicas: number }; status: { replicas?: number } }>(
    'deployment',
    namespace,
    `--namespace=${namespace}`,
  );

/** What the autoscaler said that it did. */
async function rescales(): Promise<readonly string[]> {
  const { body } = await call('GET', `/api/v1/namespaces/${NAMESPACE}/events?fieldSelector=reason=SuccessfulRescale`);
  return (JSON.parse(body) as { items: { message: string }[] }).items.map(({ message }) => message);
}

needsNode('an autoscaler on connections', () => {
  let seen: Observer;
  let metrics: Metrics;
  let swarms: Swarm[] = [];

  beforeAll(async () => {
    apply(scaled(NAMESPACE).filter(({ kind }) => kind === 'Namespace'));
    seen = new Observer(NAMESPACE, NAMESPACE, SERVICE);
    metrics = await Metrics.start(seen.pods);
  }, 120_000);

  afterAll(() => {
    killAllSwarms();
    metrics?.stop();
    seen?.stop();
    deleteNamespaces(NAMESPACE, MIGRATED);
  });

  test('a new Deployment starts with as many pods as its autoscaler keeps', async () => {
    apply(scaled(NAMESPACE));
    // As docs/deploy.md has it.
    kubectl(['scale', `deployment/${NAMESPACE}`, `--replicas=${LEAST}`, `--namespace=${NAMESPACE}`]);
    await waitReady(NAMESPACE, `deployment/${NAMESPACE}`, 120);
    const created = seen.pods.lives.map(({ created }) => created);
    expect(created).toHaveLength(LEAST);
    const seconds = (Math.max(...created) - Math.min(...created)) / 1000;
    measured('autoscaling-1-start', {
      what: `the ${LEAST} pods of a new Deployment are made, which is scaled as it is applied`,
      seconds,
      withinSeconds: TOGETHER_SECONDS,
    });
    expect(seconds).toBeLessThan(TOGETHER_SECONDS);
    expect(await rescales()).toEqual([]);
  }, 150_000);

  test('connections add pods, and applying the manifests again takes none away', async () => {
    const { spec } = get<{ spec: { clusterIP: string } }>('service', SERVICE, `--namespace=${NAMESPACE}`);
    swarms = await Promise.all(
      [31, 32].map(async (network) => {
        const swarm = newSwarm();
        await swarm.connect(
          `http://${spec.clusterIP}`,
          mixed({ websocket: CLIENTS }),
          { path: '/theia/socket.io/' },
          addresses(network),
        );
        await swarm.settled(30_000);
        return swarm;
      }),
    );
    const began = Date.now();
    const wanted = Math.ceil((2 * CLIENTS) / CONNECTIONS_PER_POD);
    await until(
      `${wanted} pods are ready`,
      SCALED_UP_SECONDS * 2,
      async () => (await readyPods(NAMESPACE)).length === wanted,
    );
    const seconds = (Date.now() - began) / 1000;
    measured('autoscaling-2-up', {
      what: `${2 * CLIENTS} connections, ${CONNECTIONS_PER_POD} for each pod: from ${LEAST} pods to ${wanted}`,
      seconds,
      withinSeconds: SCALED_UP_SECONDS,
    });
    expect(seconds).toBeLessThan(SCALED_UP_SECONDS);
    apply(scaled(NAMESPACE));
    await sleep(3000);
    expect(deployment(NAMESPACE).spec.replicas).toBe(wanted);
    expect(seen.pods.lives.filter(({ deleted }) => deleted !== undefined)).toEqual([]);
  }, 240_000);

  test('fewer connections take one pod away, whose clients move, and never more than the least', async () => {
    const [leaving, staying] = swarms as [Swarm, Swarm];
    leaving.kill();
    const began = Date.now();
    await until('one pod has ended', SCALED_DOWN_SECONDS * 2, () => seen.pods.ended.length > 0);
    const seconds = (Date.now() - began) / 1000;
    measured('autoscaling-3-down', {
      what: `${CLIENTS} connections are left: one pod has ended`,
      seconds,
      withinSeconds: SCALED_DOWN_SECONDS,
    });
    expect(seconds).toBeLessThan(SCALED_DOWN_SECONDS);
    await staying.settled(10_000);
    await sleep(20_000);
    expect(seen.pods.ended).toHaveLength(1);
    expect(await readyPods(NAMESPACE)).toHaveLength(LEAST);
    const [gone] = seen.pods.ended;
    const { clients } = await clientsOf(staying);
    const moved = clients.flatMap(({ events }) => events.filter(({ what }) => what === 'disconnected'));
    expect(moved.map(({ pod }) => pod)).toEqual(moved.map(() => gone?.name));
  }, 300_000);

  test('a Deployment that had a number of pods keeps it when an autoscaler takes over', () => {
    // Nothing has to start.
    const still = (manifests: readonly Manifest[]) =>
      manifests.map((manifest) => {
        if (manifest.kind !== 'Deployment') return manifest;
        const spec = manifest.spec as { template: { spec: object } };
        const template = { ...spec.template, spec: { ...spec.template.spec, nodeSelector: { nowhere: 'yes' } } };
        return { ...manifest, spec: { ...spec, template } } as Manifest;
      });
    const before = still(system(MIGRATED, { replicas: MOST }));
    const after = still(scaled(MIGRATED));
    const change = () => apply(after.filter(({ kind }) => kind !== 'HorizontalPodAutoscaler'));
    // What happens to whoever only applies: the field is taken back, and its default is one.
    apply(before);
    change();
    expect(deployment(MIGRATED).spec.replicas).toBe(1);
    // As docs/deploy.md has it.
    apply(before);
    expect(deployment(MIGRATED).spec.replicas).toBe(MOST);
    const [workload] = after.filter(({ kind }) => kind === 'Deployment') as [Manifest];
    const written = kubectl(['apply', 'view-last-applied', '--filename=-', '--output=json'], asList([workload]));
    const without = ['--type=merge', '--patch={"spec":{"replicas":null}}'];
    const forgotten = kubectl(['patch', '--local', ...without, '--filename=-', '--output=json'], written);
    expect(tryKubectl(['apply', 'set-last-applied', '--filename=-'], forgotten).status).toBe(0);
    change();
    expect(deployment(MIGRATED).spec.replicas).toBe(MOST);
  });
});
