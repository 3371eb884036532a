import { Bundle } from '../../lib/manifest';
import { check } from '../../lib/rules';
import {
  type HeartbeatSetting,
  heartbeatOf,
  KNOWN_PATHS,
  protocolOfPath,
  recognized,
  SERVERS,
  serverOfImage,
} from '../../lib/system';
import { bundleOf, configured, deploymentOf, env, type Web, web } from './support';

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
  Mercure: 'mercure {\n heartbeat 77s\n}',
  ntfy: 'keepalive-interval: 77s',
  Jupyter: 'c.ServerApp.websocket_ping_interval = 77000',
  'Node-RED': 'module.exports = { webSocketKeepAliveTime: 77000 }',
  Teleport: 'auth_service:\n  keep_alive_interval: 77s',
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
  return configured(FILES[name] ?? '');
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

describe('what a known server was told', () => {
  const told = (image: string, container: string) => {
    const bundle = bundleOf(web({ image, container }));
    return heartbeatOf(bundle, deploymentOf(bundle)).pingIntervalSeconds;
  };
  const centrifugo = (value: string) =>
    told('centrifugo/centrifugo:5', env({ CENTRIFUGO_CLIENT_PING_INTERVAL: value }));

  test.each<[written: string, seconds: number]>([
    ['30', 30],
    ['1.5', 1.5],
    ['30s', 30],
    ['500ms', 0.5],
    ['2m', 120],
    ['1h', 3600],
    ['1m30s', 90],
    ['1.5m', 90],
    ['1.25', 1.25],
    ['1.25m', 75],
    ['0', 25],
    ['x30', 25],
    ['30x', 25],
    ['30s!', 25],
    ['!30s', 25],
    ['', 25],
    ['s', 25],
  ])('"%s" is %d s', (written, seconds) => {
    expect(centrifugo(written)).toBe(seconds);
  });

  test.each<[line: string, seconds: number]>([
    ['command: [jupyter, lab], args: ["--ServerApp.websocket_ping_interval=7000"]', 7],
    ['args: [lab, "--ServerApp.websocket_ping_interval", "8000", "9000"]', 8],
    ['command: [lab, --ServerApp.websocket_ping_interval], args: ["8000"]', 8],
    ['args: [lab, "--ServerApp.websocket_ping_interval"]', 30],
    ['args: ["7000", "lab=8000", "--ServerApp.websocket_ping_intervals=9000"]', 30],
    ['args: []', 30],
  ])('%s pings every %d s', (line, seconds) => {
    expect(told('jupyter/base-notebook:1', line.replace(', args', '\n          args'))).toBe(seconds);
  });

  test('of two places that say it the first counts', () => {
    const both = env({ CENTRIFUGO_PING_INTERVAL: '50s', CENTRIFUGO_CLIENT_PING_INTERVAL: '40s' });
    expect(told('centrifugo/centrifugo:5', both)).toBe(40);
    const unreadable = env({ CENTRIFUGO_PING_INTERVAL: '50s', CENTRIFUGO_CLIENT_PING_INTERVAL: 'often' });
    expect(told('centrifugo/centrifugo:5', unreadable)).toBe(50);
  });
});

describe('a server', () => {
  test.each<[image: string, name: string | undefined]>([
    ['nats', 'NATS'],
    ['nats@sha256:0123', 'NATS'],
    ['docker.io/library/nats:2', 'NATS'],
    ['docker.io/_/nats:2', 'NATS'],
    ['registry.example.com:5000/nats', 'NATS'],
    ['bitnami/nats', 'NATS'],
    ['bitnamilegacy/nats', 'NATS'],
    ['team/nats', undefined],
    ['registry.example.com/team/nats', undefined],
    ['grafana/grafana', 'Grafana'],
    ['mirror.example.com/hub/grafana/grafana:11', 'Grafana'],
    ['grafana/grafana/extra', undefined],
    ['grafana', undefined],
    ['', undefined],
  ])('is known by image "%s": %s', (image, name) => {
    expect(serverOfImage(image)?.name).toBe(name);
  });

  test('is known by the second image too, and by its chart where no image is', () => {
    const known = (of: Web) => {
      const found = recognized(deploymentOf(bundleOf(web(of))));
      return found && [found.server.name, found.words, found.container.name];
    };
    expect(known({ container: '\n        - { name: db, image: "nats:2" }' })).toEqual(['NATS', 'image nats:2', 'db']);
    expect(known({ podLabels: 'app.kubernetes.io/name: centrifugo' })).toEqual([
      'Centrifugo',
      'pods of the chart centrifugo',
      'web',
    ]);
    expect(known({ podLabels: 'app.kubernetes.io/name: shop' })).toBeUndefined();
    expect(known({})).toBeUndefined();
    const bare = bundleOf(
      web({ podLabels: 'app.kubernetes.io/name: centrifugo' }).replace(/containers:[\s\S]*/, 'containers: []'),
    );
    expect(recognized(deploymentOf(bare))).toBeUndefined();
  });
});
