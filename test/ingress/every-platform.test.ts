import { Duration } from 'cdk8s';
import fc from 'fast-check';
import { deriveTiming, limitsOf } from '../../lib/timing';
import { problemsOf } from '../problems';
import { APPENDED, knobs, manifestsOn, only, PLATFORMS, type Platform, TIMING, TRAFFIC } from './support';

test.each(PLATFORMS)('%s never takes an idle timeout for a lifetime, whatever the timing', (platform) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 24 }), (ping, hours) => {
      const timing = { pingInterval: Duration.seconds(ping), maxConnectionLifetime: Duration.hours(hours) };
      const { idleTimeoutSeconds, maxConnectionLifetimeSeconds } = deriveTiming(timing);
      const told = Object.entries(knobs(platform, manifestsOn(platform, { timing })))
        .filter(([name]) =>
          /^(timeoutSec|proxy-read-timeout|load-balancer-attributes|backend-config-snippet)$/.test(name),
        )
        .map(([, value]) => Number(String(value).replace(/^idle_timeout.timeout_seconds=|^timeout tunnel |s$/g, '')));
      const { meaning } = limitsOf(platform).timeout;
      expect(told).toEqual([meaning === 'idle' ? idleTimeoutSeconds : maxConnectionLifetimeSeconds]);
    }),
    { numRuns: 20 },
  );
});

const FOREIGN: Readonly<Record<Platform, RegExp>> = {
  'gke-l7-global-external-managed': /./,
  'gke-l7-regional-external-managed': /./,
  'gke-l7-rilb': /./,
  'gke-l7-gxlb': /./,
  gce: /^(nginx|alb)\.ingress\.kubernetes\.io\//,
  'gce-internal': /^(nginx|alb)\.ingress\.kubernetes\.io\//,
  'ingress-nginx': /^(?!nginx\.ingress\.kubernetes\.io\/)/,
  'aws-alb': /^(?!alb\.ingress\.kubernetes\.io\/)/,
  haproxy: /^(?!haproxy\.org\/)/,
};

test.each(PLATFORMS)('%s gets no annotation of another controller', (platform) => {
  const annotated = manifestsOn(platform).filter((m) => ['Ingress', 'Gateway', 'HTTPRoute'].includes(m.kind));
  expect(annotated.length).toBeGreaterThan(0);
  const names = annotated.flatMap((m) => Object.keys(m.metadata.annotations ?? {}));
  expect(names.filter((name) => FOREIGN[platform].test(name))).toEqual([]);
  const onService = Object.keys(only(manifestsOn(platform), 'Service').metadata.annotations ?? {});
  const reads = platform.startsWith('gce') ? 'cloud.google.com/' : platform === 'haproxy' ? 'haproxy.org/' : 'nothing';
  expect(onService.filter((name) => !name.startsWith(reads))).toEqual([]);
});

test('the class stands in the annotation on GKE and in the field elsewhere', () => {
  for (const platform of ['gce', 'gce-internal'] as const) {
    const ingress = only(manifestsOn(platform), 'Ingress');
    expect(ingress.metadata.annotations['kubernetes.io/ingress.class']).toBe(platform);
    expect(ingress.spec).not.toHaveProperty('ingressClassName');
  }
  for (const [platform, className] of [
    ['ingress-nginx', 'nginx'],
    ['aws-alb', 'alb'],
    ['haproxy', 'haproxy'],
  ] as const) {
    const ingress = only(manifestsOn(platform), 'Ingress');
    expect(ingress.metadata.annotations).not.toHaveProperty('kubernetes.io/ingress.class');
    expect(ingress.spec.ingressClassName).toBe(className);
  }
});

