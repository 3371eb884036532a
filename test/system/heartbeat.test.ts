import type { Manifest } from '../../lib/manifest';
import {
  entrancesOf,
  environmentsNamed,
  heartbeatOf,
  idleTimeoutFor,
  longestPreStop,
  nginxDurations,
  observe,
  slowestHeartbeat,
  timingProblem,
} from '../../lib/system';
import { deriveTiming } from '../../lib/timing';
import { bundleOf, deploymentOf, env, type Web, web } from './support';

const beat = (of: Web = {}) => {
  const bundle = bundleOf(web(of));
  return heartbeatOf(bundle, deploymentOf(bundle));
};
const INTERVAL = 'SOCKET_HEARTBEAT_INTERVAL_MS';
const GRACE = 'SOCKET_HEARTBEAT_GRACE_MS';
const carrying = (timing: object) => `holdfast/timing: '${JSON.stringify(timing)}'`;

describe('the heartbeat of a workload', () => {
  const DEFAULTS = 'pingInterval 25 s + pingTimeout 20 s';
  test.each<[from: string, of: Web, interval: number, timeout: number, silence: number, known: boolean, words: string]>(
    [
      ['nothing', {}, 25, 20, 45, false, `${DEFAULTS} (Socket.IO’s defaults, because the workload names none)`],
      [
        'its annotation, before its environment',
        { workload: carrying(deriveTiming()), container: env({ [INTERVAL]: '9000' }) },
        25,
        20,
        45,
        true,
        `${DEFAULTS} (annotation holdfast/timing)`,
      ],
      [
        'both variables',
        { container: env({ [INTERVAL]: '7000', [GRACE]: '3000' }) },
        7,
        3,
        10,
        true,
        'pingInterval 7 s + pingTimeout 3 s (environment of container web)',
      ],
      ['the interval alone', { container: env({ [INTERVAL]: '7000' }) }, 7, 20, 27, true, 'pingInterval 7 s + '],
      [
        'the wait alone',
        { container: env({ [GRACE]: '3000' }) },
        25,
        3,
        28,
        true,
        'pingInterval 25 s + pingTimeout 3 s',
      ],
      ['a variable that is no number', { container: env({ [INTERVAL]: 'soon' }) }, 25, 20, 45, false, DEFAULTS],
      [
        'the software that it runs',
        { image: 'nats:2', paths: ['/mqtt'] },
        120,
        0,
        120,
        true,
        'a sign of life every 120 s (what NATS does by default)',
      ],
      [
        'software that sends nothing, so the path',
        { image: 'team/unknown:1', paths: ['/mqtt'] },
        60,
        0,
        60,
        true,
        'a sign of life of the client every 60 s (what MQTT does by default, known by path /mqtt)',
      ],
      ['the slower of two paths', { paths: ['/cable', '/mqtt', '/signalr'] }, 60, 0, 60, true, 'known by path /mqtt'],
      [
        'the first of two that are alike',
        { paths: ['/sockjs', '/x/sockjs'] },
        25,
        0,
        25,
        true,
        'known by path /sockjs)',
      ],
      ['a path that says nothing of one', { paths: ['/ws'] }, 25, 20, 45, false, DEFAULTS],
      [
        'what the software was told: both',
        {
          image: 'hedgedoc/hedgedoc:1',
          container: env({ CMD_HEARTBEAT_INTERVAL: '4000', CMD_HEARTBEAT_TIMEOUT: '6000' }),
        },
        4,
        6,
        10,
        true,
        'pingInterval 4 s + pingTimeout 6 s (CMD_HEARTBEAT_INTERVAL of container web)',
      ],
      [
        'what the software was told: the wait',
        { image: 'hedgedoc/hedgedoc:1', container: env({ CMD_HEARTBEAT_TIMEOUT: '6000' }) },
        5,
        6,
        11,
        true,
        '(CMD_HEARTBEAT_TIMEOUT of container web)',
      ],
    ],
  )('is known from %s', (_from, of, interval, timeout, silence, known, words) => {
    const found = beat(of);
    expect(found).toMatchObject({
      pingIntervalSeconds: interval,
      pingTimeoutSeconds: timeout,
      seconds: silence,
      known,
      polls: words.includes('pingInterval') || words.includes('CMD_'),
    });
    expect(found.words).toContain(words);
    expect(idleTimeoutFor(found)).toBe(silence + 30);
  });

  test('of two containers is that of the first that says something', () => {
    const container = `${env({ OTHER: '1' })}
        - { name: app, image: a, ${env({ [INTERVAL]: '7000' })} }
        - { name: late, image: a, ${env({ [INTERVAL]: '9000' })} }`;
    expect(beat({ container }).words).toBe('pingInterval 7 s + pingTimeout 20 s (environment of container app)');
    const bundle = bundleOf(web({ container }));
    expect(
      environmentsNamed(deploymentOf(bundle), INTERVAL).map(({ container: { name }, value, path }) => [
        name,
        value,
        path.at(4),
      ]),
    ).toEqual([
      ['app', '7000', 1],
      ['late', '9000', 2],
    ]);
  });

  test('what is proposed for one with a fraction is a whole number', () => {
    expect(idleTimeoutFor(beat({ container: env({ [INTERVAL]: '7500', [GRACE]: '0' }) }))).toBe(38);
  });

  test('of several workloads is the longest, and of none that of the path', () => {
    const slow = web({ container: env({ [INTERVAL]: '90000' }) }).replaceAll('web', 'slow');
    const quick = web({ container: env({ [INTERVAL]: '1000' }) });
    const alike = web({ container: env({ [INTERVAL]: '90000' }) }).replaceAll('web', 'alike');
    const bundle = bundleOf([quick, slow, alike].join('---'));
    const words = (...workloads: readonly Manifest[]) => slowestHeartbeat(bundle, workloads).words;
    const [first, second, third] = bundle.ofKind('Deployment') as readonly [Manifest, Manifest, Manifest];
    expect(words(first, second)).toContain('container slow');
    expect(words(second, first)).toContain('container slow');
    expect(words(second, third)).toContain('container slow');
    expect(slowestHeartbeat(bundle, [])).toMatchObject({
      known: false,
      words: expect.stringContaining('no workload is among'),
    });
    const mqtt = bundleOf(web({ paths: ['/mqtt'] }));
    expect(slowestHeartbeat(mqtt, [], entrancesOf(mqtt))).toMatchObject({ seconds: 60, known: true });
  });
});

