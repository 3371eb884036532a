import { ApiObject, App, Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AlbWebSocketIngress,
  GatewayWebSocketIngress,
  GkeWebSocketEdge,
  HaproxyWebSocketIngress,
  NginxWebSocketIngress,
} from '../../lib/ingress';
import { InvalidInputError } from '../../lib/input';
import { check } from '../../lib/rules';
import { deriveTiming } from '../../lib/timing';
import { ExistingServer, WebSocketServer } from '../../lib/workload';
import type { Yaml } from '../ingress/support';
import { schemaErrors } from '../schemas/validate';

const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(20) });

/** The Deployment of somebody who knows nothing of connections that last. */
function chartWith(merge: boolean) {
  const chart = new Chart(new App(), 'test', { namespace: 'chat' });
  const deployment = new kplus.Deployment(chart, 'Deployment', {
    metadata: { name: 'chat' },
    replicas: 3,
    containers: [
      { name: 'helper', image: 'helper:1.0.0' },
      { name: 'chat', image: 'chat-backend:1.4.2', portNumber: 3001 },
    ],
  });
  const server = new ExistingServer({ name: 'chat', workload: deployment, port: 3001, container: 'chat', timing });
  const edge = { name: 'chat', host: 'chat.example.com', server, tls: { managed: true } } as const;
  new GkeWebSocketEdge(chart, 'Edge', edge);
  if (merge) server.mergeInto(deployment);
  return { server, deployment, manifests: Testing.synth(chart) as Yaml[] };
}

const one = (manifests: readonly Yaml[], kind: string): Yaml => manifests.find((manifest) => manifest.kind === kind);
const codes = (manifests: readonly Yaml[]) => check(manifests).findings.map(({ code }) => code);

/** What a grace period, preStop hooks and probes are about. */
const OF_THE_POD = /^WS1(05|06|07|22|23|24|27|28)$|^WS30[3456]$/;

describe('a Deployment of cdk8s-plus in the same chart', () => {
  test('gets a Service that selects its pods, bound to a BackendConfig of the timing', () => {
    const { manifests } = chartWith(false);
    const selector = one(manifests, 'Deployment').spec.selector.matchLabels;
    expect(Object.keys(selector).length).toBeGreaterThan(0);
    const service = one(manifests, 'Service');
    expect(service.spec).toMatchObject({ selector, ports: [{ port: 3001, targetPort: 3001 }] });
    expect(JSON.parse(service.metadata.annotations['cloud.google.com/backend-config'])).toEqual({
      default: 'chat-config',
    });
    expect(one(manifests, 'BackendConfig').spec.timeoutSec).toBe(timing.maxConnectionLifetimeSeconds);
  });

  test('is left alone unless the merge is asked for', () => {
    const alone = new Chart(new App(), 'test', { namespace: 'chat' });
    new kplus.Deployment(alone, 'Deployment', {
      metadata: { name: 'chat' },
      replicas: 3,
      containers: [
        { name: 'helper', image: 'helper:1.0.0' },
        { name: 'chat', image: 'chat-backend:1.4.2', portNumber: 3001 },
      ],
    });
    expect(one(chartWith(false).manifests, 'Deployment')).toEqual((Testing.synth(alone) as Yaml[])[0]);
  });

  test('has what the rules ask of its pods once it is merged, and had not before', () => {
    expect(codes(chartWith(false).manifests).filter((code) => OF_THE_POD.test(code))).not.toEqual([]);
    const { manifests } = chartWith(true);
    expect(codes(manifests).filter((code) => OF_THE_POD.test(code))).toEqual([]);
    const workload = one(manifests, 'Deployment');
    expect(schemaErrors(workload, '1.28')).toEqual([]);
    const { spec } = workload.spec.template;
    expect(spec.terminationGracePeriodSeconds).toBe(timing.terminationGracePeriodSeconds);
    expect(spec.containers[0].lifecycle).toBeUndefined();
    expect(spec.containers[1]).toMatchObject({
      name: 'chat',
      lifecycle: { preStop: { exec: { command: ['sleep', String(timing.preStopSeconds)] } } },
      readinessProbe: { httpGet: { path: '/ready', port: 3001 } },
    });
  });

  test('fails to be merged where the container is not there', () => {
    const { deployment } = chartWith(false);
    const server = new ExistingServer({
      name: 'chat',
      selector: { app: 'chat' },
      port: 3001,
      container: 'web',
      timing,
    });
    expect(() => server.mergeInto(deployment)).toThrow(
      'container: "web" is none of this workload, which has "helper", "chat"; name the one that serves',
    );
  });
});

test('a workload that is a plain object is merged as well', () => {
  const chart = new Chart(new App(), 'test');
  const pod = { containers: [{ name: 'chat', image: 'a:1' }] };
  const object = new ApiObject(chart, 'Workload', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'chat' },
    spec: { template: { spec: pod } },
  });
  const server = new ExistingServer({
    name: 'chat',
    selector: { app: 'chat' },
    port: 3001,
    timing,
    preStopHook: 'sleep',
  });
  server.mergeInto(object);
  expect(object.toJson().spec.template.spec.containers[0].lifecycle).toEqual({
    preStop: { sleep: { seconds: timing.preStopSeconds } },
  });
});

