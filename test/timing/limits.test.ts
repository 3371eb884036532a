import { BALANCERS, type BalancerKind, type Knob, limitsOf, type TimeoutMeaning } from '../../lib/timing';
import { balancerNamed, type NoTimeout, type ReadKind } from '../../lib/timing/limits';
import { SPOT_NODES } from '../../lib/timing/spot-nodes';

const NEVER = Number.POSITIVE_INFINITY;
const DAY = 86_400;
/** What `timeoutSec` holds: 31 bits. */
const INT32 = 2_147_483_647;

type Range = readonly [least: number, most: number, unwritten: number | undefined];
type Limits = readonly [
  meaning: TimeoutMeaning,
  timeout: Range,
  oldest: number,
  drain: Range | undefined,
  affinity: Range | undefined,
  keepAlive: number,
];

const GOOGLE_DRAIN: Range = [0, 3600, 0];

/** From the documentation of each platform, by hand. */
const LIMITS: Readonly<Record<BalancerKind, Limits>> = {
  gce: ['lifetime', [1, DAY, 30], DAY, GOOGLE_DRAIN, [0, DAY, 0], 600],
  'gce-internal': ['idle', [1, INT32, 30], NEVER, GOOGLE_DRAIN, [0, DAY, 0], 600],
  'gke-l7-gxlb': ['lifetime', [1, DAY, 30], DAY, GOOGLE_DRAIN, [0, 14 * DAY, 0], 600],
  'gke-l7-global-external-managed': ['idle', [1, INT32, 30], DAY, GOOGLE_DRAIN, [0, 14 * DAY, 0], 600],
  'gke-l7-regional-external-managed': ['idle', [1, INT32, 30], NEVER, GOOGLE_DRAIN, [0, 14 * DAY, 0], 600],
  'gke-l7-rilb': ['idle', [1, INT32, 30], NEVER, GOOGLE_DRAIN, [0, 14 * DAY, 0], 600],
  nginx: ['idle', [1, NEVER, 60], NEVER, undefined, undefined, 60],
  'ingress-nginx': ['idle', [1, NEVER, 60], NEVER, undefined, [0, NEVER, undefined], 60],
  // 24 days and 20 hours: more milliseconds than 31 bits hold are no configuration.
  haproxy: ['idle', [1, 2_147_483, 3600], NEVER, undefined, undefined, 60],
  'aws-alb': ['idle', [1, 4000, 60], NEVER, [0, 3600, 300], [1, 7 * DAY, DAY], 60],
};

test.each(Object.entries(LIMITS))('%s permits what its platform documents', (kind, limits) => {
  const range = (knob: { minSeconds: number; maxSeconds: number; defaultSeconds: number | undefined } | undefined) =>
    knob && [knob.minSeconds, knob.maxSeconds, knob.defaultSeconds];
  const { timeout, lifetimeCapSeconds, drain, affinityTtl, backendKeepAliveSeconds } = limitsOf(kind as BalancerKind);
  expect([
    timeout.meaning,
    range(timeout),
    lifetimeCapSeconds,
    range(drain),
    range(affinityTtl),
    backendKeepAliveSeconds,
  ]).toEqual(limits);
});