describe('what a workload’s manifests add up to', () => {
  const seen = (of: Web = {}) => {
    const bundle = bundleOf(web(of));
    return observe(bundle, deploymentOf(bundle));
  };
  const hook = (seconds: number) => `lifecycle: { preStop: { sleep: { seconds: ${seconds} } } }`;

  test('is the timing that it carries, with the grace and the hook that are written', () => {
    const timing = deriveTiming();
    const of = { workload: carrying(timing), pod: 'terminationGracePeriodSeconds: 77' };
    const longer = timing.preStopSeconds + 5;
    expect(seen(of)).toEqual({ carried: true, timing: { ...timing, terminationGracePeriodSeconds: 77 } });
    expect(seen({ ...of, container: hook(longer) }).timing).toMatchObject({ preStopSeconds: longer });
    expect(seen({ ...of, container: hook(1) }).timing).toMatchObject({ preStopSeconds: timing.preStopSeconds });
    expect(timingProblem(JSON.stringify(timing))).toBeUndefined();
    expect(timingProblem('{')).toEqual(expect.any(String));
  });

  test('is otherwise read from everywhere, with the least that a drain needs', () => {
    expect(seen()).toMatchObject({
      carried: false,
      timing: {
        drainSeconds: 10,
        preStopSeconds: 0,
        terminationGracePeriodSeconds: 30,
        marginSeconds: 0,
        shutdownSeconds: 0,
      },
    });
    expect(
      seen({
        pod: 'terminationGracePeriodSeconds: 90',
        container: `${env({ [INTERVAL]: '7000', [GRACE]: '3000', SOCKET_DRAIN_MS: '45000' })}\n          ${hook(12)}`,
      }).timing,
    ).toMatchObject({
      pingIntervalSeconds: 7,
      pingTimeoutSeconds: 3,
      effectivePingTimeoutSeconds: 10,
      idleTimeoutSeconds: 40,
      drainSeconds: 45,
      preStopSeconds: 12,
      terminationGracePeriodSeconds: 90,
    });
  });

  test('counts the longest hook of all containers, for they run at once', () => {
    const container = `${hook(5)}\n        - { name: b, image: b, ${hook(9)} }\n        - { name: c, image: c }`;
    expect(longestPreStop(deploymentOf(bundleOf(web({ container }))))).toBe(9);
    expect(longestPreStop(deploymentOf(bundleOf(web())))).toBe(0);
  });

  test('has what its nginx is told, and nothing that nginx would not read', () => {
    const bundle = bundleOf(
      web({
        pod: 'volumes: [{ name: conf, configMap: { name: conf } }]',
        container: 'volumeMounts: [{ name: conf, mountPath: /etc/nginx }]',
        more: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: conf }\ndata: { a.conf: "upstream a { server b; } keepalive_timeout 75s 60s; http { keepalive_timeout soon; keepalive_timeout 2m; }" }`,
      }),
    );
    expect(
      nginxDurations(bundle, deploymentOf(bundle), 'keepalive_timeout').map(({ text, written, seconds }) => [
        text.configMap.metadata.name,
        written,
        seconds,
      ]),
    ).toEqual([
      ['conf', 'keepalive_timeout 75s 60s', 75],
      ['conf', 'keepalive_timeout 2m', 120],
    ]);
  });
});
