import { spawnSync } from 'node:child_process';
import { createServer, type Server as HttpServer } from 'node:http';
import { gatewayConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { tookMs, within } from '../standstill';
import { ask, freePort, listen } from './support/app';
import { type Nginx, startNginx, stopAllNginx } from './support/nginx';
import { blackhole, endSilent, service, unanswered } from './support/silent';

const CLIENTS = Array.from({ length: 150 }, (_, i) => `203.0.${100 + (i >> 7)}.${(i & 127) + 1}`);

const pods = new Map<number, HttpServer>();

afterEach(async () => {
  for (const port of [...pods.keys()]) await end(port);
  endSilent();
  await stopAllNginx();
});

/** A pod that says who it is, and how much of a body it got. */
async function start(port: number): Promise<void> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => response.end(JSON.stringify({ port, url: request.url, method: request.method, body })));
  });
  await listen(server, port);
  pods.set(port, server);
}

async function end(port: number): Promise<void> {
  const server = pods.get(port);
  pods.delete(port);
  await new Promise((resolve) => {
    server?.close(resolve);
    server?.closeAllConnections();
  });
}

async function gateway(ports: readonly number[], alwaysThere: number): Promise<Nginx> {
  const port = await freePort();
  const servers = ports.map((each) => ({ host: '127.0.0.1', port: each }));
  return startNginx(
    gatewayConf({ timing: deriveTiming(), port, servers, alwaysThere, addressesAppended: 2, webSocketPaths: ['/ws'] }),
    port,
  );
}

const freePorts = (count: number) => Promise.all(Array.from({ length: count }, freePort));

interface Took {
  readonly ms: number;
  /** Without the time in which this process stood still. */
  readonly awakeMs: number;
}

const took = (began: number): Took => ({ ms: Date.now() - began, awakeMs: tookMs(began) });

/** Which pod answers a client, on a connection of its own, and how long that took. */
async function podOf(
  nginx: Nginx,
  address: string,
  path = '/socket.io/?EIO=4&sid=x',
): Promise<Took & { readonly pod: number }> {
  const began = Date.now();
  const answer = await ask(nginx.url + path, { headers: { 'X-Forwarded-For': `${address}, 198.51.100.1` } });
  expect(answer.status).toBe(200);
  return { pod: JSON.parse(answer.body).port, ...took(began) };
}

/** The pod of every client, each asked several times through every gateway; more than one each is a session that breaks. */
async function choices(gateways: readonly Nginx[], times = 3): Promise<Map<string, Set<number>>> {
  const chosen = new Map<string, Set<number>>(CLIENTS.map((address) => [address, new Set()]));
  for (let i = 0; i < times; i += 1) {
    for (const nginx of gateways) {
      await Promise.all(CLIENTS.map(async (address) => chosen.get(address)?.add((await podOf(nginx, address)).pod)));
    }
  }
  return chosen;
}

function wanderers(chosen: Map<string, Set<number>>): string[] {
  return [...chosen].filter(([, seen]) => seen.size > 1).map(([address]) => address);
}

describe('a gateway in front of a server that is scaled from 3 to 30', () => {
  it.each([3, 4, 7, 15, 16, 30])('keeps 150 of 150 clients on their pod while %i are there', async (count) => {
    const ports = await freePorts(30);
    await Promise.all(ports.slice(0, count).map(start));
    const gateways = [await gateway(ports, 3), await gateway(ports, 3)];
    const chosen = await choices(gateways, 2);
    expect(wanderers(chosen)).toEqual([]);
    const load = new Map<number, number>();
    for (const [pod] of [...chosen.values()].map((seen) => [...seen])) {
      load.set(pod as number, (load.get(pod as number) ?? 0) + 1);
    }
    // Spread over all of them: nobody has several times its share.
    if (count <= 7) expect(load.size).toBe(count);
    expect(Math.max(...load.values())).toBeLessThan((3 * CLIENTS.length) / count + 5);
  });

  it('moves only the clients that a new pod takes over', async () => {
    const ports = await freePorts(30);
    await Promise.all(ports.slice(0, 9).map(start));
    const nginx = await gateway(ports, 3);
    const before = await choices([nginx], 1);
    await start(ports[9] as number);
    const after = await choices([nginx], 1);
    const moved = CLIENTS.filter(
      (address) => [...(before.get(address) ?? [])][0] !== [...(after.get(address) ?? [])][0],
    );
    expect(moved.length).toBeLessThan(40);
    for (const address of moved) expect([...(after.get(address) ?? [])]).toEqual([ports[9]]);
  });

  it('hands a message with its body to one pod, once, however many are absent', async () => {
    const ports = await freePorts(30);
    await Promise.all(ports.slice(0, 3).map(start));
    const nginx = await gateway(ports, 3);
    const body = 'x'.repeat(100_000);
    for (const address of CLIENTS.slice(0, 40)) {
      const headers = { 'X-Forwarded-For': `${address}, 198.51.100.1` };
      const answer = await ask(`${nginx.url}/socket.io/?EIO=4&sid=x`, { method: 'POST', headers, body });
      expect(answer.status).toBe(200);
      const seen = JSON.parse(answer.body);
      expect([seen.method, seen.url, seen.body === body]).toEqual(['POST', '/socket.io/?EIO=4&sid=x', true]);
    }
    // Without the slash too, through whatever group of servers.
    for (const address of CLIENTS.slice(0, 40)) {
      const headers = { 'X-Forwarded-For': `${address}, 198.51.100.1` };
      const answer = await ask(`${nginx.url}/socket.io?EIO=4&sid=x`, { headers });
      expect(JSON.parse(answer.body).url).toBe('/socket.io/?EIO=4&sid=x');
    }
  });

  it('repeats no message that a pod has got, when that pod dies before it answers', async () => {
    const ports = await freePorts(30);
    await Promise.all(ports.slice(0, 3).map(start));
    let got = 0;
    for (const port of ports.slice(0, 3)) {
      pods.get(port)?.prependListener('request', (request) => {
        request.once('data', () => {
          got += 1;
          request.socket.destroy();
        });
      });
    }
    const nginx = await gateway(ports, 3);
    for (const address of CLIENTS.slice(0, 20)) {
      const headers = { 'X-Forwarded-For': `${address}, 198.51.100.1` };
      const answer = await ask(`${nginx.url}/socket.io/?EIO=4&sid=x`, { method: 'POST', headers, body: 'message' });
      expect(answer.status).toBe(502);
    }
    expect(got).toBe(20);
  });
});

