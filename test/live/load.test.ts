import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'cdk8s';
import { deriveTiming } from '../../lib';
import { patience, within } from '../standstill';
import { ask } from './support/app';
import { closeAllIdleSockets, IdleSockets } from './support/idle-sockets';
import { stopAllNginx } from './support/nginx';
import { killAllPods, type Pod, startPod } from './support/pod';
import { publish } from './support/report';

const CONNECTIONS = 10_000;

const timing = deriveTiming({ pingInterval: Duration.seconds(10), pingTimeout: Duration.seconds(20) });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-chat-'));
});

afterEach(async () => {
  closeAllIdleSockets();
  await killAllPods();
  await stopAllNginx();
  rmSync(folder, { recursive: true, force: true });
});

describe('10,000 idle WebSockets through one pod', () => {
  it('are all accepted, all kept, and take a few pages of memory each', async () => {
    const openFiles = openFilesOf(process.pid);
    if (openFiles < 2 * CONNECTIONS) {
      throw new Error(
        `A worker of nginx needs two descriptors for each connection, and this machine allows ${openFiles}: run \`ulimit -n ${2 * CONNECTIONS}\` first.`,
      );
    }
    const pod = await startPod({ name: 'chat-0', timing, folder, maxConnections: CONNECTIONS });
    expect(pod.spec.nginxConf).toContain(`worker_connections ${2.5 * CONNECTIONS + 512};`);
    const [appBefore, nginxBefore] = [residentKibibytes([appPid(pod)]), residentKibibytes(pod.nginx.workers())];

    const sockets = new IdleSockets();
    const began = Date.now();
    const opened = await sockets.open(pod.port, CONNECTIONS);
    const seconds = (Date.now() - began) / 1000;
    const [appAfter, nginxAfter] = [residentKibibytes([appPid(pod)]), residentKibibytes(pod.nginx.workers())];
    const descriptors = pod.nginx.workers().map((pid) => readdirSync(`/proc/${pid}/fd`).length);

    // Until each has been asked at least once whether it is still there.
    await patience((timing.pingIntervalSeconds + 2) * 1000);
    await within(30_000, async () => (await sockets.state()).pingsAnswered >= CONNECTIONS);
    const held = await sockets.state();
    const metrics = (await ask(`http://127.0.0.1:${pod.appPort}/metrics`)).body;
    const numbers = {
      ...held,
      acceptedPerSecond: Math.round(CONNECTIONS / seconds),
      descriptorsOfEachWorker: descriptors,
      applicationKibibytesEach: (appAfter - appBefore) / CONNECTIONS,
      nginxKibibytesEach: (nginxAfter - nginxBefore) / CONNECTIONS,
    };
    publish('10,000 idle WebSockets', numbers, [
      `${held.joined} held, ${held.refused} refused, ${held.lost} lost; ${numbers.acceptedPerSecond} accepted a second`,
      `memory of each connection: ${numbers.nginxKibibytesEach.toFixed(1)} KiB in nginx, ${numbers.applicationKibibytesEach.toFixed(1)} KiB in the application`,
      `open files of the two workers: ${descriptors.join(' and ')}`,
    ]);

    expect(opened).toMatchObject({ joined: CONNECTIONS, refused: 0, lost: 0 });
    expect(held).toMatchObject({ joined: CONNECTIONS, refused: 0, lost: 0 });
    expect(held.pingsAnswered).toBeGreaterThanOrEqual(CONNECTIONS);
    expect(metrics).toMatch(new RegExp(`^ws_connections ${CONNECTIONS}$`, 'm'));
    expect(pod.nginx.errorLog()).not.toContain('worker_connections are not enough');
    expect(pod.nginx.errorLog()).not.toContain('Too many open files');
    // Measured: 22 KiB (the pools and the two 4 KiB buffers of a proxied connection) and 17 KiB. The bounds catch what does not scale, such
    // as larger buffers for each, or permessage-deflate.
    expect(numbers.nginxKibibytesEach).toBeLessThan(40);
    expect(numbers.applicationKibibytesEach).toBeLessThan(40);
  }, 120_000);

  it('are refused where nginx is sized for fewer, all but as many as that, and nobody is dropped', async () => {
    const pod = await startPod({ name: 'chat-0', timing, folder, maxConnections: 100 });
    // Until the application listens, nginx says that it does not.
    const before = pod.nginx.errorLog();
    const { joined, refused, lost } = await new IdleSockets().open(pod.port, 600);
    expect({ joined, refused, lost }).toEqual({ joined: 100, refused: 500, lost: 0 });
    expect(pod.nginx.errorLog().slice(before.length)).toBe('');
    // nginx writes a line after it has answered.
    const refusals = () => pod.nginx.accessLog().split(' refused=full').length - 1;
    await within(20_000, () => refusals() >= 500);
    expect(refusals()).toBe(500);
  }, 60_000);
});

function appPid(pod: Pod): number {
  return pod.app.pid as number;
}

function residentKibibytes(pids: readonly number[]): number {
  return pids
    .map((pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]))
    .reduce((sum, each) => sum + each, 0);
}

/** How many files a child may open: the hard limit, to which Node raises itself. */
function openFilesOf(pid: number): number {
  const hard = /^Max open files\s+\d+\s+(\d+|unlimited)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}
