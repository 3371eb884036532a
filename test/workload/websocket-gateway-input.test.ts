import { App, Chart } from 'cdk8s';
import { WebSocketGateway, type WebSocketServer } from '../../lib/workload';
import { problemsOf } from '../problems';
import { build } from './support/gateway';

test('fails for a server whose pods cannot be told apart', () => {
  expect(problemsOf(() => build({ server: { stableNames: false } }))).toEqual([
    'server: has pods without names, so that the gateway cannot keep a client on one of them; set stableNames on the server, or affinity: "none" where ' +
      'every client connects by WebSocket alone',
  ]);
});

test('fails where the nginx in the pod would look for the client in the wrong place', () => {
  const behind = (appended: number, believed: number) =>
    problemsOf(() =>
      build({
        gateway: { addressesAppended: appended },
        server: { proxy: { socketIo: { path: '/socket.io/' }, addressesAppended: believed } },
      }),
    );
  expect(behind(2, 3)).toEqual([
    'server: believes in 3 appended addresses, but 2 will arrive: the gateway passes on what the balancer in front of it appends; set proxy.addressesAppended of the server to 2',
  ]);
  expect(behind(0, 0)).toEqual([expect.stringContaining('set proxy.addressesAppended of the server to 1')]);
  expect([behind(2, 2), behind(1, 1), behind(0, 1)]).toEqual([[], [], []]);
});

test('fails where a Service would select pods of another namespace', () => {
  const { tier, chart } = build();
  expect(tier.workload.metadata.namespace).toBe('production');
  const other = new Chart(new App(), 'other', { namespace: 'elsewhere' });
  const server = chart.node.findChild('Server') as WebSocketServer;
  expect(
    problemsOf(() => new WebSocketGateway(other, 'Gateway', { name: 'gateway', server, addressesAppended: 2 })),
  ).toEqual([expect.stringContaining('server: is in the namespace "production" and the gateway in "elsewhere"')]);
});

test('fails with everything that is wrong', () => {
  const gateway = {
    name: 'chat-backend',
    affinity: 'cookie' as never,
    replicas: 0,
    autoscaling: { minReplicas: 3, maxReplicas: 2, cpuUtilization: 50 },
    image: 'nginx:latest',
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '512Mi' } },
    traffic: { ingressFrom: ['10.0.0.1'], ingressFromNamespaces: ['Nginx'] },
    socketIoPath: '/socket.io',
    maxConnections: 100_000,
  };
  expect(problemsOf(() => build({ gateway }))).toEqual([
    'name: "chat-backend" is the server\'s; choose another',
    expect.stringContaining('affinity: "cookie" is not one that the gateway can keep'),
    expect.stringContaining('replicas: 0 is out of range'),
    expect.stringContaining('autoscaling.maxReplicas: 2 is less than minReplicas 3'),
    expect.stringContaining('replicas: 0 and autoscaling contradict each other'),
    expect.stringContaining('traffic.ingressFrom[0]: "10.0.0.1" is not a range of addresses'),
    expect.stringContaining('traffic.ingressFromNamespaces[0]: "Nginx" is not a DNS label'),
    expect.stringContaining('maxConnections: 100000 is more than nginx can pass on'),
    expect.stringContaining('socketIoPath: "/socket.io" must end with "/"'),
    expect.stringContaining('image: "nginx:latest" names no fixed version'),
    expect.stringContaining('resources.requests.memory: 1Gi is more than the limit'),
  ]);
});

test('fails on stable names that contradict the storage', () => {
  const storage = { per: 'workload', mountPath: '/data', size: '1Gi' } as const;
  expect(problemsOf(() => build({ server: { storage, stableNames: true, replicas: 1 } }))).toEqual([
    expect.stringContaining('stableNames: is for pods that share nothing'),
  ]);
  expect(problemsOf(() => build({ server: { storage: { ...storage, per: 'pod' }, stableNames: false } }))).toEqual([
    expect.stringContaining('stableNames: cannot be false where every pod has a claim of its own'),
  ]);
});
