import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'cdk8s';
import type { Socket } from 'socket.io-client';
import { deriveTiming } from '../../lib';
import { dashboardSvg, panelQuery, ROWS, ruleGroups, type Series, type Watched } from '../../lib/observability';
import { CONTRACT } from '../../lib/timing';
import { stoodStillMs, within } from '../standstill';
import { ask, client, closeAll, connected, freePort, listen } from './support/app';
import { FASTER, faster, fasterText } from './support/faster';
import { type Front, startFront } from './support/fronts';
import { kubernetesMetrics } from './support/kubernetes-metrics';
import { stopAllNginx } from './support/nginx';
import { killAllPods, type Pod, startPod } from './support/pod';
import { type Prometheus, run, startPrometheus, stopAll } from './support/prometheus';

const PODS = ['chat-0', 'chat-1', 'chat-2'] as const;
const PEOPLE = 30;
/** A pod is nearly full at 64. */
const MOST = 80;

const timing = deriveTiming({
  pingInterval: Duration.seconds(2),
  pingTimeout: Duration.seconds(20),
  endpointDetach: Duration.seconds(1),
  drain: Duration.seconds(10),
  shutdown: Duration.seconds(2),
  margin: Duration.seconds(10),
});
const WATCHED: Watched = { namespace: 'shop', name: 'chat', timing, maxConnections: MOST };

/** What nothing is counted of while all is well: pods that tell nothing, health checks that fail. */
const HEALTHY = ['absent(', 'status!="200"'];

const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

let folder: string;
let pods: Pod[];
let fronts: Front[];
let kubernetes: HttpServer;
let prometheus: Prometheus;
let probes: NodeJS.Timeout;
const deleted = new Map<string, number>();
const gone = new Set<string>();
const people: Socket[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-monitoring-'));
  const statusPort = await freePort();
  pods = [];
  for (const name of PODS) {
    const spoil = (spec: Pod['spec']) => ({
      ...spec,
      // A session that is not asked back ends soon, so that its length is known while somebody looks.
      environment: { ...spec.environment, [CONTRACT.replayTtlMs.variable]: '6000' },
      // nginx tells its numbers on a port that only the pod has; here all pods are one machine.
      nginxConf:
        name === 'chat-0'
          ? spec.nginxConf.replace(
              /\n}\s*$/,
              `\n    server { listen 127.0.0.1:${statusPort}; location = /status { stub_status; } }\n}\n`,
            )
          : spec.nginxConf,
    });
    pods.push(await startPod({ name, timing, folder, spoil }));
  }
  fronts = await Promise.all(pods.map(({ appPort }) => startFront(appPort)));
  // As a balancer does.
  probes = setInterval(() => {
    for (const { name, appPort } of pods)
      if (!gone.has(name)) ask(`http://127.0.0.1:${appPort}/health`).catch(() => {});
  }, 1000);
  kubernetes = createServer((_request, response) => response.end(kubernetesMetrics(PODS, deleted, gone)));
  const kubernetesPort = await listen(kubernetes);
  const exporterPort = await freePort();
  run('prometheus-nginx-exporter', mkdtempSync(join(tmpdir(), 'holdfast-exporter-')), [
    `-nginx.scrape-uri=http://127.0.0.1:${statusPort}/status`,
    `-web.listen-address=127.0.0.1:${exporterPort}`,
  ]);
  prometheus = await startPrometheus(
    [
      ...pods.map(({ name, appPort }) => ({
        address: `127.0.0.1:${appPort}`,
        labels: { namespace: 'shop', pod: name },
      })),
      { address: `127.0.0.1:${exporterPort}`, labels: { namespace: 'shop', pod: 'chat-0' } },
      { address: `127.0.0.1:${kubernetesPort}`, labels: {} },
    ],
    faster(ruleGroups(WATCHED)),
  );
  const groups = fronts.map(async ({ url }) => {
    const group: Socket[] = [];
    for (let i = 0; i < PEOPLE; i += 1) group.push(await person(url));
    return group;
  });
  people.push(...(await Promise.all(groups)).flat());
}, 120_000);

