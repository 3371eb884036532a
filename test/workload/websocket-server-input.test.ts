import type { WebSocketServerProps } from '../../lib/workload';
import { problemsOf } from '../problems';
import { chat, disk, objects, proxy } from './support/server';

const problems = (props: Partial<WebSocketServerProps>) => problemsOf(() => objects({ ...chat, ...props }));

describe('bad input', () => {
  test('fails when several pods would share a volume that one node mounts, and explains the deadlock', () => {
    expect(problems({ replicas: 3, storage: { ...disk, per: 'workload' } })).toEqual([
      'storage.per: 3 replicas cannot share one ReadWriteOnce claim: each new pod waits for the volume that an old pod holds, and the old pod waits for ' +
        'the new one to be ready; give every pod its own (per: "pod"), or run one replica, or use a ReadWriteMany class',
    ]);
  });

  test('fails on a probe of the Socket.IO endpoint', () => {
    expect(problems({ probes: { liveness: '/socket.io/' } })).toEqual([
      'probes.liveness: "/socket.io/" is the Socket.IO endpoint: each probe would open a session that lives until the ping timeout; probe a plain HTTP path such as "/health"',
    ]);
  });

  test('fails on a liveness probe that asks a dependency', () => {
    expect(problems({ probes: { liveness: '/health/database' } })).toEqual([
      'probes.liveness: "/health/database" looks like a dependency: when it fails, every pod restarts and drops its connections; ' +
        'ask the dependency in the readiness path, and keep liveness to the process itself, such as "/health"',
    ]);
    expect(problems({ probes: { readiness: '/health/database' } })).toEqual([]);
  });

  test.each<[string, Partial<WebSocketServerProps>, string]>([
    ['a name', { name: 'Chat Backend' }, 'name: "Chat Backend" is not a DNS label; use at most 52'],
    ['an image without a version', { image: 'chat' }, 'image: "chat" names no fixed version'],
    ['a quantity', { storage: { ...disk, size: '20GB' } }, 'storage.size: "20GB" is not a Kubernetes quantity'],
    [
      'a request above its limit',
      { resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '512Mi' } } },
      'resources.requests.memory: 1Gi is more than the limit of 512Mi; request at most 512Mi, or raise the limit',
    ],
    [
      'a variable that the timing writes',
      { env: { SOCKET_HEARTBEAT_INTERVAL_MS: '1000' } },
      'env.SOCKET_HEARTBEAT_INTERVAL_MS: is written from the timing; change the timing instead, so that the balancer follows',
    ],
    [
      'a PORT that is not the port',
      { env: { PORT: '8081' } },
      'env.PORT: must be the port 3001 that probes, the proxy and Services reach; leave it out, or change port',
    ],
    [
      'replicas beside an autoscaler',
      { replicas: 3, autoscaling: { minReplicas: 1, maxReplicas: 3, cpuUtilization: 50 } },
      'replicas: 3 and autoscaling contradict each other: each apply would undo the autoscaler; leave one out',
    ],
    [
      'two metrics',
      { autoscaling: { minReplicas: 1, maxReplicas: 3 } },
      'autoscaling: scales on one thing: give either connectionsPerPod or cpuUtilization',
    ],
    ['a mount point that is taken', { storage: { ...disk, mountPath: '/tmp' } }, 'storage.mountPath: "/tmp" is in use'],
    [
      'egress without ports',
      { traffic: { egressTo: [{ cidr: '0.0.0.0/0', ports: [] }] } },
      'traffic.egressTo[0].ports: names no port, which would open all of them',
    ],
    [
      'more connections for each pod than its proxy takes',
      {
        proxy: { ...proxy, maxConnections: 500 },
        autoscaling: { minReplicas: 1, maxReplicas: 3, connectionsPerPod: 600 },
      },
      'autoscaling.connectionsPerPod: 600 is more than the 500 that the proxy of each pod takes, so that clients are refused and no pod is added; give at most 500, or set ' +
        'proxy.maxConnections to at least 600',
    ],
    [
      'more connections for each pod than its proxy takes unless told otherwise',
      { proxy, autoscaling: { minReplicas: 1, maxReplicas: 3, connectionsPerPod: 5000 } },
      'autoscaling.connectionsPerPod: 5000 is more than the 4096',
    ],
    [
      'a probe that is none',
      { probes: { liveness: 3001 as never } },
      'probes.liveness: 3001 is not a probe; give a path such as "/health", { path, port }, { tcp: port }, { command: […] } or "off"',
    ],
    ['a probe on no port', { probes: { readiness: { tcp: 0 } } }, 'probes.readiness.tcp: 0 is not a port'],
    ['a probe without words', { probes: { startup: { command: [] } } }, 'probes.startup.command: [] is not a list of'],
    [
      'a probe on the Socket.IO endpoint of another port',
      { probes: { startup: { path: '/socket.io/', port: 9000 } } },
      'probes.startup.path: "/socket.io/" is the Socket.IO endpoint',
    ],
    [
      'a proxy on the port of the application',
      { proxy: { ...proxy, port: 3001 } },
      "proxy.port: 3001 is the application's own port",
    ],
    [
      'a hook that raises no flag',
      { preStopHook: 'sleep' },
      'preStopHook: "sleep" raises no drain flag, and without a proxy nothing else does',
    ],
  ])('fails on %s', (_name, props, message) => {
    expect(problems(props)).toEqual([expect.stringContaining(message)]);
  });

  test('fails with all problems at once', () => {
    expect(problems({ name: 'A', port: 0, replicas: 0, user: 0 })).toHaveLength(4);
  });
});
