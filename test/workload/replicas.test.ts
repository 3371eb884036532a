import { ApiObject, App, Chart } from 'cdk8s';
import { ServerService } from '../../lib/ingress';
import { check } from '../../lib/rules';
import { deriveTiming } from '../../lib/timing';
import { Autoscaler, DisruptionBudget, ServerNetworkPolicy, WebSocketServer } from '../../lib/workload';
import type { Yaml } from '../ingress/support';
import { problemsOf } from '../problems';
import { schemaErrors } from '../schemas/validate';
import { one, systemOf } from './support/system';

const timing = deriveTiming();

const connections = { minReplicas: 2, maxReplicas: 9, connectionsPerPod: 500 };
const keda = { prometheus: 'http://prometheus.monitoring:9090' };

/** Who decides how many pods there are, as far as the manifests say. */
function owners(manifests: readonly Yaml[]): readonly string[] {
  return [
    ...(one(manifests, 'Deployment').spec.replicas === undefined ? [] : ['replicas']),
    ...manifests.map(({ kind }) => kind as string).filter((kind) => /Autoscaler|ScaledObject/.test(kind)),
  ];
}

test.each([
  ['a number', { replicas: 4 }, ['replicas']],
  ['nothing', {}, ['replicas']],
  ['an autoscaler on connections', { autoscaling: connections }, ['HorizontalPodAutoscaler']],
  ['KEDA on connections', { autoscaling: { ...connections, keda } }, ['ScaledObject']],
  ['somebody else', { replicas: 'external' }, []],
] as const)('with %s the number of pods has one owner at most, and the rules agree', (_title, props, expected) => {
  const manifests = systemOf(props);
  expect(owners(manifests)).toEqual(expected);
  expect(check(manifests).findings.filter(({ code }) => /^WS3(10|11|12|20)$/.test(code))).toEqual([]);
  // KEDA's kind is held against its reference below.
  for (const manifest of manifests.filter(({ kind }) => kind !== 'ScaledObject'))
    expect(schemaErrors(manifest, '1.37')).toEqual([]);
});

test('KEDA asks Prometheus for the connections of all pods, and behaves like the other autoscaler', () => {
  const behavior = one(systemOf({ autoscaling: connections }), 'HorizontalPodAutoscaler').spec.behavior;
  expect(
    one(systemOf({ autoscaling: { ...connections, keda: { ...keda, authentication: 'prom' } } }), 'ScaledObject'),
  ).toMatchObject({
    apiVersion: 'keda.sh/v1alpha1',
    metadata: { name: 'chat', namespace: 'chat' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'chat' },
      minReplicaCount: 2,
      maxReplicaCount: 9,
      advanced: { horizontalPodAutoscalerConfig: { behavior } },
      triggers: [
        {
          type: 'prometheus',
          metricType: 'AverageValue',
          metadata: {
            serverAddress: 'http://prometheus.monitoring:9090',
            query: 'sum(ws_connections{namespace="chat",pod=~"chat-.*"})',
            threshold: '500',
          },
          authenticationRef: { name: 'prom' },
        },
      ],
    },
  });
});

