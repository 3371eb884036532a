import { App as Cdk8sApp, Chart } from 'cdk8s';
import { nginxConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
import { WebSocketGateway, WebSocketServer } from '../../lib/workload';
import { type App, ask, client, closeAll, connected, echo, freePort, startApp } from './support/app';
import { type Nginx, startNginx, stopAllNginx } from './support/nginx';

const SESSIONS = 60;

let apps: App[];

beforeEach(async () => {
  apps = [await startApp(), await startApp(), await startApp()];
});

afterEach(async () => {
  await closeAll();
  await stopAllNginx();
});

/** The gateway of a three-pod server with the configuration of its ConfigMap, in which the pods' Services stand for the three applications. */
async function gateway(affinity: 'clientAddress' | 'none', ports = apps.map((app) => app.port)): Promise<Nginx> {
  const port = await freePort();
  const chart = new Chart(new Cdk8sApp(), 'test', { namespace: 'production' });
  const server = new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing: deriveTiming(),
    adapter: { kind: 'none', podsAreIndependent: true },
    stableNames: true,
  });
  // One worker: without affinity each has a turn of its own, and chance would come in.
  const tier = new WebSocketGateway(chart, 'Gateway', {
    name: 'gateway',
    server,
    affinity,
    port,
    addressesAppended: 2,
    workers: 1,
  });
  let conf = tier.configMap.toJson().data['nginx.conf'] as string;
  if (affinity === 'none') {
    // What kube-proxy does behind the one Service: every connection may go to any pod.
    const any = ports.map((pod) => `server 127.0.0.1:${pod};`).join('\n');
    conf = conf.replace(/(\s*server gateway-upstream:3001 max_fails=0;)+/, `\n${any}`);
  } else {
    ports.forEach((pod, i) => {
      conf = conf.replace(`server chat-${i}:3001 `, `server 127.0.0.1:${pod} `);
    });
  }
  expect(conf).not.toMatch(/:3001/);
  return startNginx(conf, port);
}

/** Opens a polling session for one client behind Google's balancer, each request on a connection of its own. */
async function pollingSession(nginx: Nginx, address: string): Promise<string> {
  const headers = { 'X-Forwarded-For': `${address}, 198.51.100.1` };
  const endpoint = `${nginx.url}/socket.io/?EIO=4&transport=polling`;
  const opened = await ask(endpoint, { headers });
  const { sid } = JSON.parse(opened.body.slice(1)) as { sid: string };
  return (await ask(`${endpoint}&sid=${sid}`, { method: 'POST', headers, body: '40' })).body;
}

const clients = Array.from({ length: SESSIONS }, (_, i) => `203.0.113.${i + 1}`);

describe('the gateway tier as it is deployed', () => {
  test('with affinity connects 60 of 60 long-polling sessions, on every one of its gateways alike', async () => {
    const first = await gateway('clientAddress');
    const second = await gateway('clientAddress');
    for (const address of clients) expect(await pollingSession(first, address)).toBe('ok');
    const chosen = apps.map((app) => app.sessionIds.length);
    for (const sessions of chosen) expect(sessions).toBeGreaterThan(5);
    // The same clients on the same pods: the balancer in front needs no affinity.
    for (const address of clients) expect(await pollingSession(second, address)).toBe('ok');
    expect(apps.map((app) => app.sessionIds.length)).toEqual(chosen.map((sessions) => 2 * sessions));
  });

  test('finds a replaced pod behind the same address, without being restarted', async () => {
    const nginx = await gateway('clientAddress');
    for (const address of clients) expect(await pollingSession(nginx, address)).toBe('ok');
    const [replaced, ...others] = apps as [App, App, App];
    const before = others.map((app) => app.sessionIds.length);
    await replaced.close();
    const successor = await startApp({}, replaced.port);
    for (const address of clients) expect(await pollingSession(nginx, address)).toBe('ok');
    // Everybody where they were: the successor has the clients of its predecessor, the others theirs once more.
    expect(successor.sessionIds.length).toBe(replaced.sessionIds.length);
    expect(others.map((app) => app.sessionIds.length)).toEqual(before.map((sessions) => 2 * sessions));
  });

  test('leaves the client to be found by the nginx in the pod, through the gateway as well as past it', async () => {
    const port = await freePort();
    const inPod = await startNginx(
      nginxConf({
        timing: deriveTiming(),
        port,
        upstream: { port: (apps[0] as App).port },
        socketIo: { path: '/socket.io/' },
        routes: [{ path: '/api/' }],
        addressesAppended: 2,
      }),
      port,
    );
    const tier = await gateway('clientAddress', [inPod.port, inPod.port, inPod.port]);
    for (const url of [inPod.url, tier.url]) {
      const headers = { 'X-Forwarded-For': '6.6.6.6, 203.0.113.7, 198.51.100.1', 'X-Forwarded-Proto': 'https' };
      const seen = JSON.parse((await ask(`${url}/api/me`, { headers })).body).headers;
      expect(seen).toMatchObject({ 'x-real-ip': '203.0.113.7', 'x-forwarded-proto': 'https' });
    }
  });

  test('fails long-polling sessions without affinity, all but the lucky ones', async () => {
    const nginx = await gateway('none');
    const outcomes = [];
    for (const address of clients) outcomes.push(await pollingSession(nginx, address));
    expect(
      outcomes.filter((outcome) => outcome === '{"code":1,"message":"Session ID unknown"}').length,
    ).toBeGreaterThan(SESSIONS / 2);
  });

  test('without affinity serves clients that connect by WebSocket alone', async () => {
    const nginx = await gateway('none');
    for (let i = 0; i < 6; i += 1) {
      const socket = await connected(client(nginx.url, { transports: ['websocket'] }));
      expect(await echo(socket, 'there and back')).toBe('there and back');
    }
  });
});
