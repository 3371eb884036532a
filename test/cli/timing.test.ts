import { load } from 'js-yaml';
import { BALANCERS, behindBalancer, deriveTiming, limitsOf, timingEnvironment } from '../../lib/timing';
import { READ_LIMITS } from '../../lib/timing/read-limits';
import { holdfastIn } from './terminal';

const timing = (...args: readonly string[]) => holdfastIn('/', 'timing', ...args);

const known = ['--ping-interval', '25', '--ping-timeout', '20s'];
const derived = deriveTiming();

test.each(Object.keys(BALANCERS) as (keyof typeof BALANCERS)[])(
  '%s is told its own timeout, in its own field',
  async (kind) => {
    const { code, out } = await timing(...known, '--for', kind, '-o', 'json');
    expect(code).toBe(0);
    const { balancer, edge } = JSON.parse(out);
    expect(balancer).toEqual(behindBalancer(derived, kind));
    if (kind !== 'nginx') expect(JSON.stringify(edge)).toMatch(new RegExp(`\\b${balancer.timeoutSeconds}(s?\\b)`));
    const text = await timing(...known, '--for', kind);
    expect(text.out).toContain(`${limitsOf(kind).timeout.field}`);
    expect(text.out).toContain(`${balancer.timeoutSeconds} s`);
  },
);

test.each([
  ['traefik', 'Traefik ends no connection because of silence'],
  ['istio', 'DestinationRule spec.trafficPolicy.connectionPool.tcp.idleTimeout'],
  ['aws-nlb', 'tcp.idle_timeout.seconds'],
  ['azure-appgw', 'how long Azure Application Gateway lets a WebSocket be silent is not documented'],
])('%s, which nothing is written for, has its knobs named', async (kind, words) => {
  const { code, out } = await timing(...known, '--for', kind);
  expect(code).toBe(0);
  expect(out).toContain(words);
  expect((await timing(...known, '--for', kind, '-o', 'yaml')).out).toContain(`# ${words}`);
});

test.each([
  ['traefik', 'lifetime of the affinity cookie; until the browser is closed when it is not written'],
  ['istio', 'lifetime of the affinity cookie; Envoy makes no cookie when it is not written'],
  ['envoy-gateway', 'lifetime of the affinity cookie; Envoy makes no cookie when it is not written'],
  ['azure-appgw', 'no draining without connection-draining: "true", and 30 s with it when it is not written'],
  ['gcp-passthrough', 'how long a connection may be silent; 600 s, and nothing changes it'],
  ['istio', 'how long a poll may wait for its answer; without limit when it is not written'],
])('for %s, a knob that nobody turns is said: %s', async (kind, said) => {
  const { out } = await timing('--for', kind);
  expect(out).toContain(said);
  expect(out).not.toContain('; 0 s when it is not written');
});

test.each(Object.keys(READ_LIMITS) as (keyof typeof READ_LIMITS)[])(
  'what %s should be told is within what it takes',
  async (kind) => {
    const { knobs, note } = JSON.parse((await timing(...known, '--for', kind, '-o', 'json')).out);
    const { timeout } = READ_LIMITS[kind];
    if (typeof timeout === 'string') expect(note).toBeDefined();
    else
      expect(knobs[0]).toMatchObject({
        field: timeout.field,
        seconds: Math.min(Math.max(derived.idleTimeoutSeconds, timeout.minSeconds), timeout.maxSeconds),
      });
  },
);

test('HAProxy is told on the Service, where its controller reads it', async () => {
  const { edge } = JSON.parse((await timing(...known, '--for', 'haproxy', '-o', 'json')).out);
  expect(edge).toMatchObject({
    kind: 'Service',
    metadata: { annotations: { 'haproxy.org/backend-config-snippet': 'timeout tunnel 75s' } },
  });
  expect(load((await timing(...known, '--for', 'haproxy', '-o', 'helm')).out)).toHaveProperty('service.annotations');
});

test.each(['yaml', 'helm'])('%s says what the probes ask, before somebody pastes them', async (format) => {
  const { out } = await timing(...known, '-o', format);
  expect(out.slice(0, out.indexOf('terminationGracePeriodSeconds'))).toContain('has to answer /health, and /ready');
});