/** The same for those that are only read: timeout, age, answer, drain and lifetime of the cookie. */
type ReadLimits = readonly [
  timeout: readonly [TimeoutMeaning, ...Range] | NoTimeout,
  age: Range | undefined,
  answer: Range | undefined,
  drain: Range | undefined,
  affinity: Range | undefined,
];
const FREE: Range = [0, NEVER, undefined];
const READ: Readonly<Record<ReadKind, ReadLimits>> = {
  'aws-nlb': [['idle', 60, 6000, 350], undefined, undefined, undefined, undefined],
  // 4 to 100 minutes, 4 unless written.
  'azure-lb': [['idle', 240, 6000, 240], undefined, undefined, undefined, undefined],
  'gcp-passthrough': [['idle', 600, 600, 600], undefined, undefined, undefined, undefined],
  traefik: ['none', undefined, [0, NEVER, NEVER], undefined, [0, NEVER, 0]],
  istio: [['idle', 0, NEVER, 3600], undefined, [0, NEVER, NEVER], undefined, FREE],
  'envoy-gateway': [['idle', 0, NEVER, 300], [0, NEVER, NEVER], [0, NEVER, 15], undefined, FREE],
  contour: [['idle', 0, NEVER, 300], undefined, [0, NEVER, 15], undefined, undefined],
  kong: [['idle', 0.001, 2_147_483, 60], undefined, undefined, undefined, undefined],
  openshift: [['idle', 1, 2_147_483, 3600], undefined, [1, 2_147_483, 30], undefined, undefined],
  'azure-appgw': ['undocumented', undefined, [1, DAY, 30], [1, 3600, undefined], undefined],
};

test.each(Object.entries(READ))('%s, which is only read, permits what its makers document', (kind, limits) => {
  const range = (knob: Knob | undefined) => knob && [knob.minSeconds, knob.maxSeconds, knob.defaultSeconds];
  const { timeout, lifetime, answer, drain, affinityTtl, lifetimeCapSeconds } = limitsOf(kind as ReadKind);
  const meant = typeof timeout === 'string' ? timeout : [timeout.meaning, ...(range(timeout) ?? [])];
  expect([meant, range(lifetime), range(answer), range(drain), range(affinityTtl)]).toEqual(limits);
  expect(lifetimeCapSeconds).toBe(NEVER);
  for (const knob of [timeout, lifetime, answer, drain, affinityTtl]) {
    if (typeof knob === 'object') expect(knob.source).toMatch(/^https:\/\/\S+$/);
  }
});

test('each way of configuration has fields of its own', () => {
  const fieldsOf = (kind: BalancerKind) => {
    const { timeout, drain, affinityTtl } = limitsOf(kind);
    return [timeout.field, drain?.field, affinityTtl?.field];
  };
  for (const field of fieldsOf('gce')) expect(field).toMatch(/^BackendConfig spec\./);
  expect(fieldsOf('gce-internal')).toEqual(fieldsOf('gce'));
  for (const field of fieldsOf('gke-l7-gxlb')) expect(field).toMatch(/^GCPBackendPolicy spec\.default\./);
  expect(fieldsOf('gke-l7-rilb')).toEqual(fieldsOf('gke-l7-gxlb'));
});

test('a balancer has an article in a sentence, and what is a name has none', () => {
  expect(Object.keys(BALANCERS).map((kind) => balancerNamed(kind as BalancerKind))).toEqual([
    'the classic Application Load Balancer (Ingress class gce)',
    'the internal Application Load Balancer (Ingress class gce-internal)',
    'the classic Application Load Balancer (GatewayClass gke-l7-gxlb)',
    'the global external Application Load Balancer (GatewayClass gke-l7-global-external-managed)',
    'the regional external Application Load Balancer (GatewayClass gke-l7-regional-external-managed)',
    'the internal Application Load Balancer (GatewayClass gke-l7-rilb)',
    'nginx',
    'ingress-nginx',
    'the HAProxy Kubernetes Ingress Controller',
    'the AWS Application Load Balancer',
  ]);
});

test('nodes that are taken back leave what their clouds document', () => {
  expect(SPOT_NODES.map(({ label, value, seconds }) => [label, value, seconds])).toEqual([
    ['cloud.google.com/gke-spot', 'true', 15],
    ['cloud.google.com/gke-preemptible', 'true', 15],
    ['kubernetes.azure.com/scalesetpriority', 'spot', 30],
    ['karpenter.sh/capacity-type', 'spot', 120],
    ['eks.amazonaws.com/capacityType', 'SPOT', 120],
  ]);
  for (const { source } of SPOT_NODES) expect(source).toMatch(/^https:\/\//);
});
