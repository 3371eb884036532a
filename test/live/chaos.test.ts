import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'cdk8s';
import { deriveTiming } from '../../lib';
import { patience, tookMs } from '../standstill';
import { ask } from './support/app';
import { Cluster, endClusters } from './support/cluster';
import { stopAllNginx } from './support/nginx';
import { exitOf, type Pod, runInside, untilReady } from './support/pod';
import { killAllSwarms, mixed, Swarm } from './support/swarm';

/** How long it goes on. */
const SECONDS = Number(process.env.HOLDFAST_CHAOS_SECONDS ?? 120);
/** The same seed makes the same faults in the same order with the same pauses. */
const SEED = Number(process.env.HOLDFAST_CHAOS_SEED ?? randomInt(2 ** 31));
/** And no sooner than a machine can that takes so long to load the programs: a few times as long as their first start took. */
const READY_WITHIN_MS = 10_000;
const STARTS = 4;

const timing = deriveTiming({
  pingInterval: Duration.seconds(3),
  pingTimeout: Duration.seconds(4),
  endpointDetach: Duration.seconds(1),
  drain: Duration.seconds(3),
  shutdown: Duration.seconds(1),
  margin: Duration.seconds(10),
});

afterEach(async () => {
  killAllSwarms();
  await endClusters();
  await stopAllNginx();
});

/** What happens to a pod. Each resolves when what it ended was started again. */
const FAULTS: Readonly<Record<string, (pod: Pod) => Promise<void>>> = {
  'SIGTERM of the application': stopApp,
  'SIGKILL of nginx': async (pod) => {
    pod.nginx.kill();
    await pod.nginx.exited;
    await pod.startProxy();
  },
  // The kubelet runs preStop for a container that it restarts, too, and the flags stay in /tmp.
  'restart of the container of nginx': async (pod) => {
    await runInside(pod.nginx, pod.spec.preStop.nginx ?? []);
    if ((await ask(`${pod.url}/ready`)).status !== 503) throw new Error(`${pod.name} is ready although its flag is up`);
    pod.nginx.signal('SIGQUIT');
    await pod.nginx.exited;
    await pod.startProxy();
  },
  'restart of the container of the application': async (pod) => {
    writeFileSync(pod.spec.environment.DRAIN_FLAG as string, '');
    const ready = await ask(`http://127.0.0.1:${pod.appPort}/ready`);
    if (ready.status !== 503) throw new Error(`the application of ${pod.name} is ready although its flag is up`);
    await stopApp(pod);
  },
  'an event loop that is blocked for 5 s': async (pod) => {
    pod.app.kill('SIGUSR2');
    await patience(5000);
  },
};

async function stopApp(pod: Pod): Promise<void> {
  const gone = exitOf(pod.app);
  pod.app.kill('SIGTERM');
  const code = await gone;
  pod.startApp();
  if (code !== 0) throw new Error(`the application of ${pod.name} ended with ${code}`);
}

interface Happened {
  readonly pod: string;
  readonly fault: string;
  readonly readyAfterMs: number;
}

/** One fault after the other until `end`: every kind, in an order and with pauses that come from the seed. */
async function torment(pod: Pod, random: () => number, end: number): Promise<Happened[]> {
  const happened: Happened[] = [];
  let bag: string[] = [];
  while (Date.now() < end) {
    if (bag.length === 0) bag = Object.keys(FAULTS);
    const [fault] = bag.splice(Math.floor(random() * bag.length), 1) as [string];
    await pause(500 + 3500 * random());
    await FAULTS[fault]?.(pod);
    const restarted = Date.now();
    await untilReady(pod);
    // Both containers are asked, as the kubelet asks them.
    while ((await ask(`http://127.0.0.1:${pod.appPort}/ready`)).status !== 200) await pause(50);
    happened.push({ pod: pod.name, fault, readyAfterMs: tookMs(restarted) });
  }
  return happened;
}

it(
  'three servers and their proxies, killed, restarted and blocked for two minutes, recover by themselves and lose no message',
  async () => {
    console.info(`HOLDFAST_CHAOS_SEED=${SEED} HOLDFAST_CHAOS_SECONDS=${SECONDS}`);
    const program = join(__dirname, 'servers', 'mixed.ts');
    const began = Date.now();
    const cluster = await Cluster.start({ timing, pods: 3, program });
    const readyWithinMs = Math.max(READY_WITHIN_MS, STARTS * tookMs(began));
    const swarm = new Swarm();
    await swarm.connect(cluster.url, mixed({ polling: 60, websocket: 60, upgraded: 60, plain: 120 }));
    await swarm.settled(30_000);
    await swarm.order({ do: 'publish', everyMs: 250 });
    const end = Date.now() + SECONDS * 1000;
    const happened = (
      await Promise.all(cluster.pods.map((pod, index) => torment(pod, randomFrom(SEED + index), end)))
    ).flat();
    await swarm.order({ do: 'stop publishing' });
    await swarm.settled(45_000);
    await swarm.delivered(30_000);
    const state = await swarm.order({ do: 'state', full: true });
    const slow = happened.filter(({ readyAfterMs }) => readyAfterMs > readyWithinMs);
    const drops = state.clients.flatMap(({ events }) => events.filter(({ what }) => what === 'disconnected')).length;
    console.info(
      `${happened.length} faults, ready again after ${Math.max(...happened.map(({ readyAfterMs }) => readyAfterMs))} ms at the most; ` +
        `${state.acknowledged.length} messages to ${state.clients.length} clients, ${drops} connections lost`,
    );
    expect(slow).toEqual([]);
    expect(state.clients.filter(({ lost }) => lost !== 0)).toEqual([]);
    expect(state.clients.filter(({ duplicates }) => duplicates !== 0)).toEqual([]);
    expect(state.acknowledged).toHaveLength(state.published);
    // It proves nothing where nothing happened.
    expect(state.clients).toHaveLength(300);
    expect(state.published).toBeGreaterThan(SECONDS);
    expect(drops).toBeGreaterThan(100);
    if (SECONDS >= 60) expect(new Set(happened.map(({ fault }) => fault))).toEqual(new Set(Object.keys(FAULTS)));
  },
  (SECONDS + 180) * 1000,
);

/** Numbers from 0 to 1 that look random and repeat: a linear congruence, whose upper bits are good enough here. */
function randomFrom(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 32n) / 2 ** 32;
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