afterAll(async () => {
  clearInterval(probes);
  await closeAll();
  for (const front of fronts) front.close();
  await stopAll();
  await killAllPods();
  await stopAllNginx();
  kubernetes.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Somebody who stays, and comes back where they were. */
function person(url: string): Promise<Socket> {
  const socket = client(url, {
    transports: ['websocket'],
    reconnection: true,
    reconnectionDelay: 200,
    reconnectionDelayMax: 1000,
  });
  return connected(socket);
}

/**
 * Who has to be told: what wakes nobody is left out, and so are error budgets, which any fault spends. `raised` keeps what was firing at any time.
 */
async function watch(
  seconds: number,
  raised: Set<string>,
  until: () => boolean = () => false,
): Promise<ReadonlySet<string>> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && !until()) {
    for (const { labels } of await prometheus.firing()) {
      if (labels.severity === 'info' || labels.alertname?.includes('Budget')) continue;
      // True where the whole machine stood still for so long within what the alert looks at.
      if (labels.alertname === 'WebSocketEventLoop' && stoodStillMs(Date.now() - 30_000) > 3000) continue;
      raised.add(labels.alertname as string);
    }
    await sleep(0.5);
  }
  return raised;
}

/** Everything that a fault raises, until the last of what is expected is raised, and a little longer. */
async function raisedWithin(seconds: number, expected: readonly string[]): Promise<readonly string[]> {
  const raised = new Set<string>();
  await watch(seconds, raised, () => expected.every((alert) => raised.has(alert)));
  await watch(4, raised);
  return [...raised].sort();
}

/** Waits until nothing is firing, and has not been for a few evaluations. */
async function quiet(): Promise<void> {
  let since = Date.now();
  for (const end = since + 600_000; Date.now() < end; ) {
    if ((await watch(0.5, new Set())).size > 0) since = Date.now();
    else if (Date.now() - since > 3000) return;
  }
  throw new Error('the alerts did not end');
}

/** The age at which the way of some will break. They come while all is still well, so that nobody has to wait for them to be so old. */
const AGE = 30;
const ages: Front[] = [];
let comers: Promise<unknown> = Promise.resolve();

async function comeToBeCut(): Promise<void> {
  ages.push(...(await Promise.all(pods.map(({ appPort }) => startFront(appPort, AGE)))));
  const opened: Promise<Socket>[] = [];
  for (let i = 0; i < 36; i += 1) {
    opened.push(connected(client((ages[i % ages.length] as Front).url, { transports: ['websocket'] })));
    await sleep(0.3);
  }
  await Promise.all(opened);
}

