import type { BaseName } from './bases';
import { casesOf, expectFound, type Fault } from './faults';

const PRE_STOP = ['lifecycle', 'preStop', 'exec', 'command'];
const shell = (script: string) => ['sh', '-c', script];

/** What the pods are told, who scales them, and who may reach them. */
const FAULTS: readonly Fault[] = [
  {
    wrong: 'preStop kills by a name',
    plant: (c) => c.inContainer('app', PRE_STOP, shell('sleep 30; pkill node')),
    code: 'WS303',
    kind: 'workload',
    cause: /signals its own process/,
  },
  {
    wrong: 'preStop kills process 1',
    plant: (c) => c.inContainer('app', PRE_STOP, shell('sleep 30; kill -TERM 1')),
    code: 'WS303',
    kind: 'workload',
    cause: /signals its own process/,
  },
  {
    wrong: 'preStop kills everything of a name',
    plant: (c) => c.inContainer('app', PRE_STOP, shell('sleep 30 && killall node')),
    code: 'WS303',
    kind: 'workload',
    cause: /signals its own process/,
  },
  {
    wrong: 'there is no preStop',
    plant: (c) => c.inContainer('app', ['lifecycle'], undefined),
    code: ({ own }) => (own ? 'WS106' : 'WS107'),
    kind: 'workload',
    cause: /has no preStop hook/,
  },
  {
    wrong: 'preStop waits for a second',
    plant: (c) => c.inContainer('app', PRE_STOP, ['sleep', '1']),
    code: ({ own }) => (own ? 'WS106' : 'WS107'),
    kind: 'workload',
    cause: /waits 1 s/,
  },
  {
    wrong: 'liveness asks Redis by its client',
    plant: (c) =>
      c.inContainer('app', ['livenessProbe'], {
        exec: { command: ['redis-cli', '-h', 'redis', 'ping'] },
        periodSeconds: 10,
        failureThreshold: 3,
      }),
    code: 'WS305',
    kind: 'workload',
    cause: /redis-cli/,
  },
  {
    wrong: 'liveness asks Postgres by its client',
    plant: (c) =>
      c.inContainer('app', ['livenessProbe'], {
        exec: { command: shell('pg_isready -h db') },
        periodSeconds: 10,
        failureThreshold: 3,
      }),
    code: 'WS305',
    kind: 'workload',
    cause: /pg_isready/,
  },
  {
    wrong: 'liveness asks a database',
    plant: (c) => c.inContainer('app', ['livenessProbe', 'httpGet', 'path'], '/health/database'),
    code: 'WS305',
    kind: 'workload',
    cause: /health\/database/,
  },
  {
    wrong: 'liveness opens sessions',
    plant: (c) => c.inContainer('app', ['livenessProbe', 'httpGet', 'path'], '/socket.io/?EIO=4&transport=polling'),
    code: 'WS304',
    kind: 'workload',
    cause: /livenessProbe .*socket\.io/,
  },
  {
    wrong: 'liveness gives up before readiness does',
    plant: (c) => {
      c.inContainer('app', ['livenessProbe', 'periodSeconds'], 1);
      c.inContainer('app', ['livenessProbe', 'failureThreshold'], 1);
    },
    code: 'WS123',
    kind: 'workload',
    cause: /livenessProbe|gives up|1 s/,
  },
  {
    wrong: 'nobody says when the pod is ready',
    plant: (c) => {
      c.inContainer('app', ['readinessProbe'], undefined);
      c.inContainer('nginx', ['readinessProbe'], undefined);
    },
    code: 'WS306',
    kind: 'workload',
    cause: /no container has one/,
  },
  {
    wrong: 'the grace period is twenty seconds',
    plant: (c) => c.inPod(['terminationGracePeriodSeconds'], 20),
    code: 'WS105',
    kind: 'workload',
    cause: /20 s/,
  },
  {
    wrong: 'the grace period is longer than the autoscaler keeps',
    plant: (c) => c.inPod(['terminationGracePeriodSeconds'], 700),
    code: 'WS127',
    kind: 'workload',
    cause: /700 s/,
  },
  {
    wrong: 'the grace period is a text',
    plant: (c) => c.inPod(['terminationGracePeriodSeconds'], '120'),
    code: 'WS267',
    kind: 'workload',
    cause: /terminationGracePeriodSeconds: the text "120"/,
  },
  {
    wrong: 'the period of a probe has a unit',
    plant: (c) => c.inContainer('app', ['livenessProbe', 'periodSeconds'], '10s'),
    code: 'WS267',
    kind: 'workload',
    cause: /periodSeconds: the text "10s"/,
  },
  {
    wrong: 'the port of the container is a text',
    plant: (c) => c.inContainer('app', ['ports', 0, 'containerPort'], '3000'),
    code: 'WS267',
    kind: 'workload',
    cause: /containerPort: the text "3000"/,
  },
  {
    wrong: 'the image moves',
    plant: (c) => c.inContainer('app', ['image'], 'registry.example.com/shop/chat:latest'),
    code: 'WS315',
    kind: 'workload',
    cause: /chat:latest/,
  },
  {
    wrong: 'the image has no tag',
    plant: (c) => c.inContainer('app', ['image'], 'registry.example.com/shop/chat'),
    code: 'WS315',
    kind: 'workload',
    cause: /shop\/chat"/,
  },
  {
    wrong: 'the pods run on nodes that are taken back',
    plant: (c) => c.inPod(['nodeSelector'], { 'cloud.google.com/gke-spot': 'true' }),
    code: 'WS129',
    kind: 'workload',
    cause: /gke-spot/,
  },
];

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));

test('there are at least 110 cases', () => {
  expect(casesOf(FAULTS).length).toBeGreaterThanOrEqual(110);
});
