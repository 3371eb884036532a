import { Bundle } from '../../lib/manifest';
import { check } from '../../lib/rules';
import {
  type HeartbeatSetting,
  heartbeatOf,
  KNOWN_PATHS,
  protocolOfPath,
  SERVERS,
  serverOfImage,
} from '../../lib/system';
import { bundleOf, type Web, web } from './support';

const ROWS = SERVERS.map((server) => [server.name, server] as const);

test('there are at least forty, each with a name of its own', () => {
  expect(SERVERS.length).toBeGreaterThanOrEqual(40);
  expect(new Set(SERVERS.map(({ name }) => name)).size).toBe(SERVERS.length);
});

test('no image and no chart belongs to two', () => {
  for (const names of [SERVERS.flatMap(({ images }) => images), SERVERS.flatMap(({ charts = [] }) => charts)]) {
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  }
});

describe.each(ROWS)('%s', (_name, server) => {
  test('is known by each of its images, from whatever registry, and has a source', () => {
    for (const image of server.images) {
      expect(serverOfImage(`${image}:1.2.3`)).toBe(server);
      expect(serverOfImage(`registry.example.com:5000/${image}@sha256:0123`)).toBe(server);
      expect(serverOfImage(`${image}-exporter:1`)).not.toBe(server);
    }
    expect(server.source).toMatch(/^https:\/\//);
    expect(server.heartbeat?.seconds ?? 1).toBeGreaterThan(0);
  });

  test('has the heartbeat that it comes with, and its timeouts are judged by it', () => {
    const image = `${server.images[0]}:1.2.3`;
    const bundle = bundleOf(web({ image, port: 'name: http, targetPort: 1' }));
    const workload = bundle.ofKind('Deployment')[0];
    if (workload === undefined || server.heartbeat === undefined) throw new Error(`${server.name} has no heartbeat`);
    const beat = heartbeatOf(bundle, workload);
    expect(beat).toMatchObject({ pingIntervalSeconds: server.heartbeat.seconds, known: true });
    expect(beat.words).toContain(server.name);
    const found = (seconds: number) =>
      check(
        web({
          image,
          port: 'name: http, targetPort: 1',
          className: 'alb',
          ingress: `alb.ingress.kubernetes.io/load-balancer-attributes: "idle_timeout.timeout_seconds=${seconds}"`,
        }),
      ).findings.filter(({ code }) => code === 'WS118');
    expect(found(Math.ceil(beat.seconds) + 10)).toEqual([]);
    expect(found(Math.floor(beat.pingIntervalSeconds))).toMatchObject([{ level: 'error', kind: 'Ingress' }]);
    // What is sent in either direction begins the time anew; only a poll waits for an answer that is late.
    expect(found(Math.ceil(beat.seconds) + 8).map(({ level }) => level)).toEqual(beat.polls ? ['warning'] : []);
  });
});

/** A file in which each configurable heartbeat is written as 77 s, by server. */
const FILES: Readonly<Record<string, string>> = {
  Centrifugo: '{"client": {"ping_interval": "77s"}}',
  NATS: 'ping_interval: "77s"',
  EMQX: 'mqtt { server_keepalive = 77s }',
  Mosquitto: 'max_keepalive 77',
  Mercure: 'mercure {\\n heartbeat 77s\\n}',
  ntfy: 'keepalive-interval: 77s',
  Jupyter: 'c.ServerApp.websocket_ping_interval = 77000',
  'Node-RED': 'module.exports = { webSocketKeepAliveTime: 77000 }',
  Teleport: 'auth_service:\\n  keep_alive_interval: 77s',
};

const SETTINGS = SERVERS.flatMap((server) =>
  (server.settings ?? []).map(
    (setting) => [server.name, setting.env ?? setting.argument ?? 'its file', server, setting] as const,
  ),
);

function written(name: string, { env, argument, unit }: HeartbeatSetting): Web {
  const value = unit === 'ms' ? '77000' : '77';
  if (env !== undefined) return { container: `env: [{ name: ${env}, value: "${value}" }]` };
  if (argument !== undefined) return { container: `args: ["${argument}=${value}"]` };
  return {
    pod: 'volumes: [{ name: conf, configMap: { name: conf } }]',
    container: 'volumeMounts: [{ name: conf, mountPath: /etc/conf }]',
    more: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: conf }\ndata: { conf: ${JSON.stringify(FILES[name] ?? '').replaceAll('\\\\n', '\\n')} }\n`,
  };
}

test.each(SETTINGS)('the heartbeat of %s is read from %s', (name, _where, server, setting) => {
  const bundle = bundleOf(web({ image: `${server.images[0]}:1`, ...written(name, setting) }));
  const beat = heartbeatOf(bundle, bundle.ofKind('Deployment')[0] as never);
  expect(setting.of === 'grace' ? beat.pingTimeoutSeconds : beat.pingIntervalSeconds).toBe(77);
  expect(beat.words).toMatch(/container web|ConfigMap conf/);
});

test('NATS pings every two minutes, so an idle timeout of a minute cuts it', () => {
  const [finding] = check(
    web({ image: 'nats:2.10-alpine', port: 'name: websocket, targetPort: 8080', ingress: '' }),
  ).findings.filter(({ code }) => code === 'WS117');
  expect(finding).toMatchObject({
    level: 'error',
    actual: 'not written, so 60 s',
    expected: 'at least 130 s: a sign of life every 120 s (what NATS does by default) + 10 s',
  });
});

test('each path is known for one protocol', () => {
  const known = (path: string) => protocolOfPath(path)?.protocol;
  expect(
    [
      '/socket.io/',
      '/app/sockjs/info',
      '/signalr',
      '/cable',
      '/live/websocket',
      '/mqtt',
      '/xmpp-websocket',
      '/api/ws',
      '/',
    ].map(known),
  ).toEqual(['Socket.IO', 'SockJS', 'SignalR', 'Action Cable', 'Phoenix', 'MQTT', 'XMPP', 'WebSocket', undefined]);
  for (const { source } of KNOWN_PATHS) expect(source).toMatch(/^https:\/\//);
});

test('a bundle without workloads is judged by the path', () => {
  const [ingress, service] = bundleOf(web({ paths: ['/mqtt'] })).objects;
  const report = check([ingress, service].map((one) => structuredClone(one)) as never);
  expect(new Bundle([]).objects).toEqual([]);
  expect(report.findings.find(({ code }) => code === 'WS117')).toMatchObject({
    level: 'error',
    expected: expect.stringContaining('known by path /mqtt'),
  });
});
