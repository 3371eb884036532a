import { createServer, get } from 'node:http';
import { Server } from 'socket.io';
import { WebSocket, WebSocketServer } from 'ws';
import { heartbeat, METRICS, ServerMetrics, type ServerMetricsProps } from '../../lib/server';
import { ends, listening, measured, open, socketIo } from './measured';

describe('Metrics of a Socket.IO server', () => {
  it('exist before anything happened, so that a first error is a rise', async () => {
    const { text, value } = await socketIo();
    for (const { name, type } of Object.values(METRICS)) expect(await text()).toContain(`# TYPE ${name} ${type}\n`);
    expect(await text()).toContain('socket_io_http_400_errors_total{code="1"} 0');
    expect(await text()).toContain('message_replay_total{source="cache",status="failed"} 0');
    expect(await value('ws_connections')).toBe(0);
    for (const { name, buckets } of [METRICS.heartbeat, METRICS.sessionDuration, METRICS.reconnectDuration]) {
      const bounds = [...(await text()).matchAll(new RegExp(`^${name}_bucket{le="([^"]+)"}`, 'gm'))];
      expect(bounds.map(([, bound]) => bound)).toEqual([...buckets.map(String), '+Inf']);
    }
  });

  it('count what was replayed, by where it was looked for and how it ended', async () => {
    const { metrics, value } = await socketIo();
    metrics.replayed('log', true);
    metrics.replayed('cache', false);
    metrics.replayed('cache', false);
    expect(await value('message_replay_total', 'source="log"', 'status="success"')).toBe(1);
    expect(await value('message_replay_total', 'source="cache"', 'status="failed"')).toBe(2);
    expect(await value('message_replay_total')).toBe(3);
  });

  it('count sessions that wait to be recovered as ended when they stop, and look no more', async () => {
    const { client, metrics, value, until } = await socketIo();
    (await client({ transports: ['websocket'] })).disconnect();
    await until('socket_disconnect_total', 1);
    expect(await value('socket_io_session_duration_seconds_count')).toBe(0);
    await until('event_loop_lag_seconds_count', 1);
    metrics.stop();
    expect(await value('socket_io_session_duration_seconds_count')).toBe(1);
    const looks = await value('event_loop_lag_seconds_count');
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await value('event_loop_lag_seconds_count')).toBe(looks);
  });

  it('count an answer to no ping as none', async () => {
    const { io, port, value } = await socketIo({ pingInterval: 60_000 });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    open.push(() => socket.terminate());
    const heard = new Promise((resolve) => io.engine.on('connection', (one) => one.once('heartbeat', resolve)));
    socket.once('open', () => socket.send('3'));
    await heard;
    expect(await value('heartbeat_latency_seconds_count')).toBe(0);
    expect(await value('ws_connections')).toBe(1);
  });

  it('count no attempt where nobody takes WebSockets, and no bad request where one is forbidden', async () => {
    const { port, text, value, until } = await socketIo({
      allowRequest: (_request: unknown, answer: (why: string, well: boolean) => void) => answer('no', false),
    });
    const refused = new WebSocket(`ws://127.0.0.1:${port}/elsewhere`);
    open.push(() => refused.on('error', () => {}).terminate());
    refused.on('error', () => {});
    expect((await fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`)).status).toBe(403);
    await until('socket_io_handshake_attempts_total', 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await value('socket_io_handshake_attempts_total')).toBe(1);
    expect(await text()).not.toContain('socket_io_http_400_errors_total{code="4"}');
  });

  it('tell a farewell from a break, by the close code', async () => {
    const { client, text, until } = await socketIo();
    const leaving = await client({ transports: ['websocket'] });
    leaving.disconnect();
    await until('connection_duration_seconds_count', 1);
    const broken = await client({ transports: ['websocket'], reconnection: false });
    (broken.io.engine.transport as unknown as { ws: WebSocket }).ws.terminate();
    await until('connection_duration_seconds_count', 2);
    // How the kernel tells of a break depends on what was on its way.
    expect((await ends(text)).sort()).toEqual([
      expect.stringMatching(
        /^{transport="web_sockets",reason="transport (close|error)",clean="false",status="error"} 1$/,
      ),
      '{transport="web_sockets",reason="transport close",clean="true",status="normal_closure"} 1',
    ]);
  });

  it('see the close code after an upgrade too', async () => {
    const { client, text, until } = await socketIo();
    const socket = await client({ reconnection: false });
    await until('socket_io_websocket_upgrades_total', 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    (socket.io.engine.transport as unknown as { ws: WebSocket }).ws.terminate();
    await until('connection_duration_seconds_count', 1);
    expect(await ends(text)).toEqual([
      '{transport="web_sockets",reason="transport close",clean="false",status="error"} 1',
    ]);
  });

  it('call what the server ends a shutdown, and what nobody answers a timeout', async () => {
    const { io, client, text, until, port } = await socketIo();
    await client({ transports: ['polling'] });
    for (const socket of io.sockets.sockets.values()) socket.conn.close();
    await until('connection_duration_seconds_count', 1);
    const silent = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    open.push(() => silent.terminate());
    await until('connection_duration_seconds_count', 1, 'ping timeout');
    expect(await ends(text)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('reason="forced close",clean="true",status="app_shutdown"'),
        '{transport="web_sockets",reason="ping timeout",clean="false",status="timeout"} 1',
      ]),
    );
  });

  it('count a session that comes back as one, with how long it was away', async () => {
    const began = performance.now();
    const { io, client, value, until } = await socketIo();
    const socket = await client({ transports: ['websocket'] });
    io.emit('anything');
    await new Promise((resolve) => socket.once('anything', () => resolve(undefined)));
    socket.io.engine.close();
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
    expect(socket.recovered).toBe(true);
    expect(await until('socket_reconnect_duration_seconds_count', 1)).toBe(1);
    const away = await value('socket_reconnect_duration_seconds_sum');
    expect(away).toBeGreaterThan(0);
    expect(away).toBeLessThan((performance.now() - began) / 1000);
    expect(await value('socket_recoveries_total', 'status="recovered"')).toBe(1);
    expect(await value('socket_io_session_duration_seconds_count')).toBe(0);
  });

  it('count a session that this process does not know as lost', async () => {
    const { client, value } = await socketIo();
    await client({ transports: ['websocket'], auth: { pid: 'of-another-process', offset: 'x' } });
    expect(await value('socket_recoveries_total', 'status="lost"')).toBe(1);
    expect(await value('socket_reconnect_duration_seconds_count')).toBe(0);
  });

  it('time the answers to pings', async () => {
    const { client, until, value } = await socketIo();
    await client();
    const began = performance.now();
    expect(await until('heartbeat_latency_seconds_count', 2)).toBeGreaterThanOrEqual(2);
    expect(await value('heartbeat_latency_seconds_sum')).toBeLessThan((performance.now() - began) / 1000 + 1);
  });

  it('count attempts, successes and what is refused', async () => {
    const { port, value, until } = await socketIo();
    const ask = (query: string) =>
      new Promise<void>((resolve) => {
        get(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=${query}`, (answer) => {
          answer.resume().on('end', resolve);
        });
      });
    await ask('polling');
    await ask('polling&sid=unknown');
    await ask('pigeon');
    expect(await until('http_requests_total', 3, 'endpoint="/socket.io/"')).toBe(3);
    expect(await value('socket_io_handshake_attempts_total')).toBe(2);
    expect(await value('socket_io_handshake_success_total')).toBe(1);
    expect(await value('socket_io_http_400_errors_total', 'code="1"')).toBe(1);
    expect(await value('socket_io_http_400_errors_total', 'code="0"')).toBe(1);
  });

  it('feel an event loop that is held up', async () => {
    const began = performance.now();
    const { value, until } = await socketIo();
    await until('event_loop_lag_seconds_count', 2);
    const before = await value('event_loop_lag_seconds_sum');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const late = await value('event_loop_lag_seconds_sum');
    expect(late - before).toBeGreaterThan(0.5);
    // Ten looks a second, and what each was late: together no more than went by.
    const looks = await value('event_loop_lag_seconds_count');
    expect(late + looks * 0.1).toBeLessThan((performance.now() - began) / 1000 + 0.1);
  });
});

