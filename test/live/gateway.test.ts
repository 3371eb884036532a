import { type GatewayAffinity, gatewayConf } from '../../lib/nginx';
import { deriveTiming } from '../../lib/timing';
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

async function gateway(affinity: GatewayAffinity): Promise<Nginx> {
  const port = await freePort();
  const servers = apps.map((app) => ({ host: '127.0.0.1', port: app.port }));
  // One worker: without affinity each has a turn of its own, and chance would come in.
  return startNginx(
    gatewayConf({ timing: deriveTiming(), port, servers, affinity, addressesAppended: 2, workers: 1 }),
    port,
  );
}

/** Opens a polling session for one client behind a balancer, each request on a connection of its own, and says how far it came. */
async function pollingSession(nginx: Nginx, address: string, forged = ''): Promise<'ok' | string> {
  const headers = { 'X-Forwarded-For': `${forged}${address}, 198.51.100.1` };
  const endpoint = `${nginx.url}/socket.io/?EIO=4&transport=polling`;
  const opened = await ask(endpoint, { headers });
  if (opened.status !== 200) return opened.body;
  const { sid } = JSON.parse(opened.body.slice(1)) as { sid: string };
  return (await ask(`${endpoint}&sid=${sid}`, { method: 'POST', headers, body: '40' })).body;
}

const clients = Array.from({ length: SESSIONS }, (_, index) => `203.0.113.${index + 1}`);

describe('the gateway', () => {
  it('keeps each client on one server, so that every polling session connects', async () => {
    const nginx = await gateway('clientAddress');
    for (const address of clients) expect(await pollingSession(nginx, address)).toBe('ok');
    // The real addresses decide: the balancer's, which is the same for all, would fill one server.
    for (const app of apps) expect(app.sessionIds.length).toBeGreaterThan(5);
  });

  it('fails polling sessions without affinity', async () => {
    const nginx = await gateway('none');
    const outcomes = [];
    for (const address of clients) outcomes.push(await pollingSession(nginx, address));
    expect(new Set(outcomes)).toEqual(new Set(['{"code":1,"message":"Session ID unknown"}']));
  });

  it('serves clients that connect over WebSocket alone without affinity', async () => {
    const nginx = await gateway('none');
    for (let i = 0; i < 6; i += 1) {
      const socket = await connected(client(nginx.url, { transports: ['websocket'] }));
      expect(await echo(socket, 'there and back')).toBe('there and back');
    }
    expect(apps.map((app) => app.handshakes.length)).toEqual([2, 2, 2]);
  });

  it('cannot be sent to another server by what a client writes in front of its address', async () => {
    const nginx = await gateway('clientAddress');
    for (let i = 0; i < 20; i += 1) await pollingSession(nginx, '203.0.113.7', `10.0.0.${i}, `);
    expect(apps.filter((app) => app.sessionIds.length > 0)).toHaveLength(1);
  });

  it('sends every request of a client to the same second choice when its server is gone', async () => {
    const nginx = await gateway('clientAddress');
    await apps[0]?.close();
    for (const address of clients) expect(await pollingSession(nginx, address)).toBe('ok');
  });

  it('passes /api/ on, and answers for its own health even when no application is there', async () => {
    const nginx = await gateway('clientAddress');
    const seen = JSON.parse((await ask(`${nginx.url}/api/rooms?x=1`)).body);
    expect(seen.url).toBe('/api/rooms?x=1');
    for (const app of apps) await app.close();
    expect((await ask(`${nginx.url}/api/rooms`)).status).toBe(502);
    expect((await ask(`${nginx.url}/health`)).body).toBe('healthy\n');
    expect((await ask(`${nginx.url}/ready`)).body).toBe('ready\n');
  });
});
