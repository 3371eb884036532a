import { App, Chart, Testing } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-28';
import { deriveTiming } from '../../lib/timing';
import { type AdapterProps, WebSocketServer, type WebSocketServerProps } from '../../lib/workload';
import type { Yaml } from '../ingress/support';
import { problemsOf } from '../problems';

const url = { secret: Secret.fromSecretName(new Chart(new App(), 'test'), 'Redis', 'chat-redis'), key: 'url' };

function manifests(props: Partial<WebSocketServerProps>): readonly Yaml[] {
  const chart = new Chart(new App(), 'test');
  new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing: deriveTiming(),
    ...props,
  });
  return Testing.synth(chart);
}

const environment = (props: Partial<WebSocketServerProps>): readonly Yaml[] =>
  manifests(props).find((m) => m.kind === 'Deployment').spec.template.spec.containers[0].env;
const egress = (props: Partial<WebSocketServerProps>): readonly Yaml[] =>
  manifests(props).find((m) => m.kind === 'NetworkPolicy').spec.egress;

test.each(['redis-streams', 'redis-pub-sub'] as const)(
  '%s is named to the application, with its URL from a Secret',
  (kind) => {
    expect(environment({ adapter: { kind, url } }).slice(-2)).toEqual([
      { name: 'SOCKET_ADAPTER', value: kind },
      { name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: 'chat-redis', key: 'url' } } },
    ]);
  },
);

test('without an adapter nothing of it is in the environment', () => {
  const names = environment({ adapter: { kind: 'none', podsAreIndependent: true } }).map(({ name }) => name);
  expect(names.filter((name) => /REDIS|ADAPTER/.test(name))).toEqual([]);
});

describe('the network policy', () => {
  const none = egress({ replicas: 1 });

  test('stays as it is for a Redis in the same namespace, which the pods reach anyway', () => {
    expect(egress({ adapter: { kind: 'redis-streams', url } })).toEqual(none);
    expect(none).toContainEqual({ to: [{ podSelector: {} }] });
  });

  test('opens exactly the pods and port of a Redis in another namespace', () => {
    const at = { namespace: 'redis', labels: { app: 'redis' }, ports: [6379] };
    expect(egress({ adapter: { kind: 'redis-streams', url, at } })).toEqual([
      ...none,
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'redis' } },
            podSelector: { matchLabels: { app: 'redis' } },
          },
        ],
        ports: [{ protocol: 'TCP', port: 6379 }],
      },
    ]);
    expect(egress({ adapter: { kind: 'redis-streams', url, at: { namespace: 'redis', ports: [6379] } } })[2]).toEqual({
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'redis' } } }],
      ports: [{ protocol: 'TCP', port: 6379 }],
    });
  });

  test('opens exactly the range and port of a Redis outside the cluster, besides what the caller opened', () => {
    const at = { cidr: '10.0.64.7/32', ports: [6378] };
    const traffic = { egressTo: [{ cidr: '10.9.0.0/24', ports: [5432] }] };
    expect(egress({ adapter: { kind: 'redis-pub-sub', url, at }, traffic }).slice(2)).toEqual([
      { to: [{ ipBlock: { cidr: '10.9.0.0/24' } }], ports: [{ protocol: 'TCP', port: 5432 }] },
      { to: [{ ipBlock: { cidr: '10.0.64.7/32' } }], ports: [{ protocol: 'TCP', port: 6378 }] },
    ]);
  });
});

describe('several pods', () => {
  const refusal = (pods: number) =>
    `adapter: ${pods} pods without an adapter: a message reaches the clients of the pod that sends it and nobody else's; give an adapter ` +
    '(kind "redis-streams" or "redis-pub-sub"), or say that pods need not talk to each other (kind "none", podsAreIndependent: true), or run one replica';

  test.each<[string, Partial<WebSocketServerProps>, number]>([
    ['by default', {}, 3],
    ['by number', { replicas: 2 }, 2],
    ['by autoscaling', { autoscaling: { minReplicas: 1, maxReplicas: 9, cpuUtilization: 60 } }, 9],
    ['with an adapter that is none', { adapter: { kind: 'none' } }, 3],
    ['with independence denied', { adapter: { kind: 'none', podsAreIndependent: false } }, 3],
  ])('are refused without an adapter: %s', (_title, props, pods) => {
    expect(problemsOf(() => manifests(props))).toEqual([refusal(pods)]);
  });

  test('are taken where the caller says that they need not talk to each other, and one pod needs to say nothing', () => {
    expect(problemsOf(() => manifests({ adapter: { kind: 'none', podsAreIndependent: true } }))).toEqual([]);
    expect(problemsOf(() => manifests({ replicas: 1 }))).toEqual([]);
    expect(problemsOf(() => manifests({ storage: { per: 'workload', mountPath: '/data', size: '1Gi' } }))).toEqual([]);
  });
});

test.each<[string, unknown, string]>([
  [
    'an unknown kind',
    { kind: 'mongo' },
    'adapter.kind: "mongo" is unknown; give one of none, redis-streams, redis-pub-sub',
  ],
  ['a URL in plain text', { kind: 'redis-streams', url: 'redis://:secret@redis' }, 'adapter.url: is not a Secret'],
  ['no URL', { kind: 'redis-streams' }, 'adapter.url: is not a Secret'],
  ['an impossible key', { kind: 'redis-streams', url: { ...url, key: 'a/b' } }, 'adapter.url.key: "a/b" is not a key'],
  [
    'a wrong range',
    { kind: 'redis-streams', url, at: { cidr: '10.0.0.1', ports: [6379] } },
    'adapter.at.cidr: "10.0.0.1"',
  ],
  ['no port', { kind: 'redis-streams', url, at: { namespace: 'redis', ports: [] } }, 'adapter.at.ports: names no port'],
  [
    'a wrong namespace',
    { kind: 'redis-streams', url, at: { namespace: 'Redis', ports: [1] } },
    'adapter.at.namespace:',
  ],
  [
    'a wrong label',
    { kind: 'redis-streams', url, at: { namespace: 'redis', labels: { app: 'a b' }, ports: [1] } },
    'adapter.at.labels.app: "a b" is not a label value',
  ],
])('fails on %s', (_title, adapter, message) => {
  const found = problemsOf(() => manifests({ adapter: adapter as AdapterProps }));
  expect(found).toEqual([expect.stringContaining(message)]);
  // What holds a password is never repeated in a message.
  expect(found.join()).not.toContain('secret@');
});

test('fails on a variable that the adapter writes', () => {
  const adapter: AdapterProps = { kind: 'redis-streams', url };
  expect(problemsOf(() => manifests({ adapter, env: { REDIS_URL: EnvValue.fromValue('x'), OTHER: 'y' } }))).toEqual([
    'env.REDIS_URL: is written from the adapter; change the adapter instead',
  ]);
  expect(problemsOf(() => manifests({ replicas: 1, env: { REDIS_URL: 'redis://cache' } }))).toEqual([]);
});
