import { App, Chart, Duration, Testing } from 'cdk8s';
import { AlbWebSocketIngress, GatewayWebSocketIngress, GkeWebSocketEdge } from '../../lib/ingress';
import { check } from '../../lib/rules';
import { deriveTiming } from '../../lib/timing';
import { ExistingServer } from '../../lib/workload';
import { problemsOf } from '../problems';
import { schemaErrors } from '../schemas/validate';
import { manifestsOn, only, PLATFORMS, secret, type Yaml } from './support';

const server = (name: string, ping: number) =>
  new ExistingServer({
    name,
    selector: { app: name },
    port: 3000,
    timing: deriveTiming({ pingInterval: Duration.seconds(ping), pingTimeout: Duration.seconds(ping) }),
  });
const chat = server('chat', 25);
const board = server('board', 30);
const web = { name: 'web', host: 'example.com', server: chat, paths: ['/chat/'] };
const further = [
  { paths: ['/board/'], server: board, affinity: 'clientAddress' as const, healthCheck: { path: '/alive' } },
  { paths: ['/'], service: { name: 'website', port: 80 } },
];

/** Somebody else's, which holds no connections: nothing that is said of the others may be said of it. */
const website = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'website', namespace: 'web' },
  spec: { ports: [{ port: 80 }] },
};

function synth(make: (chart: Chart) => void): readonly Yaml[] {
  const chart = new Chart(new App(), 'test', { namespace: 'web' });
  make(chart);
  const manifests = Testing.synth(chart) as Yaml[];
  for (const manifest of manifests)
    for (const version of ['1.28', '1.37'] as const) expect(schemaErrors(manifest, version)).toEqual([]);
  expect(check([...manifests, website]).findings.filter(({ level }) => level === 'error')).toEqual([]);
  return manifests;
}