test('alb is a short name of aws-alb', async () => {
  expect(await timing('--for', 'alb', '-o', 'json')).toEqual(await timing('--for', 'aws-alb', '-o', 'json'));
});

test('the environment is what a pod would get', async () => {
  const { out } = await timing(...known, '-o', 'env');
  const lines = out.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(Object.fromEntries(lines.map((line) => line.split('=')))).toEqual(timingEnvironment(derived));
});

test('values of a chart are YAML with the grace period, the hook and the annotations', async () => {
  const { out } = await timing(...known, '--for', 'ingress-nginx', '-o', 'helm');
  expect(load(out)).toMatchObject({
    terminationGracePeriodSeconds: 210,
    lifecycle: { preStop: { exec: { command: ['sleep', '120'] } } },
    ingress: { annotations: { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '75' } },
  });
});

test.each(Object.keys(BALANCERS) as (keyof typeof BALANCERS)[])(
  'values of a chart say what %s is told, and where it stands beside the chart',
  async (kind) => {
    const { out } = await timing(...known, '--for', kind, '-o', 'helm');
    const { balancer, edge } = JSON.parse((await timing(...known, '--for', kind, '-o', 'json')).out);
    expect(out).toMatch(new RegExp(`\\b${balancer.timeoutSeconds} ?(s|'|$|,)`, 'm'));
    expect(load(out)).toHaveProperty('terminationGracePeriodSeconds', 210);
    if (edge === undefined || edge.metadata.annotations !== undefined) return;
    const beside = out.slice(out.indexOf('# An object of its own')).split('\n').slice(1);
    expect(load(beside.map((line) => line.slice(2)).join('\n'))).toEqual(edge);
  },
);

test('a BackendConfig is bound by its Service, or nobody reads it', async () => {
  const bound = { 'cloud.google.com/backend-config': '{"default": "NAME"}' };
  const values = load((await timing(...known, '--for', 'gce', '-o', 'helm')).out);
  expect(values).toHaveProperty('service.annotations', bound);
  const objects = (await timing(...known, '--for', 'gce-internal', '-o', 'yaml')).out.split('---\n');
  expect(load(objects[2] ?? '')).toEqual({ metadata: { annotations: bound } });
});

test.each(['gce', 'gke-l7-rilb', 'aws-alb', 'ingress-nginx'])(
  'for %s the numbers stand in one column',
  async (kind) => {
    const rows = (await timing(...known, '--for', kind)).out.split('\n\n')[1]?.split('\n') ?? [];
    expect(rows.length).toBeGreaterThan(1);
    expect(new Set(rows.map((line) => line.indexOf(' s  '))).size).toBe(1);
  },
);

test('the directives of nginx carry the idle timeout', async () => {
  expect((await timing(...known, '-o', 'nginx')).out).toContain('proxy_read_timeout 75s;');
});

test('no line of the text is wider than 140 columns', async () => {
  const { out } = await timing(...known, '--for', 'gke-l7-global-external-managed');
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(140);
});

test('units are taken: milliseconds, seconds, minutes, hours', async () => {
  const { out } = await timing(
    '--ping-interval',
    '500ms',
    '--ping-interval',
    '2.5s',
    '--max-connection-lifetime',
    '2h',
    '--drain',
    '1m',
    '-o',
    'json',
  );
  expect(JSON.parse(out).timing).toMatchObject({
    pingIntervalSeconds: 2.5,
    maxConnectionLifetimeSeconds: 7200,
    drainSeconds: 60,
  });
});

test('fails with everything that is wrong at once, and prints nothing else', async () => {
  const { code, out, err } = await timing('--ping-interval', 'soon', '--drain', '-3', '--for', 'elb');
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('pingInterval: "soon" is no time; write seconds, such as 25, 25s, 500ms or 2m');
  expect(err).toContain('drain: "-3" is no time');
  expect(err).toContain('for: "elb" is no balancer that is known; give one of gce,');
});

test('fails where a balancer cannot keep what was asked for', async () => {
  const { code, err } = await timing('--max-connection-lifetime', '30m', '--for', 'gce');
  expect(code).toBe(2);
  expect(err).toMatch(/maxConnectionLifetime: 1800 s would cut every connection/);
  expect(err).not.toMatch(/ at .*\.ts/);
});
