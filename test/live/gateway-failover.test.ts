import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer, type Server as HttpServer } from 'node:http';
import type { Server as TcpServer } from 'node:net';
import { gatewayConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { ask, freePort, listen } from './support/app';
import { type Nginx, startNginx, stopAllNginx } from './support/nginx';

const CLIENTS = Array.from({ length: 150 }, (_, i) => `203.0.${100 + (i >> 7)}.${(i & 127) + 1}`);

const pods = new Map<number, HttpServer>();
const silent = new Set<{ server: TcpServer | undefined; blackhole: ChildProcess | undefined }>();

afterEach(async () => {
  for (const port of [...pods.keys()]) await end(port);
  for (const { blackhole } of silent) blackhole?.kill('SIGKILL');
  silent.clear();
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

/**
 * An address that accepts nothing and refuses nothing, as that of a pod whose node is gone: a listener whose queue is full, so that the kernel drops every further attempt to connect. Told anything,
 * it becomes a pod that says who it is.
 */
async function blackhole(port: number): Promise<ChildProcess> {
  const script =
    "import socket,sys,threading\nport=sys.argv[1]\ns=socket.socket();s.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEADDR,1);s.bind(('127.0.0.1',int(port)));s.listen(0)\n" +
    "held=[]\nfor i in range(4):\n c=socket.socket();c.setblocking(False);c.connect_ex(('127.0.0.1',int(port)));held.append(c)\nprint('full',flush=True)\nsys.stdin.readline()\n" +
    'for c in held: c.close()\n' +
    `says='{"port":'+port+'}'\n` +
    "answer=('HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s'%(len(says),says)).encode()\n" +
    "def serve(c):\n try:\n  got=b''\n  while b'\\r\\n\\r\\n' not in got:\n   more=c.recv(65536)\n   if not more: return\n   got+=more\n  c.sendall(answer)\n finally: c.close()\n" +
    's.listen(128)\nwhile True: threading.Thread(target=serve,args=(s.accept()[0],),daemon=True).start()';
  const child = spawn('python3', ['-c', script, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
  silent.add({ server: undefined, blackhole: child });
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve);
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the blackhole ended')));
  });
  return child;
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

/** Which pod answers a client, on a connection of its own, and how long that took. */
async function podOf(
  nginx: Nginx,
  address: string,
  path = '/socket.io/?EIO=4&sid=x',
): Promise<{ pod: number; ms: number }> {
  const began = performance.now();
  const answer = await ask(nginx.url + path, { headers: { 'X-Forwarded-For': `${address}, 198.51.100.1` } });
  expect(answer.status).toBe(200);
  return { pod: JSON.parse(answer.body).port, ms: performance.now() - began };
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

describe('a pod that is gone', () => {
  it('without a word costs its clients one or two seconds, and none of them a 504', async () => {
    const ports = await freePorts(3);
    await Promise.all(ports.slice(1).map(start));
    await blackhole(ports[0] as number);
    const nginx = await gateway(ports, 3);
    const seen = await Promise.all(CLIENTS.slice(0, 60).map((address) => podOf(nginx, address)));
    const waited = seen.filter(({ ms }) => ms > 1300);
    expect(waited.length).toBeGreaterThan(5);
    expect(waited.length).toBeLessThan(40);
    expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(2500);
    for (const { pod } of seen) expect(ports.slice(1)).toContain(pod);
  });

  it('is not one whose first packet was lost: whoever is on it waits for the second and stays', async () => {
    const ports = await freePorts(3);
    await Promise.all(ports.slice(1).map(start));
    const late = await blackhole(ports[0] as number);
    const nginx = await gateway(ports, 3);
    const asked = Promise.all(CLIENTS.slice(0, 60).map((address) => podOf(nginx, address)));
    // Before the kernel sends what was dropped again.
    await new Promise((resolve) => setTimeout(resolve, 400));
    late.stdin?.write('\n');
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

/** A Service: one port, and behind it pods, to any of which each new connection may get. The last of them accepts nothing and refuses nothing. */
async function service(port: number, pods: number): Promise<void> {
  const script =
    'import socket,sys,threading,time\nport=int(sys.argv[1])\ndef pod():\n s=socket.socket();s.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEPORT,1);' +
    "s.bind(('127.0.0.1',port));return s\n" +
    "def answer(c):\n try:\n  while b'\\r\\n\\r\\n' not in c.recv(65536): pass\n" +
    "  c.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok')\n except OSError: pass\n c.close()\n" +
    'def serve(s):\n s.listen(128)\n while True: threading.Thread(target=answer,args=(s.accept()[0],),daemon=True).start()\n' +
    'for i in range(int(sys.argv[2])-1): threading.Thread(target=serve,args=(pod(),),daemon=True).start()\n' +
    'dead=pod();dead.listen(0);held=[]\n' +
    "for i in range(100):\n c=socket.socket();c.setblocking(False);c.connect_ex(('127.0.0.1',port));held.append(c)\n" +
    "time.sleep(0.5);print('up',flush=True);time.sleep(600)";
  const child = spawn('python3', ['-c', script, String(port), String(pods)], { stdio: ['ignore', 'pipe', 'inherit'] });
  silent.add({ server: undefined, blackhole: child });
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve);
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the Service ended')));
  });
}

describe('a gateway without affinity, in front of a Service', () => {
  it('tries another pod where one does not answer: after a second, and nobody gets a 504', async () => {
    const [behind = 0, port = 0] = await freePorts(2);
    await service(behind, 8);
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
    const seen: { status: number | undefined; ms: number }[] = [];
    for (let i = 0; i < 6; i += 1) {
      const asked = Array.from({ length: 10 }, async () => {
        const began = performance.now();
        const { status } = await ask(`${nginx.url}/socket.io/?EIO=4&transport=websocket`);
        seen.push({ status, ms: performance.now() - began });
      });
      await Promise.all(asked);
    }
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200]));
    const waited = seen.filter(({ ms }) => ms > 900);
    expect(waited.length).toBeGreaterThan(0);
    expect(waited.length).toBeLessThan(30);
    expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(4500);
  }, 60_000);
});

it('needs python3, and says so', () => {
  expect(spawnSync('python3', ['--version']).status).toBe(0);
});
