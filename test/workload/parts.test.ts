import { App, Chart } from 'cdk8s';
import { Problems } from '../../lib/input';
import { deriveTiming } from '../../lib/timing';
import { Autoscaler, ProxySidecar, readServer, ServerNetworkPolicy, WebSocketServer } from '../../lib/workload';
import { problemsOf } from '../problems';

const timing = deriveTiming();
const chat = { name: 'chat', image: 'chat-backend:1.4.2', port: 3001, timing, replicas: 1 };

function chart(): Chart {
  return new Chart(new App(), 'test');
}

describe('a part that is made by itself fails on what the whole fails on', () => {
  test('a proxy', () => {
    const props = { name: 'chat-nginx', timing, upstreamPort: 8080, socketIo: { path: '/socket.io' } };
    expect(
      problemsOf(() => new ProxySidecar(chart(), 'Proxy', { ...props, addressesAppended: 2, image: 'nginx' })),
    ).toEqual([
      expect.stringContaining('image: "nginx" names no fixed version'),
      expect.stringContaining('socketIo.path: "/socket.io" must end with "/"'),
      expect.stringContaining("port: 8080 is the application's own port"),
    ]);
  });

  test('a network policy', () => {
    const props = { name: 'chat', selector: { app: 'chat' }, port: 3001, traffic: { ingressFrom: ['10.0.0.1'] } };
    expect(problemsOf(() => new ServerNetworkPolicy(chart(), 'Policy', props))).toEqual([
      expect.stringContaining('traffic.ingressFrom[0]: "10.0.0.1" is not a range of addresses'),
    ]);
  });

  test('an autoscaler', () => {
    const { workload } = new WebSocketServer(chart(), 'Server', chat);
    const autoscaling = { minReplicas: 3, maxReplicas: 2, cpuUtilization: 60 };
    expect(
      problemsOf(() => new Autoscaler(chart(), 'Autoscaler', { name: 'chat', target: workload, timing, autoscaling })),
    ).toEqual([expect.stringContaining('autoscaling.maxReplicas: 2 is less than minReplicas 3')]);
  });
});

describe('the settings of a server', () => {
  const read = (props: object) => readServer(new Problems(), { ...chat, ...props });

  test('have every default', () => {
    expect(readServer(new Problems(), { name: 'chat', image: 'chat-backend:1.4.2', port: 3001, timing })).toMatchObject(
      {
        replicas: 3,
        maxReplicas: 3,
        adapter: { kind: 'none' },
        stableNames: false,
        servingPort: 3001,
        probes: { liveness: '/health', readiness: '/ready', startup: '/health' },
        user: 1000,
        preStopHook: 'exec',
        serviceAccountName: 'chat',
        mountServiceAccountToken: false,
        safeToEvict: false,
      },
    );
  });

  test('say what follows from what is given', () => {
    expect(read({ proxy: { socketIo: { path: '/socket.io/' }, addressesAppended: 2 } }).servingPort).toBe(8080);
    const autoscaling = { minReplicas: 2, maxReplicas: 4, cpuUtilization: 60 };
    expect(read({ replicas: undefined, autoscaling, stableNames: true })).toMatchObject({
      replicas: 2,
      maxReplicas: 4,
      podNames: ['chat-0', 'chat-1', 'chat-2', 'chat-3'],
    });
  });

  test('make the same server as the properties that they were read from', () => {
    const json = (props: typeof chat) => new WebSocketServer(chart(), 'Server', props).workload.toJson();
    expect(json(read({}))).toEqual(json(chat));
  });

  test('stay small however many pods are asked for', () => {
    const problems = new Problems();
    const { podNames } = readServer(problems, { ...chat, stableNames: true, replicas: 1e9 });
    expect(problems.found).toContain('replicas: 1000000000 is out of range; give a whole number from 1 to 1000');
    expect(podNames).toHaveLength(1000);
  });
});
