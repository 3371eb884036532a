import type { BaseName, Copy } from './bases';
import { casesOf, expectFound, type Fault, type Where } from './faults';

const google: Where = ({ cloud }) => cloud === 'google';
const foreign: Where = ({ own }) => !own;
const metric = (name: string) => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization: 80 } },
});
const scaled = (copy: Copy, spec: object) => {
  if (copy.manifests.some(({ kind }) => kind === 'HorizontalPodAutoscaler')) copy.remove('HorizontalPodAutoscaler');
  const { kind, metadata } = copy.workload;
  const trigger = { type: 'prometheus', metadata: { query: 'sum(ws_connections)', threshold: '500' } };
  copy.add(
    {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      spec: { scaleTargetRef: { kind, name: metadata.name }, triggers: [trigger], ...spec },
    },
    'scaled',
  );
};
const withScaler = (copy: Copy, spec: object) => {
  if (copy.manifests.some(({ kind }) => kind === 'HorizontalPodAutoscaler')) copy.remove('HorizontalPodAutoscaler');
  const { kind, metadata } = copy.workload;
  copy.add(
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      spec: {
        scaleTargetRef: { kind, name: metadata.name },
        minReplicas: 2,
        maxReplicas: 10,
        behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 180 }] } },
        metrics: [metric('cpu')],
        ...spec,
      },
    },
    'scaled',
  );
};
const HPA = 'HorizontalPodAutoscaler';

