import type { Affinity } from '../../lib/ingress';
import { problemsOf } from '../problems';
import { podSpecsOf, restrictedViolations, schemaErrors } from '../schemas/validate';
import { APPENDED, type Given, knobs, manifestsOn, only, PLATFORMS, type Platform } from './support';

const AFFINITIES: readonly Affinity[] = ['cookie', 'clientAddress', 'none'];

function server(platform: Platform, behindNginx: boolean): NonNullable<Given['server']> {
  return behindNginx ? { proxy: { socketIo: { path: '/socket.io/' }, addressesAppended: APPENDED[platform] } } : {};
}

const LIFETIME = { timeoutSec: 86_400, drainingTimeoutSec: 170 };
const IDLE = { timeoutSec: 80, drainingTimeoutSec: 170 };
const INGRESS = {
  cookie: { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: 10_800 },
  clientAddress: { affinityType: 'CLIENT_IP', affinityCookieTtlSec: 0 },
  none: { affinityType: 'NONE', affinityCookieTtlSec: 0 },
};
const POLICY = {
  cookie: { type: 'GENERATED_COOKIE', cookieTtlSec: 10_800 },
  clientAddress: { type: 'CLIENT_IP' },
  none: { type: 'NONE' },
};
const ENVOY = {
  cookie: { ...IDLE, ...POLICY.cookie, localityLbAlgorithm: 'RING_HASH' },
  clientAddress: { ...IDLE, ...POLICY.clientAddress, localityLbAlgorithm: 'RING_HASH' },
  none: { ...IDLE, ...POLICY.none, localityLbAlgorithm: 'ROUND_ROBIN' },
};
const of = (common: object, by: Readonly<Record<Affinity, object>>) => ({
  cookie: { ...common, ...by.cookie },
  clientAddress: { ...common, ...by.clientAddress },
  none: { ...common, ...by.none },
});

/** The whole table: what each platform is told for each affinity. `undefined`: it cannot. */
const EXPECTED: Readonly<Record<Platform, Readonly<Record<Affinity, object | undefined>>>> = {
  gce: of(LIFETIME, INGRESS),
  'gce-internal': of(IDLE, INGRESS),
  'gke-l7-gxlb': of(LIFETIME, POLICY),
  'gke-l7-global-external-managed': ENVOY,
  'gke-l7-regional-external-managed': ENVOY,
  'gke-l7-rilb': ENVOY,
  'ingress-nginx': {
    cookie: {
      'proxy-read-timeout': '80',
      affinity: 'cookie',
      'affinity-mode': 'persistent',
      'session-cookie-max-age': '10800',
    },
    clientAddress: { 'proxy-read-timeout': '80', 'upstream-hash-by': '$remote_addr' },
    none: { 'proxy-read-timeout': '80' },
  },
  haproxy: {
    cookie: {
      'load-balance': 'leastconn',
      'cookie-persistence': 'affinity-cookie',
      'timeout-server': '80s',
      'backend-config-snippet': 'timeout tunnel 80s',
    },
    clientAddress: {
      'load-balance': 'source',
      'timeout-server': '80s',
      'backend-config-snippet': 'timeout tunnel 80s\nhash-type consistent',
    },
    none: {
      'load-balance': 'leastconn',
      'timeout-server': '80s',
      'backend-config-snippet': 'timeout tunnel 80s',
    },
  },
  'aws-alb': {
    cookie: {
      'load-balancer-attributes': 'idle_timeout.timeout_seconds=80',
      'target-group-attributes':
        'deregistration_delay.timeout_seconds=170,stickiness.enabled=true,stickiness.lb_cookie.duration_seconds=10800,stickiness.type=lb_cookie',
    },
    clientAddress: undefined,
    none: {
      'load-balancer-attributes': 'idle_timeout.timeout_seconds=80',
      'target-group-attributes':
        'deregistration_delay.timeout_seconds=170,stickiness.enabled=false,stickiness.lb_cookie.duration_seconds=86400,stickiness.type=lb_cookie',
    },
  },
};

const CASES = PLATFORMS.flatMap((platform) =>
  AFFINITIES.flatMap((affinity) =>
    [false, true].map((behindNginx) => ({
      platform,
      affinity,
      behindNginx,
      title: behindNginx ? 'a server behind the nginx in its pod' : 'Node directly',
      expected: EXPECTED[platform][affinity],
    })),
  ),
);
const POSSIBLE = CASES.filter(({ expected }) => expected !== undefined);

describe.each(POSSIBLE)('$platform, affinity $affinity, $title', ({ platform, affinity, behindNginx, expected }) => {
  const manifests = manifestsOn(platform, { props: { affinity }, server: server(platform, behindNginx) });

  test('is told exactly this', () => {
    expect(knobs(platform, manifests)).toEqual(expected);
  });

  test('reaches the port that serves, on a path that answers', () => {
    const service = only(manifests, 'Service', 'chat-backend');
    expect(service.spec.ports).toEqual([
      { name: 'http', port: behindNginx ? 8080 : 3001, protocol: 'TCP', targetPort: behindNginx ? 8080 : 3001 },
    ]);
    expect(service.spec.sessionAffinity).toBe(affinity === 'none' && !platform.startsWith('gce') ? 'None' : 'ClientIP');
  });

  test('is not contradicted by the nginx in the pod', () => {
    if (!behindNginx) return expect(manifests.some((m) => m.kind === 'ConfigMap')).toBe(false);
    const conf = only(manifests, 'ConfigMap').data['nginx.conf'];
    // An idle timeout in any case: nginx has no other.
    expect(conf).toContain('proxy_read_timeout 80s;');
    expect(conf).not.toContain('86400');
    expect(conf).toMatch(APPENDED[platform] === 2 ? /\{1\} \*\+\$/ : /\{1,5\}\)\? \*\+\$/);
  });

  test('validates against the schemas, with restricted pods', () => {
    for (const manifest of manifests) {
      expect(schemaErrors(manifest, '1.28')).toEqual([]);
      expect(schemaErrors(manifest, '1.37')).toEqual([]);
      for (const pod of podSpecsOf(manifest)) expect(restrictedViolations(pod)).toEqual([]);
    }
  });
});

test.each(CASES.filter(({ expected }) => expected === undefined))(
  'refuses affinity $affinity on $platform in front of $title, and says what to do instead',
  ({ platform, affinity, behindNginx }) => {
    expect(
      problemsOf(() => manifestsOn(platform, { props: { affinity }, server: server(platform, behindNginx) })),
    ).toEqual([
      'affinity: "clientAddress" is nothing that the AWS Application Load Balancer can keep; it binds by a cookie of its own and by nothing else: ' +
        'give "cookie", or "none" with a WebSocketGateway behind it that binds by address',
    ]);
  },
);

test('the table names every platform and affinity', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual([...PLATFORMS].sort());
  expect(CASES).toHaveLength(54);
  expect(POSSIBLE).toHaveLength(52);
});
