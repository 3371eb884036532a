import { told } from './told';

const POLICY = 'GCPTrafficDistributionPolicy chat: spec.default.localityLbAlgorithm';

interface Edge {
  readonly className?: string;
  readonly path?: string;
  /** What the GCPBackendPolicy says of affinity; none without it. */
  readonly backend?: string | undefined;
  /** spec.default of the GCPTrafficDistributionPolicy. */
  readonly distribution?: string;
  readonly replicas?: number;
}

/** Socket.IO behind a Gateway of GKE, with the two policies that can say what binds clients to pods. */
const edge = (of: Edge) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge }
spec: { gatewayClassName: ${of.className ?? 'gke-l7-global-external-managed'}, listeners: [{ name: http, port: 80 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: chat }
spec: { parentRefs: [{ name: edge }], rules: [{ matches: [{ path: { value: ${of.path ?? '/socket.io/'} } }], backendRefs: [{ name: chat, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: chat }
spec: { selector: { app: chat }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: chat }
spec: { replicas: ${of.replicas ?? 1}, template: { metadata: { labels: { app: chat } }, spec: { containers: [{ name: chat, image: "chat:1" }] } } }
${
  of.backend === undefined
    ? ''
    : `---
apiVersion: networking.gke.io/v1
kind: GCPBackendPolicy
metadata: { name: chat }
spec: { targetRef: { group: "", kind: Service, name: chat }, default: { timeoutSec: 86400, ${of.backend} } }
`
}---
apiVersion: networking.gke.io/v1
kind: GCPTrafficDistributionPolicy
metadata: { name: chat }
spec: { targetRefs: [{ group: "", kind: Service, name: chat }], default: ${of.distribution ?? '{}'} }
`;
const by = (type: string) => `sessionAffinity: { type: ${type} }`;

test.each(['ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM', 'WEIGHTED_ROUND_ROBIN', 'ORIGINAL_DESTINATION'])(
  'WS269: %s asks no hash, so that no affinity takes effect',
  (algorithm) => {
    const distribution = `{ localityLbAlgorithm: ${algorithm} }`;
    expect(told('WS269', edge({ backend: by('GENERATED_COOKIE'), distribution }))).toEqual([
      `${POLICY}: ${algorithm}, beside affinity GENERATED_COOKIE of GCPBackendPolicy chat`,
    ]);
  },
);

test.each(['CLIENT_IP', 'HTTP_COOKIE', 'HEADER_FIELD', 'GENERATED_COOKIE'])(
  'WS269: a policy that says %s itself has to name an algorithm that hashes',
  (type) => {
    const said = (algorithm: string) => told('WS269', edge({ distribution: `{ ${by(type)}, ${algorithm} }` }));
    expect(said('')).toEqual([`${POLICY}: not written, beside affinity ${type}`]);
    expect(said('localityLbAlgorithm: ROUND_ROBIN')).toEqual([`${POLICY}: ROUND_ROBIN, beside affinity ${type}`]);
    expect(said('localityLbAlgorithm: RING_HASH')).toEqual([]);
  },
);

test.each<[what: string, of: Edge]>([
  ['an algorithm that hashes', { backend: by('CLIENT_IP'), distribution: '{ localityLbAlgorithm: MAGLEV }' }],
  ['no affinity', { backend: by('NONE'), distribution: '{ localityLbAlgorithm: ROUND_ROBIN }' }],
  ['no affinity at all', { backend: 'logging: { enabled: true }', distribution: '{ localityLbAlgorithm: RANDOM }' }],
  ['a cookie that names the pod', { distribution: `{ ${by('STRONG_COOKIE_AFFINITY')}, localityLbAlgorithm: RANDOM }` }],
  [
    'a cookie that names the pod, which is heard before the other policy',
    { backend: by('CLIENT_IP'), distribution: `{ ${by('STRONG_COOKIE_AFFINITY')} }` },
  ],
  [
    'affinity that is switched off by the policy that is heard',
    { backend: by('CLIENT_IP'), distribution: `{ ${by('NONE')}, localityLbAlgorithm: ROUND_ROBIN }` },
  ],
  [
    'a policy about zones',
    { backend: by('GENERATED_COOKIE'), distribution: '{ serviceLbAlgorithm: SPRAY_TO_REGION }' },
  ],
  [
    'the classic balancer, which takes no algorithm',
    {
      className: 'gke-l7-gxlb',
      backend: by('GENERATED_COOKIE'),
      distribution: '{ localityLbAlgorithm: ROUND_ROBIN }',
    },
  ],
  [
    'the gateway of somebody else',
    { className: 'istio', backend: by('CLIENT_IP'), distribution: '{ localityLbAlgorithm: RANDOM }' },
  ],
])('WS269 says nothing of %s', (_what, of) => {
  expect(told('WS269', edge(of))).toEqual([]);
});

test('affinity of the policy that is heard counts, whatever the other one says', () => {
  const several = {
    replicas: 2,
    backend: by('NONE'),
    distribution: `{ ${by('HTTP_COOKIE')}, localityLbAlgorithm: MAGLEV }`,
  };
  expect(told('WS226', edge(several))).toEqual([]);
  expect(told('WS226', edge({ ...several, distribution: '{ localityLbAlgorithm: MAGLEV }' }))).toHaveLength(1);
  // The classic balancer reads the older policy only.
  expect(told('WS226', edge({ ...several, className: 'gke-l7-gxlb' }))).toHaveLength(1);
});

test('WS240 does not say that there is no affinity where there is', () => {
  const bound = edge({ distribution: `{ ${by('CLIENT_IP')}, localityLbAlgorithm: MAGLEV }` });
  expect(told('WS240', bound)[0]).toMatch(/so timeoutSec 30, no drain$/);
  expect(told('WS240', edge({}))[0]).toMatch(/so timeoutSec 30, no affinity, no drain$/);
});
