import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Chart, Testing } from 'cdk8s';
import { deriveTiming, WebSocketMonitors, type WebSocketMonitorsProps, WebSocketServer } from '../../lib';
import { WebSocketChart } from '../../lib/environments';
import type { Manifest } from '../../lib/manifest';
import { dashboard } from '../../lib/observability';
import { check } from '../../lib/rules';
import { ENVIRONMENTS } from '../../stacks/environments';
import { problemsOf } from '../problems';
import { KUBERNETES_VERSIONS, schemaErrors } from '../schemas/validate';

const OPERATORS = { PodMonitor, ServiceMonitor, PrometheusRule } as const;

type Given = Partial<Omit<WebSocketMonitorsProps, 'server'>>;

function synth(given: Given = {}, exporter = true): readonly Manifest[] {
  const chart = new Chart(Testing.app(), 'chat', { namespace: 'shop', disableResourceNameHashes: true });
  const server = new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat:1.0.0',
    port: 3001,
    metricsPort: 9090,
    replicas: 1,
    timing: deriveTiming(),
    proxy: { socketIo: { path: '/socket.io/' }, addressesAppended: 2, ...(exporter ? { exporter: {} } : {}) },
  });
  new WebSocketMonitors(chart, 'Monitors', { server, namespace: 'shop', collector: 'prometheus-operator', ...given });
  return Testing.synth(chart) as Manifest[];
}

const of = (manifests: readonly Manifest[], kind: string) =>
  manifests.filter((manifest) => manifest.kind === kind) as (Manifest & { readonly spec: Record<string, never> })[];

describe('Monitors of a workload that somebody else makes', () => {
  const kinds = (more: object) => {
    const chart = new Chart(Testing.app(), 'support', { namespace: 'support' });
    const known = { name: 'support', selector: { app: 'support' }, timing: deriveTiming(), metricsPort: 9100 };
    new WebSocketMonitors(chart, 'Monitors', {
      server: { ...known, maxConnections: undefined, exporterPort: undefined, ...more },
      namespace: 'support',
      collector: 'prometheus-operator',
    });
    return Testing.synth(chart).map(({ kind }) => kind);
  };

  test('shut nobody out: the first policy of its pods would keep out the clients', () => {
    expect(kinds({})).toEqual(['PodMonitor', 'PrometheusRule', 'ConfigMap']);
  });

  test('let the scrapers in where another policy shuts the pods in', () => {
    expect(kinds({ networkPolicy: true })).toEqual(['PodMonitor', 'NetworkPolicy', 'PrometheusRule', 'ConfigMap']);
  });
});

describe.each<[string, Given, readonly string[]]>([
  ['by pods', {}, ['PodMonitor', 'PrometheusRule']],
  ['by a Service', { by: 'service' }, ['ServiceMonitor', 'PrometheusRule']],
  ['by Google', { collector: 'google' }, ['PodMonitoring', 'Rules']],
])('Monitors %s', (_how, given, kinds) => {
  const manifests = synth(given);

  test.each(KUBERNETES_VERSIONS)('are what Kubernetes %s and the operators take', (version) => {
    for (const manifest of manifests) expect(schemaErrors(manifest, version)).toEqual([]);
    for (const kind of kinds) expect(of(manifests, kind)).toHaveLength(1);
  });

  test('pass the validators of the operator', () => {
    for (const [kind, Model] of Object.entries(OPERATORS)) {
      for (const manifest of of(manifests, kind)) {
        const model = new Model(manifest as never);
        expect(() => model.validate()).not.toThrow();
        const broken = new Model({ ...manifest, spec: { ...manifest.spec, selector: 1, groups: 1 } } as never);
        expect(() => broken.validate()).toThrow();
      }
    }
  });

  test('have nothing that the rules find', () => {
    expect(check(manifests).findings.filter(({ code }) => /^WS4/.test(code))).toEqual([]);
  });

  test('let the scrapers in, to the ports of the metrics and no other', () => {
    const [policy] = of(manifests, 'NetworkPolicy').filter(({ metadata }) => metadata.name === 'chat-metrics');
    expect(policy?.spec).toEqual({
      podSelector: { matchLabels: { app: 'chat' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: (given.collector === 'google' ? ['gmp-system', 'gke-gmp-system'] : ['monitoring']).map((name) => ({
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
          })),
          ports: [
            { protocol: 'TCP', port: 9090 },
            { protocol: 'TCP', port: 9113 },
          ],
        },
      ],
    });
  });
});

describe('The pods', () => {
  const [deployment] = of(synth(), 'Deployment');
  const { spec } = (deployment as unknown as { spec: { template: { spec: Record<string, never[]> } } }).spec.template;
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])] as {
    name: string;
    restartPolicy?: string;
    args?: string[];
    env?: object[];
    ports: { name: string; containerPort: number }[];
    resources: { limits: { memory: string } };
  }[];

  test('serve metrics on a port of their own, which the application is told', () => {
    const app = containers.find(({ name }) => name === 'chat');
    expect(app?.ports).toContainEqual({ name: 'metrics', containerPort: 9090, protocol: 'TCP' });
    expect(app?.env).toContainEqual({ name: 'METRICS_PORT', value: '9090' });
  });

  test('have an exporter that outlasts the application, with limits of its own and a listener that only the pod reaches', () => {
    const exporter = containers.find(({ name }) => name === 'nginx-exporter');
    expect(exporter).toMatchObject({
      restartPolicy: 'Always',
      args: ['--nginx.scrape-uri=http://127.0.0.1:8081/status', '--web.listen-address=:9113'],
      resources: { limits: { memory: '64Mi' } },
    });
    const conf = JSON.stringify(of(synth(), 'ConfigMap'));
    expect(conf).toContain('listen 127.0.0.1:8081');
    expect(conf).toContain('stub_status');
    expect(JSON.stringify(synth({}, false))).not.toMatch(/stub_status|nginx-exporter|nginx-metrics/);
  });
});