test('where somebody else decides, everything is as for many pods', () => {
  expect(one(systemOf({ replicas: 'external' }), 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  expect(problemsOf(() => systemOf({ replicas: 'external', adapter: { kind: 'none' } }))).toEqual([
    expect.stringContaining('adapter: 1000 pods without an adapter'),
  ]);
  expect(problemsOf(() => systemOf({ replicas: 'external', autoscaling: connections }))).toEqual([
    'replicas: "external" and autoscaling contradict each other: two would decide how many pods there are; leave one out',
  ]);
});

test('a number that is none is refused once', () => {
  expect(problemsOf(() => systemOf({ replicas: 1.5, adapter: { kind: 'none' } }))).toEqual([
    expect.stringMatching(/^replicas: 1\.5 /),
  ]);
});

test.each([
  [{ prometheus: 'prometheus:9090' }, 'autoscaling.keda.prometheus: "prometheus:9090" is no address'],
  [{ ...keda, query: ' ' }, 'autoscaling.keda.query: is empty'],
  [{ ...keda, authentication: 'A' }, 'autoscaling.keda.authentication: "A" is not a DNS label'],
  [{}, 'autoscaling.keda.prometheus: is missing'],
])('KEDA with %j fails', (wrong, message) => {
  expect(problemsOf(() => systemOf({ autoscaling: { ...connections, keda: wrong as never } }))).toEqual([
    expect.stringContaining(message),
  ]);
});

test('KEDA on CPU fails', () => {
  expect(
    problemsOf(() => systemOf({ autoscaling: { minReplicas: 1, maxReplicas: 2, cpuUtilization: 50, keda } })),
  ).toEqual([expect.stringContaining('autoscaling.keda: is for connections; give connectionsPerPod')]);
});

describe('the parts of a server, made by themselves from plain JavaScript', () => {
  const chart = new Chart(new App(), 'test');
  const target = new ApiObject(chart, 'Target', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'chat' },
  });
  const autoscaler = { name: 'chat', target, timing, autoscaling: connections };
  const server = new WebSocketServer(chart, 'Real', {
    name: 'chat',
    image: 'chat:1.0.0',
    port: 3000,
    timing,
    adapter: { kind: 'none', podsAreIndependent: true },
  });
  const service = { name: 'chat', port: 80, server, boundByAddress: true };
  const part = { name: 'chat', selector: { app: 'chat' }, port: 3000 };

  test.each<readonly [string, new (...args: never) => unknown, unknown, string]>([
    ['a budget', DisruptionBudget, undefined, 'is missing; give an object with name, selector'],
    ['a budget', DisruptionBudget, { name: 'chat' }, 'selector: is missing'],
    ['a budget', DisruptionBudget, { name: 'chat', selector: {} }, 'selector: is empty'],
    [
      'a budget',
      DisruptionBudget,
      { name: 'chat', selector: { app: 'a b' } },
      'selector.app: "a b" is not a label value',
    ],
    ['a policy', ServerNetworkPolicy, null, 'null cannot be used here'],
    ['a policy', ServerNetworkPolicy, { ...part, port: 0 }, 'port: 0 is not a port'],
    ['a policy', ServerNetworkPolicy, { ...part, selector: 'app' }, 'selector: "app" cannot be used here'],
    [
      'a policy',
      ServerNetworkPolicy,
      { ...part, traffic: { ingressFrom: ['fd00::1/8'] } },
      'traffic.ingressFrom[0]: "fd00::1/8"',
    ],
    ['a Service', ServerService, { ...service, server: 'chat' }, 'server: "chat" cannot be used here'],
    ['a Service', ServerService, { ...service, name: '1chat' }, 'name: "1chat" is not a Service name'],
    ['a Service', ServerService, { ...service, boundByAddress: 'yes' }, 'boundByAddress: "yes" cannot be used here'],
    ['an autoscaler', Autoscaler, undefined, 'is missing; give an object with name, target, timing, autoscaling'],
    [
      'an autoscaler',
      Autoscaler,
      { ...autoscaler, target: 'chat' },
      'target: "chat" cannot be used here; give the ApiObject',
    ],
    ['an autoscaler', Autoscaler, { ...autoscaler, autoscaling: 5 }, 'autoscaling: 5 cannot be used here'],
  ])('%s fails with words (%#)', (_title, Part, props, message) => {
    const problems = problemsOf(
      () => new (Part as new (...args: unknown[]) => unknown)(new Chart(new App(), 'part'), 'Part', props),
    );
    expect(problems).toEqual([expect.stringContaining(message)]);
  });

  test('ranges of IPv6 addresses are let in and out', () => {
    const policy = new ServerNetworkPolicy(chart, 'Six', {
      ...part,
      traffic: { ingressFrom: ['fd00::/8'], egressTo: [{ cidr: '2001:db8::/32', ports: [443] }] },
    });
    const { spec } = policy.resource.toJson();
    expect(spec.ingress[0].from[0]).toEqual({ ipBlock: { cidr: 'fd00::/8' } });
    expect(spec.egress.at(-1).to).toEqual([{ ipBlock: { cidr: '2001:db8::/32' } }]);
  });
});