describe('two servers and a website behind one host', () => {
  test('are one Ingress on GKE, each server with a Service and a BackendConfig of its own timing', () => {
    const manifests = synth((chart) => new GkeWebSocketEdge(chart, 'Edge', { ...web, applications: further }));
    expect(only(manifests, 'Ingress').spec.rules).toEqual([
      {
        host: 'example.com',
        http: {
          paths: [
            ['/chat/', 'chat', 3000],
            ['/board/', 'board', 3000],
            ['/', 'website', 80],
          ].map(([path, name, number]) => ({
            path,
            pathType: 'Prefix',
            backend: { service: { name, port: { number } } },
          })),
        },
      },
    ]);
    expect(only(manifests, 'BackendConfig', 'chat-config').spec.sessionAffinity.affinityType).toBe('GENERATED_COOKIE');
    expect(only(manifests, 'BackendConfig', 'board-config').spec).toMatchObject({
      sessionAffinity: { affinityType: 'CLIENT_IP' },
      healthCheck: { requestPath: '/alive' },
    });
    expect(only(manifests, 'Service', 'board').spec.selector).toEqual({ app: 'board' });
    expect(manifests.map(({ kind }) => kind).filter((kind) => kind === 'Service')).toHaveLength(2);
  });

  test('are one route on a Gateway, each server with policies of its own timing', () => {
    const manifests = synth((chart) => new GatewayWebSocketIngress(chart, 'Edge', { ...web, applications: further }));
    const { rules } = only(manifests, 'HTTPRoute').spec;
    expect(rules.map((rule: Yaml) => [rule.matches[0].path.value, rule.backendRefs[0].name])).toEqual([
      ['/chat/', 'chat'],
      ['/board/', 'board'],
      ['/', 'website'],
    ]);
    const timeout = (name: string) => only(manifests, 'GCPBackendPolicy', name).spec.default.timeoutSec;
    expect([timeout('chat'), timeout('board')]).toEqual([chat, board].map(({ timing }) => timing.idleTimeoutSeconds));
    expect(only(manifests, 'HealthCheckPolicy', 'board').spec.default.config.httpHealthCheck.requestPath).toBe(
      '/alive',
    );
    for (const kind of ['GCPBackendPolicy', 'HealthCheckPolicy', 'GCPTrafficDistributionPolicy'])
      expect(manifests.filter((manifest) => manifest.kind === kind)).toHaveLength(2);
  });

  test('are two Ingresses of one group on AWS', () => {
    const manifests = synth((chart) => {
      new AlbWebSocketIngress(chart, 'Chat', { ...web, group: 'web' });
      new AlbWebSocketIngress(chart, 'Board', {
        ...web,
        name: 'board',
        server: board,
        paths: ['/board/'],
        group: 'web',
      });
    });
    const groups = manifests.filter(({ kind }) => kind === 'Ingress').map(({ metadata }) => metadata.annotations);
    expect(groups.map((one) => one['alb.ingress.kubernetes.io/group.name'])).toEqual(['web', 'web']);
  });

  test.each([
    [[{ paths: ['/chat/'], server: board }], 'applications[0].paths[0]: "/chat/" goes to another application already'],
    [[{ paths: ['/x/'], server: chat }], 'applications[0].serviceName: "chat" is the Service of another application'],
    [[{ paths: [], server: board }], 'applications[0].paths: is empty'],
    [[{ paths: ['/x/'] }], 'applications[0].server: is missing'],
    [[{ paths: ['/x/'], server: board, affinity: 'sticky' }], 'applications[0].affinity: "sticky" is unknown'],
    [[{ paths: ['/x/'], server: board, host: 'a.b' }], 'applications[0].host: is not read by anything here'],
    [[{ paths: ['/x/'], service: { name: 'A', port: 80 } }], 'applications[0].service.name: "A" is not a Service name'],
    [[{ paths: ['x'], service: { name: 'a', port: 0 } }], 'applications[0].paths[0]: "x" is not a usable URL path'],
    [[{ paths: ['/x/'], server: board, healthCheck: { path: '/socket.io/' } }], 'applications[0].healthCheck.path: '],
    ['board', 'applications: "board" cannot be used here; give a list'],
    [['board'], 'applications[0]: "board" cannot be used here; give an application'],
  ])('fail where %j', (applications, message) => {
    const chart = new Chart(new App(), 'test');
    for (const Edge of [GkeWebSocketEdge, GatewayWebSocketIngress]) {
      const problems = problemsOf(() => new Edge(chart, `Edge-${Edge.name}`, { ...web, applications } as never));
      expect(problems[0]).toContain(message);
    }
  });
});

describe.each(PLATFORMS)('on %s', (platform) => {
  test('several hosts, a wildcard among them, lead to the same server', () => {
    const manifests = manifestsOn(platform, { props: { otherHosts: ['www.example.com', '*.chat.example.com'] } });
    const hosts = ['chat.example.com', 'www.example.com', '*.chat.example.com'];
    const ingress = manifests.find(({ kind }) => kind === 'Ingress');
    if (ingress !== undefined) {
      expect(ingress.spec.rules.map((rule: Yaml) => rule.host)).toEqual(hosts);
      expect(new Set(ingress.spec.rules.map((rule: Yaml) => JSON.stringify(rule.http))).size).toBe(1);
    } else {
      expect(only(manifests, 'HTTPRoute').spec.hostnames).toEqual(hosts);
      for (const listener of only(manifests, 'Gateway').spec.listeners) expect(listener).not.toHaveProperty('hostname');
    }
    for (const manifest of manifests) expect(schemaErrors(manifest, '1.37')).toEqual([]);
  });

  test('a host that is there twice, or no host, fails', () => {
    const wrong = ['chat.example.com', '*', '*.com', 'a.*.example.com', 'https://example.com'];
    expect(problemsOf(() => manifestsOn(platform, { props: { otherHosts: wrong } }))).toEqual([
      'otherHosts[0]: "chat.example.com" is there already; give each host once',
      ...wrong
        .slice(1)
        .map((host, i) => expect.stringContaining(`otherHosts[${i + 1}]: ${JSON.stringify(host)} is not a host`)),
    ]);
  });
});