describe('What is wrong is said:', () => {
  test.each<[string, Given & { server?: object }, string]>([
    [
      'a collector that is none',
      { collector: 'grafana' as never },
      'collector: "grafana" is unknown; give one of google, prometheus-operator',
    ],
    ['Services for Google', { collector: 'google', by: 'service' }, 'by: "service" is nothing that Google'],
    ['a way of looking', { by: 'nodes' as never }, 'by: "nodes" is unknown; give "pods" or "service"'],
    [
      'an interval of two minutes',
      { intervalSeconds: 120 },
      'intervalSeconds: 120 is out of range; give a whole number from 5 to 60',
    ],
    ['nobody who may ask', { scraperNamespaces: [] }, 'scraperNamespaces: is empty'],
    [
      'a page with a heading',
      { runbookUrl: 'https://example.com/#x' },
      'runbookUrl: "https://example.com/#x" is no address without a "#"',
    ],
    ['goals without a budget', { goals: { handshakes: 1 } }, 'goals.handshakes: 1 is out of range'],
    [
      'a field that nobody reads',
      { labls: {} } as never,
      'labls: is not read by anything here; did you mean "labels"?',
    ],
  ])('%s', (_what, given, sentence) => {
    expect(problemsOf(() => synth(given))).toEqual([expect.stringContaining(sentence)]);
  });

  test('a server whose name or labels are none, or select everything', () => {
    const server = {
      name: 'ch"at}',
      selector: {},
      timing: deriveTiming(),
      maxConnections: undefined,
      metricsPort: 9090,
      exporterPort: undefined,
    };
    const make = (given: object) => () =>
      new WebSocketMonitors(Testing.chart(), 'Monitors', {
        server: { ...server, ...given },
        namespace: 'shop',
        collector: 'google',
      });
    expect(problemsOf(make({}))).toEqual([
      expect.stringContaining('server.name'),
      expect.stringContaining('server.selector: is empty'),
    ]);
    expect(problemsOf(make({ name: 'chat', selector: { app: 'a"b' } }))).toEqual([
      expect.stringContaining('server.selector.app'),
    ]);
  });

  test.each<[string, object, string]>([
    ['no timing', { timing: {} }, 'server.timing: has no usable pingIntervalSeconds'],
    ['a port in quotes', { metricsPort: '9090' }, 'server.metricsPort: "9090" cannot be used here; give a number'],
    ['a port that is none', { metricsPort: 0 }, 'server.metricsPort: 0 is not a port'],
    ["half a port of nginx's exporter", { exporterPort: 91.13 }, 'server.exporterPort: 91.13 is not a port'],
    ['connections that are no number', { maxConnections: Number.NaN }, 'server.maxConnections: NaN is out of range'],
    ['a label without a value', { selector: { app: null } }, 'server.selector.app: null cannot be used here'],
    ['labels as a text', { selector: 'app=chat' }, 'server.selector: "app=chat" cannot be used here'],
    ['a policy that is a name', { networkPolicy: 'chat' }, 'server.networkPolicy: "chat" cannot be used here'],
    ['no name', { name: undefined }, 'server.name: is missing; give text'],
  ])('a literal of a server with %s: it would stand in the dashboard as it is', (_name, wrong, sentence) => {
    const server = {
      ...{ name: 'chat', selector: { app: 'chat' }, timing: deriveTiming(), metricsPort: 9090 },
      ...{ maxConnections: undefined, exporterPort: undefined, ...wrong },
    };
    const make = () =>
      new WebSocketMonitors(Testing.chart(), 'Monitors', { server, namespace: 'shop', collector: 'google' });
    expect(problemsOf(make)).toEqual([expect.stringContaining(sentence)]);
  });

  test('metrics on the port that clients reach', () => {
    const server = (metricsPort: number) => () =>
      new WebSocketServer(Testing.chart(), 'Server', {
        name: 'chat',
        image: 'chat:1.0.0',
        port: 3001,
        metricsPort,
        replicas: 1,
        timing: deriveTiming(),
        proxy: { socketIo: { path: '/socket.io/' }, addressesAppended: 2, exporter: {} },
      });
    for (const port of [3001, 8080])
      expect(problemsOf(server(port))).toEqual([
        `metricsPort: ${port} is what clients reach, and the metrics would be public; give another port, such as 9090`,
      ]);
    for (const port of [9113, 8081])
      expect(problemsOf(server(port))).toEqual([
        `metricsPort: ${port} is nginx's own; give another port, such as 9090`,
      ]);
  });
});

describe.each(ENVIRONMENTS.map((environment) => [environment.name, environment] as const))(
  '%s',
  (_name, environment) => {
    const chart = new WebSocketChart(Testing.app(), environment);
    const manifests = Testing.synth(chart) as Manifest[];

    test('is scraped by Google, as its platform has it, and shown', () => {
      expect(of(manifests, 'PodMonitoring')).toHaveLength(1);
      const shown = manifests.find(({ metadata }) => metadata.labels?.grafana_dashboard === '1') as Manifest & {
        readonly data: Readonly<Record<string, string>>;
      };
      const { server } = chart;
      expect(JSON.parse(Object.values(shown.data)[0] as string)).toEqual(
        JSON.parse(
          JSON.stringify(
            dashboard({
              namespace: environment.namespace,
              name: server.name,
              timing: server.timing,
              maxConnections: 4096,
            }),
          ),
        ),
      );
    });

    test('wakes somebody, or nobody', () => {
      expect(of(manifests, 'Rules')).toHaveLength(environment.name === 'dev' ? 0 : 1);
    });
  },
);
