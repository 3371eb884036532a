import { connect, type Socket } from 'node:net';
import { nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { tookMs, within } from '../standstill';
import { type App, ask, closeAll, freePort, startApp } from './support/app';
import { startNginx, stopAllNginx } from './support/nginx';
import { upgradeRequest } from './support/raw';
import { publish } from './support/report';

const MOST = 150;
const SECONDS = 60;

let app: App;

afterEach(async () => {
  await closeAll();
  await stopAllNginx();
});

/** A client that tries again a second after it was refused, as Socket.IO's does. */
class Client {
  private socket: Socket | undefined;
  private left = false;
  inside = false;
  lost = 0;
  readonly refusals: string[] = [];
  resets = 0;

  constructor(private readonly port: number) {
    this.try();
  }

  leave(): void {
    this.left = true;
    this.inside = false;
    this.socket?.destroy();
  }

  private try(): void {
    let head = '';
    const socket = connect(this.port, '127.0.0.1', () => socket.write(upgradeRequest()));
    this.socket = socket;
    socket.on('data', (data) => {
      if (this.inside) return;
      head += data.toString('latin1');
      if (head.startsWith('HTTP/1.1 101')) this.inside = true;
    });
    socket.on('error', () => {
      this.resets += 1;
    });
    socket.on('close', () => {
      if (this.left) return;
      if (this.inside) this.lost += 1;
      else this.refusals.push(head);
      this.inside = false;
      setTimeout(() => {
        if (!this.left) this.try();
      }, 1000);
    });
  }
}

it(`2 × maxConnections clients for ${SECONDS} s: health checks never fail, nobody inside is lost, the others get 503 with Retry-After, and get in when half of those have left`, async () => {
  // No heartbeat ends a session here, and no namespace that is not joined: these clients say nothing.
  app = await startApp({ pingInterval: 300_000, pingTimeout: 300_000, connectTimeout: 300_000 });
  const port = await freePort();
  const nginx = await startNginx(
    nginxConf({
      timing: deriveTiming(),
      port,
      upstream: { port: app.port },
      socketIo: { path: '/socket.io/' },
      maxConnections: MOST,
    }),
    port,
  );
  const clients = Array.from({ length: 2 * MOST }, () => new Client(port));
  const insideNow = () => clients.filter(({ inside }) => inside).length;
  expect(await within(20_000, () => insideNow() === MOST)).toBe(true);
  const health = { asked: 0, failed: 0, slowestMs: 0 };
  const insideBefore: number[] = [];
  let left: Client[] = [];
  const began = Date.now();
  while (Date.now() - began < SECONDS * 1000) {
    for (const path of ['/health', '/ready']) {
      const asked = Date.now();
      const status = await ask(nginx.url + path).then(
        (answer) => answer.status,
        () => 0,
      );
      health.asked += 1;
      if (status !== 200) health.failed += 1;
      health.slowestMs = Math.max(health.slowestMs, Date.now() - asked);
    }
    const elapsed = Date.now() - began;
    if (left.length === 0) insideBefore.push(insideNow());
    if (left.length === 0 && elapsed > SECONDS * 700) {
      left = clients.filter(({ inside }) => inside).slice(0, MOST / 2);
      for (const each of left) each.leave();
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // Places that became free are taken within a second or two.
  await within(10_000, () => insideNow() === MOST);
  const insideAtLast = insideNow();
  const stayed = clients.filter((each) => !left.includes(each));
  const refusals = clients.flatMap((each) => each.refusals);
  publish('overload', { health, refusals: refusals.length, inside: insideBefore.at(-1) }, [
    `${health.asked} health checks, ${health.failed} failed, the slowest took ${health.slowestMs} ms; ${refusals.length} refusals`,
  ]);
  for (const each of clients) each.leave();

  expect(health.asked).toBeGreaterThan((tookMs(began) / 1000) * 4);
  expect(health.failed).toBe(0);
  expect(new Set(insideBefore)).toEqual(new Set([MOST]));
  expect(clients.reduce((sum, { lost, resets }) => sum + lost + resets, 0)).toBe(0);
  expect(refusals.length).toBeGreaterThan(MOST * 10);
  expect(refusals.filter((head) => !/^HTTP\/1\.1 503 /.test(head) || !/^Retry-After: 5\r$/m.test(head))).toEqual([]);
  // Half of the places became free, and half of those who waited have them.
  expect([stayed.length, insideAtLast]).toEqual([2 * MOST - MOST / 2, MOST]);
  expect(nginx.errorLog()).toBe('');
}, 150_000);
