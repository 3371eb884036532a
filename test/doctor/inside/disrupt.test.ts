import {
  type Disruption,
  disrupt,
  disruptionText,
  examineCluster,
  podsMeant,
  type Recording,
  targetAt,
  View,
  went,
} from '../../../lib/doctor';
import type { Live } from '../../../lib/doctor/facts/live';
import { listOf, mappingOf, valueAt } from '../../../lib/manifest/field';
import { deriveTiming } from '../../../lib/timing';
import { holdfastIn } from '../../cli/terminal';
import { stoodStillMs } from '../../standstill';
import { healthy, type Objects } from './healthy-objects';
import { MemoryCluster, OPTIONS } from './memory-cluster';
import { absent } from './transcript';

function zoned(): Objects {
  const objects = healthy();
  listOf(valueAt(objects.slice, ['endpoints'])).forEach((endpoint, i) => {
    (mappingOf(endpoint) as { zone?: string }).zone = i === 0 ? 'europe-west1-b' : 'europe-west1-c';
  });
  return objects;
}

async function drained(what: string, drains: MemoryCluster['drains'], handshakeMs = 0): Promise<Disruption> {
  const cluster = await new MemoryCluster(zoned()).start();
  try {
    const recording: Recording = await examineCluster({ cluster, target: {}, edge: false, run: absent }, OPTIONS);
    const live = new View(recording.asked, recording.evidence).live as Live;
    cluster.handshakeMs = handshakeMs;
    cluster.drains = drains ?? { how: 'closed', overMs: 0 };
    // Sockets are opened first; only the eviction is refused.
    if (drains === undefined) {
      const { evict } = cluster;
      cluster.evict = async (name) => {
        cluster.drains = undefined;
        return evict(name);
      };
    }
    return await disrupt({
      cluster,
      live,
      asked: recording.asked,
      pods: podsMeant(live, what),
      targetAt: (port) => targetAt({ live }, port, '/socket.io/'),
      version: '0',
      signal: OPTIONS.signal,
      progress: () => {},
      everyMs: 50,
      watchSeconds: 10,
    });
  } finally {
    cluster.close();
  }
}

const ends = ({ pods }: Disruption) =>
  Object.fromEntries(pods.map(({ pod, sockets }) => [pod, [...new Set(sockets.map(({ how }) => how))]]));

test('one pod: its sockets are closed one after the other, those of the others stay, and the pod is replaced', async () => {
  const began = Date.now();
  const disruption = await drained('pod', { how: 'closed', overMs: 1500 });
  expect(ends(disruption)).toEqual({ 'chat-0': ['stayed'], 'chat-1': ['stayed'], 'chat-2': ['closed'] });
  const [, , evicted] = disruption.pods;
  expect(evicted?.sockets).toHaveLength(12);
  const times = (evicted?.sockets ?? []).map(({ after }) => after);
  expect(Math.max(...times)).toBeGreaterThan(1);
  expect(Math.max(...times) - stoodStillMs(began) / 1000).toBeLessThan(4);
  expect(evicted?.gone).toBeGreaterThan(1.5);
  expect(disruption.whole).toBeGreaterThan(1.5);
  expect(went(disruption)).toEqual([]);
  expect(disruptionText(disruption)).toMatch(/chat-2: 12 of 12 sockets closed in order[\s\S]*√ as predicted\n$/);
}, 60_000);

test('sockets that are cut are no drain', async () => {
  const disruption = await drained('pod=chat-1', { how: 'cut', overMs: 300 });
  expect(went(disruption)).toEqual(['12 of 12 sockets of chat-1 were cut without a close frame']);
}, 60_000);

test('no pod is evicted before every socket is open, however long the way to it takes', async () => {
  const disruption = await drained('pod', { how: 'closed', overMs: 300 }, 2000);
  expect(ends(disruption)).toEqual({ 'chat-0': ['stayed'], 'chat-1': ['stayed'], 'chat-2': ['closed'] });
}, 60_000);

test('a zone: all of its pods', async () => {
  const disruption = await drained('zone=europe-west1-c', { how: 'closed', overMs: 400 });
  expect(disruption.pods.filter(({ evicted }) => evicted).map(({ pod }) => pod)).toEqual(['chat-1', 'chat-2']);
}, 60_000);

test('a budget that says no is said, and nobody is disturbed', async () => {
  const disruption = await drained('pod', undefined);
  expect(went(disruption)).toEqual([
    "chat-2 was not evicted: Cannot evict pod as it would violate the pod's disruption budget.",
  ]);
  expect(ends(disruption)['chat-2']).toEqual(['stayed']);
}, 60_000);

test('what the timing of the workload predicts stands above what was measured, and a drain that takes longer is said', () => {
  const timing = deriveTiming();
  const at = timing.preStopSeconds + timing.drainSeconds + 30;
  const pod = {
    pod: 'chat-0',
    evicted: true,
    refused: '',
    gone: at + 1,
    sockets: [{ after: at, how: 'closed' as const }],
  };
  const text = disruptionText({
    timing,
    graceSeconds: timing.terminationGracePeriodSeconds,
    pods: [pod],
    whole: at + 5,
  });
  expect(text).toMatch(
    /^predicted\n.*closes its connections, a few at a time\n.*gone\n.*killed, if it is still there\nmeasured\n/,
  );
  expect(text).toContain(
    `the last socket of chat-0 ended after ${at} s; by ${timing.preStopSeconds + timing.drainSeconds} s all should have`,
  );
});

test('what is meant by nothing is said, with what there is', async () => {
  const cluster = await new MemoryCluster(zoned()).start();
  const { asked, evidence } = await examineCluster({ cluster, target: {}, edge: false, run: absent }, OPTIONS);
  cluster.close();
  const live = new View(asked, evidence).live as Live;
  expect(() => podsMeant(live, 'pod=chat-9')).toThrow('no pod like that is ready; ready: chat-0, chat-1, chat-2');
  expect(() => podsMeant(live, 'zone=b')).toThrow(
    'no ready pod is in that zone; zones: europe-west1-b, europe-west1-c',
  );
  expect(() => podsMeant(live, 'node')).toThrow('give pod, pod=<name> or zone=<zone>');
});

test('without --yes and without a terminal nothing is evicted', async () => {
  const { code, err } = await holdfastIn('.', 'doctor', '-n', 'chat', '--disrupt', 'pod');
  expect(code).toBe(2);
  expect(err).toContain(
    '--disrupt asks before it evicts anything, and nobody can be asked here; say --yes to evict pod',
  );
});