/** What the pods are told, who scales them, and who may reach them. */
const FAULTS: readonly Fault[] = [
  {
    wrong: 'there is no disruption budget',
    plant: (c) => c.remove('PodDisruptionBudget'),
    code: 'WS308',
    kind: 'workload',
    cause: /no PodDisruptionBudget/,
  },
  {
    wrong: 'the budget lets nobody go',
    plant: (c) =>
      c.set(c.of('PodDisruptionBudget'), ['spec'], {
        ...(c.of('PodDisruptionBudget').spec as object),
        maxUnavailable: 0,
      }),
    code: 'WS309',
    kind: 'PodDisruptionBudget',
    cause: /maxUnavailable 0/,
  },
  {
    wrong: 'the budget keeps everybody',
    plant: (c) => {
      const budget = c.of('PodDisruptionBudget');
      const { maxUnavailable: _one, ...spec } = budget.spec as Record<string, unknown>;
      c.set(budget, ['spec'], { ...spec, minAvailable: '100%' });
    },
    code: 'WS309',
    kind: 'PodDisruptionBudget',
    cause: /minAvailable 100%/,
  },
  {
    wrong: 'all pods are replaced at once',
    plant: (c) => c.set(c.workload, ['spec', 'strategy'], { type: 'Recreate' }),
    code: 'WS324',
    kind: 'workload',
    cause: /Recreate with 2 pods/,
    on: foreign,
  },
  {
    wrong: 'Recreate has the settings of another strategy',
    plant: (c) => c.set(c.workload, ['spec', 'strategy', 'type'], 'Recreate'),
    code: 'WS314',
    kind: 'workload',
    cause: /rollingUpdate next to Recreate/,
    on: foreign,
  },
  {
    wrong: 'half of the pods go in a rollout',
    plant: (c) => c.set(c.workload, ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'], '50%'),
    code: 'WS307',
    kind: 'workload',
    cause: /50%: 5 of 10/,
    on: foreign,
  },
  {
    wrong: 'a pod goes before its successor is there',
    plant: (c) => c.set(c.workload, ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'], 1),
    code: 'WS307',
    kind: 'workload',
    cause: /1: 1 of 2/,
    on: foreign,
  },
  {
    wrong: 'pods are added for CPU alone',
    plant: (c) => withScaler(c, {}),
    code: 'WS312',
    kind: HPA,
    cause: /processor time alone/,
  },
  {
    wrong: 'pods are added for CPU and memory alone',
    plant: (c) => withScaler(c, { metrics: [metric('cpu'), metric('memory')] }),
    code: 'WS312',
    kind: HPA,
    cause: /processor time and memory alone/,
  },
  {
    wrong: 'all pods go at once when load drops',
    plant: (c) =>
      withScaler(c, { behavior: { scaleDown: { policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] } } }),
    code: 'WS311',
    kind: HPA,
    cause: /100 per cent at once/,
  },
  {
    wrong: 'nothing says how fast pods go',
    plant: (c) => withScaler(c, { behavior: {} }),
    code: 'WS311',
    kind: HPA,
    cause: /not written, so all at once/,
  },
  {
    wrong: 'the autoscaler keeps one pod',
    plant: (c) => withScaler(c, { minReplicas: 1 }),
    code: 'WS325',
    kind: HPA,
    cause: /minReplicas: 1/,
  },
  {
    wrong: 'KEDA keeps no pod',
    plant: (c) => scaled(c, { minReplicaCount: 0 }),
    code: 'WS325',
    kind: 'ScaledObject',
    cause: /minReplicaCount: 0/,
  },
  {
    wrong: 'KEDA keeps no pod, because nothing is written',
    plant: (c) => scaled(c, {}),
    code: 'WS325',
    kind: 'ScaledObject',
    cause: /not written, so 0/,
  },
  {
    wrong: 'the least number of pods is a text',
    plant: (c) => withScaler(c, { minReplicas: '2' }),
    code: 'WS267',
    kind: HPA,
    cause: /the text "2"/,
  },
  {
    wrong: 'replicas stand next to an autoscaler',
    plant: (c) => {
      withScaler(c, {});
      if (!c.base.own) c.set(c.workload, ['spec', 'replicas'], 5);
    },
    code: 'WS310',
    kind: 'workload',
    cause: /next to HorizontalPodAutoscaler/,
  },
  {
    wrong: 'the autoscaler names a workload that is not there',
    plant: (c) => {
      withScaler(c, {});
      const { kind, metadata } = c.workload;
      c.set(c.of(HPA), ['spec', 'scaleTargetRef'], { apiVersion: 'apps/v1', kind, name: `${metadata.name}s` });
    },
    code: 'WS326',
    kind: HPA,
    cause: /which is not in what was read/,
  },
  {
    wrong: 'two autoscalers scale the same pods',
    plant: (c) => {
      scaled(c, { minReplicaCount: 2 });
      const { kind, metadata } = c.workload;
      c.add(
        {
          apiVersion: 'autoscaling/v2',
          kind: HPA,
          spec: { scaleTargetRef: { kind, name: metadata.name }, minReplicas: 2 },
        },
        'second',
      );
    },
    code: 'WS310',
    kind: 'ScaledObject',
    cause: /scale the same/,
  },
  {
    wrong: 'pods are added after nginx is full',
    plant: (c) =>
      withScaler(c, {
        metrics: [
          {
            type: 'Pods',
            pods: { metric: { name: 'ws_connections' }, target: { type: 'AverageValue', averageValue: '100000' } },
          },
        ],
      }),
    code: 'WS322',
    kind: HPA,
    cause: /100000 connections/,
  },
  {
    wrong: 'the network policy opens another port',
    plant: (c) => c.set(c.of('NetworkPolicy'), ['spec', 'ingress', 0, 'ports'], [{ port: 3000, protocol: 'TCP' }]),
    code: 'WS319',
    kind: 'NetworkPolicy',
    cause: /on port 8080/,
    on: google,
  },
  {
    wrong: 'the network policy excludes Google',
    plant: (c) =>
      c.set(
        c.of('NetworkPolicy'),
        ['spec', 'ingress', 0, 'from'],
        [{ ipBlock: { cidr: '0.0.0.0/0', except: ['35.191.0.0/16'] } }],
      ),
    code: 'WS319',
    kind: 'NetworkPolicy',
    cause: /does not admit 35\.191\.0\.0\/16/,
    on: google,
  },
  {
    wrong: 'the network policy does not know Google',
    plant: (c) => c.set(c.of('NetworkPolicy'), ['spec', 'ingress', 0, 'from'], [{ ipBlock: { cidr: '10.0.0.0/8' } }]),
    code: 'WS319',
    kind: 'NetworkPolicy',
    cause: /130\.211\.0\.0\/22 and 35\.191/,
    on: google,
  },
];

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));

test('there are at least 85 cases', () => {
  expect(casesOf(FAULTS).length).toBeGreaterThanOrEqual(85);
});