/**
 * Sixty clients ask, the first packets of some get lost, and then their pod is there. Where the kernel has sent packets again before it was, as a second after the first, they were lost twice: that is
 * begun anew.
 */
async function firstPacketsLost() {
  for (;;) {
    const ports = await freePorts(3);
    const [lost] = ports as [number, ...number[]];
    await Promise.all(ports.slice(1).map(start));
    const late = await blackhole(lost);
    const nginx = await gateway(ports, 3);
    const holders = unanswered(lost);
    let answered = 0;
    const asked = Promise.all(
      CLIENTS.slice(0, 60).map(async (address) => {
        const seen = await podOf(nginx, address);
        answered += 1;
        return seen;
      }),
    );
    const waiting = () => [...unanswered(lost)].filter(([from]) => !holders.has(from));
    const all = await within(5000, () => waiting().length + answered >= 60);
    const open = new Promise((resolve) => late.stdout?.once('data', resolve));
    late.stdin?.write('\n');
    await open;
    if (all && answered < 60 && waiting().length + answered >= 60 && waiting().every(([, again]) => again === 0)) {
      return { ports, nginx, asked };
    }
    await asked;
  }
}

describe('a pod that is gone', () => {
  it('without a word costs its clients one or two seconds, and none of them a 504', async () => {
    const ports = await freePorts(3);
    await Promise.all(ports.slice(1).map(start));
    await blackhole(ports[0] as number);
    const nginx = await gateway(ports, 3);
    const seen = await Promise.all(CLIENTS.slice(0, 60).map((address) => podOf(nginx, address)));
    expect(seen.filter(({ ms }) => ms > 1300).length).toBeGreaterThan(5);
    expect(seen.filter(({ awakeMs }) => awakeMs > 1300).length).toBeLessThan(40);
    expect(Math.max(...seen.map(({ awakeMs }) => awakeMs))).toBeLessThan(2500);
    for (const { pod } of seen) expect(ports.slice(1)).toContain(pod);
  });

  it('is not one whose first packet was lost: whoever is on it waits for the second and stays', async () => {
    const { ports, nginx, asked } = await firstPacketsLost();
    const seen = await asked;
    const waited = seen.filter(({ pod }) => pod === ports[0]);
    expect(waited.length).toBeGreaterThan(5);
    expect(Math.min(...waited.map(({ ms }) => ms))).toBeGreaterThan(300);
    const again = await Promise.all(CLIENTS.slice(0, 60).map((address) => podOf(nginx, address)));
    expect(again.map(({ pod }) => pod)).toEqual(seen.map(({ pod }) => pod));
  });

  it('and comes back is found by every worker of every gateway at once', async () => {
    const ports = await freePorts(3);
    await Promise.all(ports.map(start));
    const gateways = [await gateway(ports, 3), await gateway(ports, 3)];
    const before = await choices(gateways, 1);
    await end(ports[0] as number);
    expect(wanderers(await choices(gateways, 2))).toEqual([]);
    await start(ports[0] as number);
    const after = await choices(gateways, 3);
    expect(wanderers(after)).toEqual([]);
    expect(after).toEqual(before);
  });
});

describe('a gateway without affinity, in front of a Service', () => {
  it('tries another pod where one does not answer: after a second, and nobody gets a 504', async () => {
    const [behind = 0, port = 0] = await freePorts(2);
    await service(behind, 16);
    const nginx = await startNginx(
      gatewayConf({
        timing: deriveTiming(),
        port,
        servers: [{ host: '127.0.0.1', port: behind }],
        affinity: 'none',
        addressesAppended: 2,
      }),
      port,
    );
    const seen: (Took & { readonly status: number })[] = [];
    const waited = () => seen.filter(({ ms }) => ms > 900);
    // The kernel chooses, and one pod in sixteen does not answer: sixty requests may all miss it.
    for (let i = 0; i < 6 || (i < 18 && waited().length === 0); i += 1) {
      const asked = Array.from({ length: 10 }, async () => {
        const began = Date.now();
        const { status } = await ask(`${nginx.url}/socket.io/?EIO=4&transport=websocket`);
        seen.push({ status, ...took(began) });
      });
      await Promise.all(asked);
    }
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200]));
    expect(waited().length).toBeGreaterThan(0);
    expect(seen.filter(({ awakeMs }) => awakeMs > 900).length).toBeLessThan(seen.length / 2);
    // A second and a half for each that does not answer, and a request may meet four before the last that is tried.
    expect(Math.min(...waited().map(({ awakeMs }) => awakeMs))).toBeLessThan(2500);
    expect(Math.max(...seen.map(({ awakeMs }) => awakeMs))).toBeLessThan(7000);
  }, 60_000);
});

it('needs python3, and says so', () => {
  expect(spawnSync('python3', ['--version']).status).toBe(0);
});
