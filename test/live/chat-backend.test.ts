import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveTiming } from '../../lib';
import { METRICS } from '../../lib/server';
import { ask, client, closeAll, connected } from './support/app';
import { stopAllNginx } from './support/nginx';
import { killAllPods, type Pod, startPod } from './support/pod';

const timing = deriveTiming();
let folder: string;
let pod: Pod;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-chat-'));
  pod = await startPod({ name: 'chat-0', timing, folder });
});

afterAll(async () => {
  await closeAll();
  await killAllPods();
  await stopAllNginx();
  rmSync(folder, { recursive: true, force: true });
});

const app = (path: string) => ask(`http://127.0.0.1:${pod.appPort}${path}`);
const handshake = () => ask(`${pod.url}/socket.io/?EIO=4&transport=polling`);

describe('Socket.IO integration', () => {
  it('completes the initial handshake', async () => {
    const { status, body } = await handshake();
    expect(status).toBe(200);
    const data = JSON.parse(body.substring(1));
    expect(data).toHaveProperty('sid');
    expect(data.upgrades).toContain('websocket');
    // The one timing, all the way to the wire.
    expect([data.pingInterval, data.pingTimeout]).toEqual([25_000, 20_000]);
  });

  it('maintains a session across requests', async () => {
    const { sid } = JSON.parse((await handshake()).body.substring(1));
    const session = `${pod.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`;
    // A client joins before it polls; without that the poll is held until the first ping.
    const joined = await ask(session, { method: 'POST', body: '40' });
    expect([joined.status, joined.body]).toEqual([200, 'ok']);
    const polled = await ask(session);
    expect(polled.status).toBe(200);
    expect(polled.body).toMatch(/^40\{"sid":/);
  });

  it('upgrades to WebSocket', async () => {
    const socket = client(pod.url, { transports: ['polling', 'websocket'] });
    const upgraded = new Promise((resolve) => socket.io.engine.once('upgrade', resolve));
    await connected(socket);
    expect(await upgraded).toMatchObject({ name: 'websocket' });
  });
});

describe('the chat server', () => {
  it('answers /health and /health/database with the documented bodies', async () => {
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const health = await app('/health');
    expect([health.status, JSON.parse(health.body)]).toEqual([
      200,
      {
        status: 'ok',
        timestamp,
        environment: 'production',
        uptime: expect.any(Number),
        memory: { rss: expect.any(Number), heapUsed: expect.any(Number), heapTotal: expect.any(Number) },
        version: process.version,
        database: { overall: 'healthy', database: 'connected', operationsSuccessful: true },
      },
    ]);
    const database = await app('/health/database');
    expect([database.status, JSON.parse(database.body)]).toEqual([
      200,
      {
        timestamp,
        connection: { status: 'connected', latency: expect.stringMatching(/^\d+ms$/) },
        operations: { success: true, operations: ['read', 'write'], errors: [] },
        summary: {
          overall: 'healthy',
          database: 'connected',
          operationsSuccessful: true,
          totalOperations: 2,
          errors: 0,
        },
      },
    ]);
  });

  it('exports every metric that dashboards and alerts read, under its one name', async () => {
    await ask(`${pod.url}/socket.io/?EIO=4&transport=polling&sid=unknown`);
    const { body, headers } = await app('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const { name, type } of Object.values(METRICS)) expect(body).toContain(`# TYPE ${name} ${type}\n`);
    const value = (series: string) =>
      Number(
        body
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')[1],
      );
    expect(value('socket_io_handshake_attempts_total')).toBeGreaterThanOrEqual(3);
    expect(value('socket_io_handshake_success_total')).toBe(value('socket_io_handshake_attempts_total'));
    expect(value('socket_io_websocket_upgrades_total')).toBeGreaterThanOrEqual(1);
    expect(value('ws_connections')).toBeGreaterThanOrEqual(1);
    expect(value('socket_io_http_400_errors_total{code="1"}')).toBe(1);
    expect(value('http_requests_total{endpoint="/health",status="200"}')).toBe(1);
  });

  it('fails its checks when the database is gone, but not the one that would restart it', async () => {
    rmSync(folder, { recursive: true });
    const health = await app('/health');
    expect([health.status, JSON.parse(health.body)]).toEqual([
      503,
      {
        status: 'error',
        timestamp: expect.any(String),
        database: {
          overall: 'unhealthy',
          database: 'disconnected',
          operationsSuccessful: false,
          errors: [expect.stringContaining('ENOENT')],
        },
      },
    ]);
    const database = await app('/health/database');
    expect(database.status).toBe(503);
    expect(JSON.parse(database.body).summary).toEqual({
      overall: 'unhealthy',
      database: 'disconnected',
      operationsSuccessful: false,
      totalOperations: 0,
      errors: 1,
    });
    expect((await app('/ready')).status).toBe(503);
    expect((await app('/live')).status).toBe(200);
  });
});
