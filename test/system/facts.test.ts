import { Bundle, type Manifest } from '../../lib/manifest';
import * as system from '../../lib/system';

function workload(spec: object, more: object = {}, kind = 'Deployment'): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'chat', namespace: 'chat' },
    spec: {
      ...more,
      selector: { matchLabels: { app: 'chat' } },
      template: { metadata: { labels: { app: 'chat' } }, spec },
    },
  } as Manifest;
}

const container = (more: object) => workload({ containers: [{ name: 'app', ...more }] });
const named = (objects: readonly Manifest[]) => objects.map(({ metadata }) => metadata.name);

// What a command says of itself: pre-stop.test.ts.
describe('where it is written how a container holds its stop signal back', () => {
  const preStop = (hook: unknown) => {
    const [only] = system.containersOf(container({ lifecycle: { preStop: hook } }));
    return only && system.preStopOf(only);
  };

  test('by a sleep of the kubelet’s own, by a command, by something else, or not at all', () => {
    expect(preStop({ sleep: { seconds: 30 } })).toMatchObject({
      seconds: 30,
      command: '',
      path: ['spec', 'template', 'spec', 'containers', 0, 'lifecycle', 'preStop', 'sleep', 'seconds'],
      signals: false,
    });
    expect(preStop({ exec: { command: ['sleep', '5'] } })).toMatchObject({
      seconds: 5,
      command: 'sleep 5',
      path: ['spec', 'template', 'spec', 'containers', 0, 'lifecycle', 'preStop', 'exec', 'command'],
    });
    expect(preStop({ httpGet: { path: '/' } })).toMatchObject({
      seconds: 0,
      command: '',
      path: ['spec', 'template', 'spec', 'containers', 0, 'lifecycle', 'preStop'],
      signals: false,
    });
    expect(preStop({})).toBeUndefined();
    expect(preStop(undefined)).toBeUndefined();
  });
});

describe('a probe', () => {
  test('has what is written, and Kubernetes’ defaults for the rest', () => {
    const probes = system.probesOf(
      container({
        livenessProbe: {
          httpGet: { path: '/live', port: 1 },
          periodSeconds: 20,
          timeoutSeconds: 2,
          failureThreshold: 4,
        },
        readinessProbe: { exec: { command: ['cat', '/tmp/ready'] } },
        startupProbe: { httpGet: { port: 1 } },
      }),
    );
    expect(
      probes.map(({ name, periodSeconds, timeoutSeconds, failureThreshold, httpPath, command }) => [
        name,
        periodSeconds,
        timeoutSeconds,
        failureThreshold,
        httpPath,
        command,
      ]),
    ).toEqual([
      ['livenessProbe', 20, 2, 4, '/live', ''],
      ['readinessProbe', 10, 1, 3, undefined, 'cat /tmp/ready'],
      ['startupProbe', 10, 1, 3, '/', ''],
    ]);
    expect(probes[0]?.path).toEqual(['spec', 'template', 'spec', 'containers', 0, 'livenessProbe']);
    expect(system.probesOf(container({ livenessProbe: null }))).toEqual([]);
    expect(system.probesOf(container({ livenessProbe: { exec: { command: 'no list' } } }))[0]?.command).toBe('');
  });

  test.each<[string, boolean]>([
    ['/socket.io/', true],
    ['/socket.io', true],
    ['/engine.io/?EIO=4', true],
    ['/x?EIO=4&transport=polling', true],
    ['/x?a=1&EIO=4', true],
    ["curl 'http://localhost/socket.io/'", true],
    ['/websocket.io/', false],
    ['/socket.iox', false],
    ['/health', false],
    ['/xEIO=4', false],
  ])('of %s asks Socket.IO: %s', (path, asks) => {
    expect(system.isSocketIoPath(path)).toBe(asks);
  });
});

describe('a claim that only one pod can mount', () => {
  const claim = (modes: readonly string[], name = 'data', namespace = 'chat') =>
    ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace },
      spec: { accessModes: modes },
    }) as unknown as Manifest;
  const pod = workload({
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    ],
  });
  const found = (...claims: readonly Manifest[]) => system.exclusiveClaims(new Bundle([pod, ...claims]), pod);

  test('is found where it is, and where the pods name it', () => {
    expect(found(claim(['ReadWriteOnce']))).toEqual([
      {
        name: 'data',
        mode: 'ReadWriteOnce',
        path: ['spec', 'template', 'spec', 'volumes', 1, 'persistentVolumeClaim', 'claimName'],
      },
    ]);
    expect(found(claim(['ReadWriteOncePod']))).toHaveLength(1);
  });

  test('is none where more can, where it says nothing, and where it is not there', () => {
    expect(found(claim(['ReadWriteOnce', 'ReadWriteMany']))).toEqual([]);
    expect(found(claim(['ReadOnlyMany']))).toEqual([]);
    expect(found(claim([]))).toEqual([]);
    expect(found()).toEqual([]);
    expect(found(claim(['ReadWriteOnce'], 'other'), claim(['ReadWriteOnce'], 'data', 'other'))).toEqual([]);
  });

  test.each<[unknown, number | undefined, number]>([
    [undefined, 8, 2],
    [undefined, 3, 0],
    [undefined, undefined, 0],
    [0, 8, 0],
    [3, 8, 3],
    ['50%', 5, 2],
    ['100%', 5, 5],
    ['half', 5, 0],
  ])('maxUnavailable %j of %j pods is %d', (maxUnavailable, replicas, pods) => {
    const object = workload({}, { replicas, strategy: { rollingUpdate: { maxUnavailable } } });
    expect(system.maxUnavailableOf(object)).toEqual({ written: maxUnavailable, pods });
  });

  test('a Deployment rolls unless it says otherwise, and has one pod', () => {
    expect([system.strategyOf(workload({})), system.replicasOf(workload({}))]).toEqual(['RollingUpdate', 1]);
    expect([
      system.strategyOf(workload({}, { strategy: { type: 'Recreate' } })),
      system.replicasOf(workload({}, { replicas: 0 })),
    ]).toEqual(['Recreate', 0]);
  });
});