describe('Metrics of plain WebSockets', () => {
  it('count connections, their ends by code, and answers to pings', async () => {
    const http = createServer();
    const server = new WebSocketServer({ server: http });
    open.push(() => server.close());
    const port = await listening(http);
    const { metrics, text, value, until } = measured({ http, webSockets: server });
    const beat = heartbeat(server, { heartbeatIntervalMs: 100, heartbeatGraceMs: 400 } as never, {
      onPong: metrics.pong,
      onDead: metrics.dead,
    });
    open.push(() => beat.stop());
    const client = async (options: object = {}) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, options);
      open.push(() => socket.terminate());
      await new Promise((resolve) => socket.once('open', resolve));
      return socket;
    };
    const [leaving, broken] = [await client(), await client()];
    await client({ autoPong: false });
    const began = performance.now();
    expect(await value('ws_connections')).toBe(3);
    expect(await value('socket_io_handshake_attempts_total')).toBe(3);
    expect(await until('heartbeat_latency_seconds_count', 2)).toBeGreaterThanOrEqual(2);
    leaving.close(1000);
    broken.terminate();
    expect(await until('connection_duration_seconds_count', 3)).toBe(3);
    expect((await ends(text)).sort()).toEqual([
      '{transport="web_sockets",reason="1000",clean="true",status="normal_closure"} 1',
      '{transport="web_sockets",reason="1006",clean="false",status="error"} 1',
      '{transport="web_sockets",reason="ping timeout",clean="false",status="timeout"} 1',
    ]);
    expect(await value('ws_connections')).toBe(0);
    expect(await value('socket_disconnect_total', 'reason="1000"')).toBe(1);
    // Three connections, none of which lived longer than all of this.
    const most = ((performance.now() - began) / 1000 + 1) * 3;
    expect(await value('connection_duration_seconds_sum')).toBeLessThan(most);
    expect(await value('heartbeat_latency_seconds_sum')).toBeLessThan(most);
  });
});

describe('Metrics of a server', () => {
  it('fails with everything that is missing', () => {
    expect(() => new ServerMetrics({} as ServerMetricsProps)).toThrow(
      /prometheus: is missing; give prom-client[\s\S]*registry: is missing[\s\S]*http: is missing[\s\S]*timing: is missing/,
    );
  });

  it('fails for a Socket.IO server that is attached to nothing', () => {
    expect(() => measured({ http: createServer(), io: new Server() })).toThrow(/attach it before its metrics are made/);
  });
});