describe('A real Prometheus on the real chat backend', () => {
  test('has nothing to say of a healthy system in ten minutes of accelerated traffic', async () => {
    await sleep(10);
    const minutes = (10 * 60) / FASTER;
    const raised = new Set<string>();
    await watch(minutes / 2, raised);
    comers = comeToBeCut();
    expect([...(await watch(minutes / 2, raised))]).toEqual([]);
  }, 120_000);

  test('raises that connections break at one age, and which', async () => {
    await comers;
    const raised = await raisedWithin(AGE + 40, ['WebSocketCutAtOneAge']);
    const [alert] = (await prometheus.firing()).filter(({ labels }) => labels.alertname === 'WebSocketCutAtOneAge');
    for (const front of ages) front.close();
    expect(raised).toEqual(['WebSocketCutAtOneAge']);
    expect(alert?.labels.age).toBe(String(AGE));
    await quiet();
  }, 240_000);

  test('raises that requests arrive at pods that do not know their session, where there is no affinity', async () => {
    const strangers = setInterval(async () => {
      const { body } = await ask(`${fronts[0]?.url}/socket.io/?EIO=4&transport=polling`);
      const { sid } = JSON.parse(body.slice(1)) as { sid: string };
      await ask(`${fronts[1]?.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`);
    }, 400);
    const raised = await raisedWithin(60, ['WebSocketUnknownSessions']);
    clearInterval(strangers);
    expect(raised).toEqual(['WebSocketUnknownSessions']);
    await quiet();
  }, 180_000);

  test('raises that a pod is nearly full', async () => {
    const more = await Promise.all(Array.from({ length: 40 }, () => person((fronts[2] as Front).url)));
    const raised = await raisedWithin(60, ['WebSocketNearlyFull']);
    for (const socket of more) socket.disconnect();
    expect(raised).toEqual(['WebSocketNearlyFull']);
    await quiet();
  }, 180_000);

  test('raises that an event loop stands still again and again', async () => {
    const process = (pods[1] as Pod).app;
    const stalls = setInterval(() => {
      process.kill('SIGSTOP');
      setTimeout(() => process.kill('SIGCONT'), 1600);
    }, 2100);
    const raised = await raisedWithin(60, ['WebSocketEventLoop']);
    clearInterval(stalls);
    await sleep(2);
    process.kill('SIGCONT');
    expect(raised).toEqual(['WebSocketEventLoop']);
    await quiet();
  }, 180_000);

  test('raises that everything was closed at once, and that everybody came back at once', async () => {
    // What is said now is where everybody goes on: a session whose last message is old is not given back.
    let heard = 0;
    for (const socket of people) socket.once('message', () => (heard += 1));
    people[0]?.emit('message', { id: 'before-the-cut', text: 'here I am' });
    expect(await within(20_000, () => heard === people.length)).toBe(true);
    for (const front of fronts) front.cutAll();
    const expected = ['WebSocketClosedAtOnce', 'WebSocketReconnectStorm'];
    expect(await raisedWithin(40, expected)).toEqual(expected);
    await quiet();
  }, 180_000);

  test('says nothing of a paced drain', async () => {
    const [pod] = pods as [Pod];
    const mine = people.slice(0, PEOPLE);
    for (const [i, socket] of mine.entries()) {
      socket.io.reconnection(false);
      socket.once('disconnect', () => {
        people.push(client((fronts[1 + (i % 2)] as Front).url, { transports: ['websocket'], reconnection: true }));
      });
    }
    deleted.set('chat-0', Math.floor(Date.now() / 1000) + timing.terminationGracePeriodSeconds);
    const ended = pod.delete().then(() => gone.add('chat-0'));
    const raised = await watch(timing.preStopSeconds + timing.drainSeconds + 6, new Set());
    await ended;
    expect([...raised]).toEqual([]);
  }, 180_000);

  test('answers every query of every panel and every rule with data', async () => {
    // Somebody who comes back after their session is gone.
    await connected(
      client((fronts[1] as Front).url, { transports: ['websocket'], auth: { pid: 'gone', offset: '1', cursor: 0 } }),
    );
    await sleep(3);
    await closeAll();
    await sleep(9);
    const empty: string[] = [];
    const answers = new Map<string, readonly Series[]>();
    const names = (metric: Readonly<Record<string, string>>, legend: string) =>
      legend.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => metric[name] ?? '');
    for (const panel of ROWS.flatMap((row) => row.panels)) {
      const series: Series[] = [];
      for (const { query, legend } of panel.targets) {
        const found = await prometheus.range(fasterText(panelQuery(query, WATCHED, '10s')), 600, 2);
        const points = found.map(({ metric, values = [] }) => ({
          label: names(metric, legend),
          points: values
            .map(([at, value]) => [at, Number(value)] as const)
            .filter(([, value]) => Number.isFinite(value)),
        }));
        if (points.every((one) => one.points.length === 0)) empty.push(`${panel.id}: ${query}`);
        series.push(...points.filter((one) => one.points.length > 0));
      }
      answers.set(panel.id, series);
    }
    for (const { expr } of ruleGroups(WATCHED).flatMap(({ rules }) => rules)) {
      // What an alert compares, whatever it comes to: without its threshold and its conditions.
      const value = fasterText(expr.replace(/ > [-\d.e]+( and .*)?$/, ''));
      if (HEALTHY.some((part) => value.includes(part))) continue;
      if ((await prometheus.range(value, 600, 2)).length === 0) empty.push(value);
    }
    expect(empty).toEqual([]);
    const svg = dashboardSvg(WATCHED, answers);
    expect(svg.match(/<path /g)?.length).toBeGreaterThan(40);
    expect(svg).not.toContain('nothing happened');
    if (process.env.HOLDFAST_DASHBOARD === '1')
      writeFileSync(join(__dirname, '..', '..', 'docs', 'dashboard.svg'), svg);
  }, 120_000);
});