describe('certificates on GKE', () => {
  test.each(['gce', 'gce-internal'] as const)('of a Secret, for all hosts, on %s', (platform) => {
    const manifests = manifestsOn(platform, {
      props: { otherHosts: ['*.example.com'], tls: { secret: secret('chat-tls') } },
    });
    const ingress = only(manifests, 'Ingress');
    expect(ingress.spec.tls).toEqual([{ hosts: ['chat.example.com', '*.example.com'], secretName: 'chat-tls' }]);
    // Plain HTTP is open for the redirect alone, which the internal balancer cannot make.
    expect(ingress.metadata.annotations['kubernetes.io/ingress.allow-http']).toBe(String(platform === 'gce'));
    expect(manifests.filter(({ kind }) => kind === 'ManagedCertificate')).toEqual([]);
    expect(manifests.filter(({ kind }) => kind === 'FrontendConfig')).toHaveLength(platform === 'gce' ? 1 : 0);
  });

  test.each(['gce', 'gce-internal'] as const)('that Google has already, on %s', (platform) => {
    const ingress = only(manifestsOn(platform, { props: { tls: { certificates: ['old', 'new'] } } }), 'Ingress');
    expect(ingress.metadata.annotations['ingress.gcp.kubernetes.io/pre-shared-cert']).toBe('old,new');
    expect(ingress.spec).not.toHaveProperty('tls');
  });

  test('managed, for every host', () => {
    const manifests = manifestsOn('gce', { props: { otherHosts: ['www.example.com'], tls: { managed: true } } });
    expect(only(manifests, 'ManagedCertificate').spec.domains).toEqual(['chat.example.com', 'www.example.com']);
  });

  test('fail where Google would refuse them', () => {
    expect(
      problemsOf(() => manifestsOn('gce', { props: { otherHosts: ['*.example.com'], tls: { managed: true } } })),
    ).toEqual([
      expect.stringMatching(
        /^otherHosts\[0\]: "\*\.example\.com" is a wildcard, which no managed certificate takes; name each host, or take/,
      ),
    ]);
    expect(problemsOf(() => manifestsOn('gce', { props: { tls: { certificates: ['Chat'] } } }))).toEqual([
      expect.stringMatching(/^tls\.certificates\[0\]: "Chat" is not a name for a Google Cloud resource/),
    ]);
  });
});

describe('a Gateway that is there already', () => {
  const gateway = { name: 'shared', namespace: 'gateways', sectionName: 'https' };

  test('gets the route, and keeps its listeners, addresses and certificates', () => {
    const manifests = synth((chart) => new GatewayWebSocketIngress(chart, 'Edge', { ...web, gateway }));
    expect(manifests.map(({ kind }) => kind).sort()).toEqual([
      'GCPBackendPolicy',
      'GCPTrafficDistributionPolicy',
      'HTTPRoute',
      'HealthCheckPolicy',
      'Service',
    ]);
    expect(only(manifests, 'HTTPRoute').spec.parentRefs).toEqual([
      { group: 'gateway.networking.k8s.io', kind: 'Gateway', ...gateway },
    ]);
  });

  test("fails to be told what is its owner's to say", () => {
    const chart = new Chart(new App(), 'test');
    const said = { address: 'a', sslPolicy: 'modern', redirectToHttps: true, tls: { certificates: ['chat'] } };
    expect(
      problemsOf(() => new GatewayWebSocketIngress(chart, 'Edge', { ...web, gateway: { name: 'A' }, ...said })),
    ).toEqual([
      expect.stringContaining('gateway.name: "A" is not a DNS name'),
      ...['tls', 'address', 'sslPolicy', 'redirectToHttps'].map((field) =>
        expect.stringContaining(`${field}: is said by the owner of the Gateway "A"; leave it out`),
      ),
    ]);
  });
});