describe('who decides how many pods there are', () => {
  const scaler = (kind: string, name: string, spec: object, namespace = 'chat') =>
    ({ apiVersion: 'autoscaling/v2', kind, metadata: { name, namespace }, spec }) as unknown as Manifest;
  const target = { kind: 'Deployment', name: 'chat' };
  const pods = workload({}, { replicas: 7 });
  const facts = (...scalers: readonly Manifest[]) => {
    const bundle = new Bundle([pods, ...scalers]);
    return [
      named(system.autoscalersOf(bundle, pods)),
      system.autoscalerOf(bundle, pods)?.metadata.name,
      system.leastPods(bundle, pods),
    ];
  };

  test('is an autoscaler that names the workload, by kind, name and namespace', () => {
    expect(facts()).toEqual([[], undefined, 7]);
    expect(facts(scaler('HorizontalPodAutoscaler', 'hpa', { scaleTargetRef: target, minReplicas: 3 }))).toEqual([
      ['hpa'],
      'hpa',
      3,
    ]);
    expect(facts(scaler('ScaledObject', 'keda', { scaleTargetRef: { name: 'chat' }, minReplicaCount: 2 }))).toEqual([
      ['keda'],
      undefined,
      2,
    ]);
    expect(facts(scaler('HorizontalPodAutoscaler', 'hpa', { scaleTargetRef: target }))).toEqual([['hpa'], 'hpa', 1]);
    for (const other of [
      { ...target, name: 'other' },
      { ...target, kind: 'StatefulSet' },
    ])
      expect(facts(scaler('HorizontalPodAutoscaler', 'hpa', { scaleTargetRef: other }))).toEqual([[], undefined, 7]);
    expect(facts(scaler('HorizontalPodAutoscaler', 'hpa', { scaleTargetRef: target }, 'elsewhere'))).toEqual([
      [],
      undefined,
      7,
    ]);
  });

  test('is the one that keeps more, where there are two', () => {
    expect(
      facts(
        scaler('ScaledObject', 'keda', { scaleTargetRef: { name: 'chat' }, minReplicaCount: 5 }),
        scaler('HorizontalPodAutoscaler', 'hpa', { scaleTargetRef: target, minReplicas: 3 }),
      ),
    ).toEqual(
      [['hpa', 'keda'].sort(), 'hpa', 5].map((one) => (Array.isArray(one) ? expect.arrayContaining(one) : one)),
    );
  });
});

describe('what selects pods', () => {
  const selecting = (kind: string, name: string, spec: object, namespace = 'chat') =>
    ({ apiVersion: 'policy/v1', kind, metadata: { name, namespace }, spec }) as unknown as Manifest;
  const pods = workload({});
  const budget = (name: string, labels: object) =>
    selecting('PodDisruptionBudget', name, { selector: { matchLabels: labels } });
  const policy = (name: string, podSelector: object, namespace?: string) =>
    selecting('NetworkPolicy', name, { podSelector }, namespace);

  test('budgets are those whose labels the pods have', () => {
    const bundle = new Bundle([
      pods,
      budget('a', { app: 'chat' }),
      budget('b', { app: 'chat' }),
      budget('c', { app: 'other' }),
    ]);
    expect(named(system.budgetsOf(bundle, pods))).toEqual(['a', 'b']);
    expect(system.budgetsOf(new Bundle([pods]), pods)).toEqual([]);
  });

  test('policies are those that select the pods, and those that select all of the namespace', () => {
    const bundle = new Bundle([
      pods,
      policy('ours', { matchLabels: { app: 'chat' } }),
      policy('all', {}),
      policy('all too', { matchLabels: {} }),
      policy('other', { matchLabels: { app: 'other' } }),
      policy('by expression', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }),
      policy('elsewhere', {}, 'elsewhere'),
    ]);
    expect(named(system.networkPoliciesOf(bundle, pods))).toEqual(expect.arrayContaining(['ours', 'all', 'all too']));
    const names = named(system.networkPoliciesOf(bundle, pods));
    for (const none of ['other', 'elsewhere']) expect(names).not.toContain(none);
    expect(system.networkPoliciesOf(new Bundle([pods]), pods)).toEqual([]);
  });
});
