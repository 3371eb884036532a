import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Chart } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import * as holdfast from '../../../lib';
import { InvalidInputError } from '../../../lib/input';

/** biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript gives has no types */
export type Wrong = any;

const timing = holdfast.deriveTiming();
const independent = { kind: 'none', podsAreIndependent: true };
const google = [...holdfast.GOOGLE_BALANCER_RANGES];

function chartFor(): Chart {
  return new Chart(new App(), 'test', { namespace: 'chat' });
}

function serverIn(chart: Chart, traffic: Wrong = {}) {
  return new holdfast.WebSocketServer(chart, 'Real', {
    name: 'chat',
    image: 'chat:1.0.0',
    port: 3000,
    timing,
    adapter: { kind: 'none', podsAreIndependent: true },
    traffic,
  });
}

/** Each makes something of right properties, of which a case exchanges some. */
export const MAKERS: Readonly<Record<string, (wrong: Wrong) => unknown>> = {
  timing: (wrong) => holdfast.deriveTiming(wrong),
  app: (wrong) => new holdfast.HoldfastApp(wrong),
  namespace: (wrong) => new holdfast.RestrictedNamespace(chartFor(), 'X', merged({ name: 'chat' }, wrong)),
  server: (wrong) =>
    new holdfast.WebSocketServer(
      chartFor(),
      'X',
      merged({ name: 'chat', image: 'chat:1.0.0', port: 3000, timing, adapter: independent }, wrong),
    ),
  disk: (wrong) =>
    MAKERS.server?.({ storage: merged({ per: 'pod', mountPath: '/data', size: '20Gi' }, wrong), replicas: 2 }),
  proxy: (wrong) =>
    MAKERS.server?.({ proxy: merged({ socketIo: { path: '/socket.io/' }, addressesAppended: 2 }, wrong) }),
  autoscaling: (wrong) =>
    MAKERS.server?.({ autoscaling: merged({ minReplicas: 2, maxReplicas: 4, cpuUtilization: 60 }, wrong) }),
  traffic: (wrong) => MAKERS.server?.({ traffic: wrong }),
  gateway: (wrong) => {
    const chart = chartFor();
    const server = new holdfast.WebSocketServer(chart, 'Real', {
      name: 'chat',
      image: 'chat:1.0.0',
      port: 3000,
      timing,
      stableNames: true,
      adapter: { kind: 'none', podsAreIndependent: true },
    });
    return new holdfast.WebSocketGateway(chart, 'X', merged({ name: 'front', server, addressesAppended: 2 }, wrong));
  },
  gke: (wrong) => {
    const chart = chartFor();
    const props = { name: 'chat', host: 'chat.example.com', server: serverIn(chart), tls: { managed: true } };
    return new holdfast.GkeWebSocketEdge(chart, 'X', merged(props, wrong));
  },
  'gce-internal': (wrong) => {
    const chart = chartFor();
    const server = serverIn(chart, { ingressFrom: [...google, '10.129.0.0/23'] });
    const props = { name: 'chat', host: 'chat.example.com', server, ingressClass: 'gce-internal' };
    return new holdfast.GkeWebSocketEdge(chart, 'X', merged(props, wrong));
  },
  'gateway-api': (wrong) => {
    const chart = chartFor();
    const props = { name: 'chat', host: 'chat.example.com', server: serverIn(chart), tls: { certificates: ['chat'] } };
    return new holdfast.GatewayWebSocketIngress(chart, 'X', merged(props, wrong));
  },
  alb: (wrong) => {
    const chart = chartFor();
    const server = serverIn(chart, { ingressFrom: ['10.0.0.0/16'] });
    const props = { name: 'chat', host: 'chat.example.com', server, tls: { managed: true } };
    return new holdfast.AlbWebSocketIngress(chart, 'X', merged(props, wrong));
  },
  'ingress-nginx': (wrong) => {
    const chart = chartFor();
    const server = serverIn(chart, { ingressFromNamespaces: ['ingress-nginx'] });
    const secret = Secret.fromSecretName(chart, 'Tls', 'chat-tls');
    const props = { name: 'chat', host: 'chat.example.com', server, tls: { secret } };
    return new holdfast.NginxWebSocketIngress(chart, 'X', merged(props, wrong));
  },
  haproxy: (wrong) => {
    const chart = chartFor();
    const server = serverIn(chart, { ingressFromNamespaces: ['haproxy-controller'] });
    const secret = Secret.fromSecretName(chart, 'Tls', 'chat-tls');
    const props = { name: 'chat', host: 'chat.example.com', server, tls: { secret } };
    return new holdfast.HaproxyWebSocketIngress(chart, 'X', merged(props, wrong));
  },
  certificate: (wrong) =>
    new holdfast.ManagedCertificate(chartFor(), 'X', merged({ name: 'chat', domains: ['chat.example.com'] }, wrong)),
  'backend-config': (wrong) => new holdfast.BackendConfig(chartFor(), 'X', merged({ name: 'chat', timing }, wrong)),
  'frontend-config': (wrong) => new holdfast.FrontendConfig(chartFor(), 'X', merged({ name: 'chat' }, wrong)),
  'nginx.conf': (wrong) =>
    holdfast.nginxConf(merged({ timing, upstream: { port: 3000 }, socketIo: { path: '/socket.io/' } }, wrong)),
  'gateway.conf': (wrong) => holdfast.gatewayConf(merged({ timing, servers: [{ host: 'chat-0', port: 3001 }] }, wrong)),
};

/** What is no object is given as it is. */
function merged(right: object, wrong: unknown): Wrong {
  return typeof wrong === 'object' && wrong !== null && !Array.isArray(wrong) ? { ...right, ...wrong } : wrong;
}

/** What is made, with what in it wrong, the path that is named, and what has to be said: the value or "missing", and what is allowed. */
export type Case = readonly [maker: string, wrong: unknown, at: string, says: RegExp];

export const MISSING = /is missing; give /;
export const UNUSABLE = /cannot be used here; give /;
export const long = 'a'.repeat(63);

/** The folder that nothing may be written to. */
const atAll = path.join(__dirname, '..', '..', '..', 'manifests');

/** A test for each case, of which there are at least `least`. */
export function fails(cases: readonly Case[], least: number): void {
  test('there are enough of them to mean something', () => {
    expect(cases.length).toBeGreaterThanOrEqual(least);
  });

  test.each(cases)('%s with %j fails at %j, in one sentence', (maker, wrong, at, says) => {
    const before = fs.existsSync(atAll);
    let thrown: unknown;
    try {
      MAKERS[maker]?.(wrong);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidInputError);
    const { problems } = thrown as InvalidInputError;
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(says);
    if (at !== '') expect(problems[0]?.slice(0, at.length + 2)).toBe(`${at}: `);
    expect(fs.existsSync(atAll)).toBe(before);
  });
}