describe.each(PLATFORMS)('%s', (platform) => {
  test('refuses a server whose network policy keeps it out', () => {
    // Open to a stranger; for Google's front ends, which are let in by default, to them alone.
    const closed = platform.startsWith('g') ? { ingressFrom: ['192.0.2.0/24'] } : {};
    const [problem] = problemsOf(() => manifestsOn(platform, { server: { traffic: closed } }));
    expect(problem).toMatch(/^server\.traffic: does not let .* in, so that every check and every connection/);
    expect(problem).toMatch(
      platform === 'aws-alb' ? /subnets/ : platform.startsWith('g') ? /GOOGLE/ : /namespace of the controller/,
    );
  });

  test('refuses a server whose nginx would take the balancer for every client', () => {
    const proxy = { socketIo: { path: '/socket.io/' }, addressesAppended: 0 };
    expect(problemsOf(() => manifestsOn(platform, { server: { proxy } }))).toEqual([
      expect.stringMatching(
        /^server\.addressesAppended: is 0, but .* appends \d to X-Forwarded-For: .*; set it to \d$/,
      ),
    ]);
    // Another proxy in front of the balancer appends as well.
    const more = { ...proxy, addressesAppended: APPENDED[platform] + 1 };
    expect(problemsOf(() => manifestsOn(platform, { server: { proxy: more } }))).toEqual([]);
  });

  test('fails with everything that is wrong at once', () => {
    const found = problemsOf(() =>
      manifestsOn(platform, {
        props: {
          name: 'Chat',
          host: 'https://chat.example.com',
          paths: ['/a', '/a', 'b'],
          serviceName: '0chat',
          servicePort: 0,
          affinity: 'sticky' as never,
          tls: {} as never,
        },
      }),
    );
    for (const start of [
      'name: ',
      'host: ',
      'paths[1]: ',
      'paths[2]: ',
      'serviceName: ',
      'servicePort: ',
      'affinity: ',
      'tls: ',
    ]) {
      expect(found.filter((problem) => problem.startsWith(start))).not.toEqual([]);
    }
  });
});

test.each([
  ['gce', { maxConnectionLifetime: Duration.minutes(30) }, 'how long a connection may live'],
  ['gke-l7-gxlb', { maxConnectionLifetime: Duration.minutes(30) }, 'how long a connection may live'],
  ['gke-l7-global-external-managed', { maxConnectionLifetime: Duration.days(2) }, 'after 86400 s at the latest'],
  ['aws-alb', { idleTimeout: Duration.seconds(5000) }, 'give 1 s to 4000 s'],
] as const)('%s fails on a timing that it cannot keep', (platform, timing, reason) => {
  const [problem, ...others] = problemsOf(() => manifestsOn(platform, { timing: { ...TIMING, ...timing } }));
  expect(problem).toMatch(/^timing\.(maxConnectionLifetime|idleTimeout): /);
  expect(problem).toContain(reason);
  expect(others).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['no source', {}, 'tls: names no source; give one of secret, certificates, certificateMap'],
  [
    'two sources',
    { certificates: ['a'], certificateMap: 'b' },
    'tls: names certificates and certificateMap; give one of',
  ],
  ['no certificate', { certificates: [] }, 'tls.certificates: is empty'],
  [
    'the name of a Secret',
    { secret: 'chat-tls' },
    'tls.secret: "chat-tls" is not a Secret; give Secret.fromSecretName',
  ],
  [
    'an impossible name of a map',
    { certificateMap: 'A' },
    'tls.certificateMap: "A" is not a name for a Google Cloud resource',
  ],
])('fails on a certificate from %s', (_title, tls, message) => {
  expect(problemsOf(() => manifestsOn('gke-l7-gxlb', { props: { tls: tls as never } }))).toEqual([
    expect.stringContaining(message),
  ]);
});

test('an Envoy-based balancer in the VPC sends from a subnet that only its owner knows', () => {
  for (const platform of ['gce-internal', 'gke-l7-rilb', 'gke-l7-regional-external-managed'] as const) {
    expect(problemsOf(() => manifestsOn(platform, { server: { traffic: {} } }))).toEqual([
      expect.stringContaining('the proxy-only subnet of the region'),
    ]);
    expect(problemsOf(() => manifestsOn(platform, { server: { traffic: TRAFFIC[platform] } }))).toEqual([]);
  }
});
