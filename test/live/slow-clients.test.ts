import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'cdk8s';
import { deriveTiming } from '../../lib';
import { tookMs } from '../standstill';
import { stopAllNginx } from './support/nginx';
import { killAllPods, startPod } from './support/pod';
import { deafClient } from './support/raw';
import { reportOf } from './support/report';
import { killAllSwarms, mixed, Swarm } from './support/swarm';

const timing = deriveTiming({
  // Longer than the test: the heartbeat would find the deaf ones, too.
  pingInterval: Duration.seconds(30),
  pingTimeout: Duration.seconds(30),
  endpointDetach: Duration.seconds(1),
  drain: Duration.seconds(3),
  shutdown: Duration.seconds(2),
  margin: Duration.seconds(10),
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-chat-'));
});

afterEach(async () => {
  killAllSwarms();
  await killAllPods();
  await stopAllNginx();
  rmSync(folder, { recursive: true, force: true });
});

describe('clients that have stopped reading', () => {
  it('hold nobody back: the others are drained as ever, and the pod ends in time', async () => {
    const pod = await startPod({ name: 'chat-0', timing, folder });
    const swarm = new Swarm();
    // All through the drain, past every balancer: polling sessions are closed one by one like the others.
    await swarm.connect(pod.url, mixed({ websocket: 30, polling: 10 }), { reconnection: false });
    await swarm.settled(20_000);
    const deaf = await Promise.all(Array.from({ length: 5 }, () => deafClient(pod.port)));

    // 12 MB for each: more than the buffers of two kernel sockets and of nginx take.
    const text = 'x'.repeat(60_000);
    for (let i = 0; i < 200; i += 1) {
      const line = JSON.stringify({ id: `big-${i}`, from: 'test', text, at: Date.now() });
      appendFileSync(join(folder, 'messages.jsonl'), `${line}\n`);
    }
    await swarm.becomes(30_000, ({ received }) => received.every((count) => count === 200));

    await pod.delete();
    // Nothing of the pod is left; the clients hear of it a moment later.
    await swarm.becomes(20_000, ({ connected }) => connected === 0);
    const state = await swarm.order({ do: 'state', full: true });
    const { deleted = 0, sigterm = 0, appGone = 0, nginxGone = 0 } = pod.happened;
    reportOf(
      'slow clients',
      [state],
      [pod],
      [
        `5 more that had stopped reading; the application was gone ${appGone - sigterm} ms after the stop signal, nginx ${nginxGone - appGone} ms later.`,
      ],
    );

    expect(state.received.every((count) => count === 200)).toBe(true);
    const endings = state.clients.map(({ events }) => events.at(-1));
    expect(new Set(endings.map((event) => event?.reason))).toEqual(new Set(['transport close']));
    expect(endings.every((event) => event?.active === true || event?.what === 'disconnected')).toBe(true);
    expect(state.shutdownNotices).toBe(40);
    for (const transport of ['websocket', 'polling'] as const) {
      const times = state.clients.filter((client) => client.transport === transport).map(({ events }) => events.at(-1));
      const moments = times.map((event) => event?.at ?? 0).sort((a, b) => a - b);
      const [first = 0, last = 0] = [moments[0], moments.at(-1)];
      // Over the window, not at one of its ends.
      expect(tookMs(sigterm, first)).toBeLessThan(1500);
      expect(last - sigterm).toBeGreaterThan(1500);
      expect(tookMs(sigterm, last)).toBeLessThan(4000);
    }

    // The drain, and one second for those who do not answer; `ws` alone would have waited for 30.
    expect(appGone - sigterm).toBeGreaterThan(2900);
    expect(tookMs(sigterm, appGone)).toBeLessThan(5500);
    expect(pod.happened.killed).toBeUndefined();
    expect(tookMs(deleted, nginxGone)).toBeLessThan(timing.terminationGracePeriodSeconds * 1000);
    for (const tcp of deaf) tcp.destroy();
  }, 60_000);
});