test('a hook that cdk8s-plus would drop is refused', () => {
  const { deployment } = chartWith(false);
  const server = new ExistingServer({
    name: 'chat',
    workload: deployment,
    port: 3001,
    container: 'chat',
    timing,
    preStopHook: 'sleep',
  });
  expect(() => server.mergeInto(deployment)).toThrow('preStopHook: "sleep" is unknown to the objects of cdk8s-plus-28');
});

describe('a workload that somebody else applies', () => {
  const server = new ExistingServer({
    name: 'chat',
    selector: { app: 'chat' },
    port: 3001,
    timing,
    probes: { liveness: 'off', readiness: { tcp: 3001 }, startup: 'off' },
  });

  test.each([
    ['GKE', GkeWebSocketEdge],
    ['the Gateway API', GatewayWebSocketIngress],
    ['AWS ALB', AlbWebSocketIngress],
    ['ingress-nginx', NginxWebSocketIngress],
    ['HAProxy', HaproxyWebSocketIngress],
  ])('has the same way in on %s as a server of ours', (_title, Edge) => {
    const objects = (make: (chart: Chart) => ExistingServer | WebSocketServer) => {
      const chart = new Chart(new App(), 'test', { namespace: 'chat' });
      new Edge(chart, 'Edge', { name: 'chat', host: 'chat.example.com', server: make(chart) });
      return (Testing.synth(chart) as Yaml[]).filter(
        ({ kind }) => !/^(Deployment|ServiceAccount|NetworkPolicy|PodDisruptionBudget)$/.test(kind),
      );
    };
    const ours = objects(
      (chart) =>
        new WebSocketServer(chart, 'Server', {
          name: 'chat',
          image: 'chat:1.0.0',
          port: 3001,
          timing,
          adapter: { kind: 'none', podsAreIndependent: true },
          traffic: { ingressFrom: ['0.0.0.0/0'] },
        }),
    );
    expect(objects(() => server)).toEqual(ours);
    expect(ours.length).toBeGreaterThan(1);
  });

  test('is told what its pods need, and gets it as a patch', () => {
    expect(server.needs).toEqual([
      `The pod has terminationGracePeriodSeconds ${timing.terminationGracePeriodSeconds}: preStop ${timing.preStopSeconds} s, drain 50 s, shutdown 10 s and a margin.`,
      `Container "chat" has a preStop hook that waits ${timing.preStopSeconds} s (sleep ${timing.preStopSeconds}, with sleep in its image): the balancer may still send it connections.`,
      'It answers its probes on port 3001: readiness {"tcp":3001}.',
      'The application pings every 25 s and waits 20 s for the answer (SOCKET_HEARTBEAT_INTERVAL_MS and SOCKET_HEARTBEAT_GRACE_MS, in milliseconds, where it reads them).',
      `After its stop signal it closes its connections over 50 s, and is gone 10 s later; it keeps idle HTTP connections for ${timing.keepAliveSeconds} s, longer than the balancer.`,
      'No NetworkPolicy keeps the balancer from port 3001 of the pods.',
    ]);
    const [container] = (server.podPatch as Yaml).spec.template.spec.containers;
    expect(Object.keys(container).sort()).toEqual(['lifecycle', 'name', 'readinessProbe']);
  });
});

test.each([
  [{ selector: undefined }, 'selector: is missing; give the labels that select the pods'],
  [{ selector: {} }, 'selector: is empty, and would select every pod'],
  [{ selector: { app: 'a b' } }, 'selector.app: "a b" is not a label value'],
  [{ port: undefined }, 'port: is missing; give the port that the pods listen on'],
  [{ port: 0 }, 'port: 0 is not a port'],
  [{ workload: {} }, 'workload: {} cannot be used here; give a Deployment or StatefulSet of cdk8s-plus'],
  [{ timing: undefined }, 'timing: is missing'],
  [{ container: 'A' }, 'container: "A" is not a DNS label'],
  [{ probes: { liveness: '/socket.io/' } }, 'probes.liveness: "/socket.io/" is the Socket.IO endpoint'],
  [{ preStopHook: 'kill' }, 'preStopHook: "kill" is unknown'],
  [{ replicas: 3 }, 'replicas: is not read by anything here'],
])('%j fails, in one sentence', (wrong, message) => {
  // biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript gives has no types
  const props: any = { name: 'chat', selector: { app: 'chat' }, port: 3001, timing, ...wrong };
  let thrown: unknown;
  try {
    new ExistingServer(props);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(InvalidInputError);
  expect((thrown as InvalidInputError).problems).toEqual([expect.stringContaining(message)]);
});
