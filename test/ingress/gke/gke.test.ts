import { App, Chart, Duration, Testing } from 'cdk8s';
import {
  BackendConfig,
  type BackendConfigProps,
  FrontendConfig,
  GkeWebSocketIngress,
  type GkeWebSocketIngressProps,
  ManagedCertificate,
  NegService,
} from '../../../lib/ingress';
import type { Affinity } from '../../../lib/ingress/affinity';
import type { Manifest } from '../../../lib/manifest';
import { deriveTiming } from '../../../lib/timing';
import { WebSocketServer } from '../../../lib/workload';
import { problemsOf } from '../../problems';
import { schemaErrors } from '../../schemas/validate';

/** biome-ignore lint/suspicious/noExplicitAny: manifests are read like the YAML they become */
type Yaml = any;

const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(25) });
const proxy = { socketIo: { path: '/socket.io/' }, addressesAppended: 2 };

function chart(): Chart {
  return new Chart(new App(), 'test', { namespace: 'production' });
}

function backendConfig(props: Partial<BackendConfigProps> = {}): Yaml {
  const scope = chart();
  new BackendConfig(scope, 'BackendConfig', { name: 'chat-backend-config', timing, ...props });
  return Testing.synth(scope)[0];
}

interface Edge {
  readonly backend?: Partial<BackendConfigProps>;
  readonly behindProxy?: boolean;
  readonly certificate?: boolean;
  readonly frontend?: { readonly redirectToHttps?: boolean; readonly sslPolicy?: string };
  readonly ingress?: Partial<GkeWebSocketIngressProps>;
}

function edge({
  backend,
  behindProxy = false,
  certificate = true,
  frontend,
  ingress,
}: Edge = {}): ReadonlyMap<string, Yaml> {
  const scope = chart();
  const server = new WebSocketServer(scope, 'Server', {
    name: 'chat-backend',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing,
    adapter: { kind: 'none', podsAreIndependent: true },
    ...(behindProxy ? { proxy } : {}),
  });
  const config = new BackendConfig(scope, 'BackendConfig', { name: 'chat-backend-config', timing, ...backend });
  const service = new NegService(scope, 'Service', { name: 'chat-backend', server, backendConfig: config });
  new GkeWebSocketIngress(scope, 'Ingress', {
    name: 'chat-ingress',
    host: 'chat.example.com',
    service,
    ...(certificate
      ? {
          certificate: new ManagedCertificate(scope, 'Certificate', {
            name: 'chat-certificate',
            domains: ['chat.example.com'],
          }),
        }
      : {}),
    ...(frontend === undefined
      ? {}
      : { frontendConfig: new FrontendConfig(scope, 'FrontendConfig', { name: 'chat-frontend', ...frontend }) }),
    ...ingress,
  });
  return new Map((Testing.synth(scope) as Manifest[]).map((manifest) => [manifest.kind, manifest]));
}

describe('BackendConfig', () => {
  test('writes every field that it manages, because the controller reverts none', () => {
    expect(backendConfig().spec).toEqual({
      timeoutSec: 86_400,
      connectionDraining: { drainingTimeoutSec: 170 },
      sessionAffinity: { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: 86_400 },
      healthCheck: {
        type: 'HTTP',
        requestPath: '/health',
        checkIntervalSec: 15,
        timeoutSec: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 5,
      },
      logging: { enable: true, sampleRate: 1 },
      cdn: { enabled: false },
    });
  });

  test('has a timeout that is a lifetime on the classic balancer and an idle timeout on the internal one', () => {
    expect(backendConfig({ ingressClass: 'gce' }).spec.timeoutSec).toBe(86_400);
    expect(backendConfig({ ingressClass: 'gce-internal' }).spec.timeoutSec).toBe(80);
  });

  test.each<[Affinity, string, number]>([
    ['cookie', 'GENERATED_COOKIE', 86_400],
    ['clientAddress', 'CLIENT_IP', 0],
    ['none', 'NONE', 0],
  ])('binds a client by %s, and only a cookie has a lifetime', (affinity, affinityType, affinityCookieTtlSec) => {
    expect(backendConfig({ affinity }).spec.sessionAffinity).toEqual({ affinityType, affinityCookieTtlSec });
  });

  test('takes the documented health checks, another path, and a port only when it is named', () => {
    const healthCheck = {
      path: '/theia/',
      checkIntervalSeconds: 10,
      timeoutSeconds: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    };
    expect(backendConfig({ healthCheck }).spec.healthCheck).toEqual({
      type: 'HTTP',
      requestPath: '/theia/',
      checkIntervalSec: 10,
      timeoutSec: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    });
    expect(backendConfig({ healthCheck: { port: 9000 } }).spec.healthCheck.port).toBe(9000);
  });

  test('logs the part that is asked for, and nothing at zero', () => {
    expect(backendConfig({ logSampleRate: 0.25 }).spec.logging).toEqual({ enable: true, sampleRate: 0.25 });
    expect(backendConfig({ logSampleRate: 0 }).spec.logging).toEqual({ enable: false, sampleRate: 0 });
  });

  test('attaches a security policy, detaches it, or leaves the one that is there', () => {
    expect(backendConfig({ securityPolicy: 'armor' }).spec.securityPolicy).toEqual({ name: 'armor' });
    expect(backendConfig({ securityPolicy: '' }).spec.securityPolicy).toEqual({ name: '' });
    expect(backendConfig().spec).not.toHaveProperty('securityPolicy');
  });

  test('is valid for the schema of GKE in each form', () => {
    for (const props of [
      {},
      { ingressClass: 'gce-internal' },
      { affinity: 'none' },
      { securityPolicy: 'armor' },
      { healthCheck: { port: 9000 } },
    ] as const) {
      expect(schemaErrors(backendConfig(props), '1.28')).toEqual([]);
    }
  });

  test('fails where 80 s would be the life of every connection', () => {
    const short = deriveTiming({ maxConnectionLifetime: Duration.seconds(80) });
    expect(problemsOf(() => backendConfig({ timing: short }))).toEqual([
      expect.stringContaining('timing.maxConnectionLifetime: 80 s would cut every connection every 80 s'),
    ]);
  });

  test.each<[string, Partial<BackendConfigProps>, string]>([
    [
      'a class that GKE ignores',
      { ingressClass: 'nginx' as never },
      'ingressClass: "nginx" is ignored by GKE\'s Ingress controller; give "gce" (external) or "gce-internal"',
    ],
    [
      'an affinity that nobody knows',
      { affinity: 'CLIENT_IP' as never },
      'affinity: "CLIENT_IP" is unknown; give one of cookie, clientAddress, none',
    ],
    [
      'a check longer than its interval',
      { healthCheck: { checkIntervalSeconds: 5, timeoutSeconds: 6 } },
      'healthCheck.timeoutSeconds: 6 s is longer than the interval of 5 s',
    ],
    [
      'a check of the Socket.IO endpoint',
      { healthCheck: { path: '/theia/socket.io/' } },
      'healthCheck.path: "/theia/socket.io/" is the Socket.IO endpoint',
    ],
    [
      'a sample rate above one',
      { logSampleRate: 100 },
      'logSampleRate: 100 is out of range; give a number from 0 to 1',
    ],
  ])('fails on %s', (_name, props, message) => {
    expect(problemsOf(() => backendConfig(props))).toEqual([expect.stringContaining(message)]);
  });

  test('fails on an affinity TTL that the platform refuses, before it gets here', () => {
    expect(problemsOf(() => deriveTiming({ affinityTtl: Duration.seconds(86_401) }))).toEqual([
      expect.stringContaining('set affinityTtl to at most 86400 s'),
    ]);
  });
});

describe('NegService', () => {
  const service = edge().get('Service');

  test('reaches pods directly, over HTTP/1.1, with its own BackendConfig', () => {
    expect(service.metadata.annotations).toEqual({
      'cloud.google.com/neg': '{"ingress":true}',
      'cloud.google.com/backend-config': '{"default":"chat-backend-config"}',
      'cloud.google.com/app-protocols': '{"http":"HTTP"}',
    });
    expect(service.spec).toMatchObject({
      type: 'ClusterIP',
      selector: { app: 'chat-backend' },
      ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 3001 }],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_400 } },
    });
  });

  test('goes to the proxy where there is one', () => {
    expect(edge({ behindProxy: true }).get('Service').spec.ports[0].targetPort).toBe(8080);
  });

  test('fails on a name that is no Service name', () => {
    const scope = chart();
    const server = new WebSocketServer(scope, 'Server', {
      name: 'a',
      image: 'a:1',
      port: 3001,
      timing,
      replicas: 1,
    });
    const config = new BackendConfig(scope, 'BackendConfig', { name: 'a', timing });
    expect(
      problemsOf(() => new NegService(scope, 'Service', { name: '3001-chat', server, backendConfig: config })),
    ).toEqual([expect.stringContaining('name: "3001-chat" is not a Service name')]);
  });
});

describe('GkeWebSocketIngress', () => {
  test('states its class in the annotation, because GKE skips an Ingress that states it in the field', () => {
    const { metadata, spec } = edge().get('Ingress');
    expect(metadata.annotations['kubernetes.io/ingress.class']).toBe('gce');
    expect(spec).not.toHaveProperty('ingressClassName');
  });

  test('routes host and paths to the Service', () => {
    expect(edge({ ingress: { paths: ['/theia', '/health'] } }).get('Ingress').spec).toEqual({
      rules: [
        {
          host: 'chat.example.com',
          http: {
            paths: ['/theia', '/health'].map((path) => ({
              path,
              pathType: 'Prefix',
              backend: { service: { name: 'chat-backend', port: { number: 80 } } },
            })),
          },
        },
      ],
    });
  });

  test('carries the annotation that people look for, with the value that the BackendConfig makes true', () => {
    expect(edge().get('Ingress').metadata.annotations['cloud.google.com/websocket-max-idle-timeout']).toBe('86400');
    expect(
      edge({ backend: { ingressClass: 'gce-internal' }, certificate: false }).get('Ingress').metadata.annotations,
    ).not.toHaveProperty(['cloud.google.com/websocket-max-idle-timeout']);
  });

  test('refers to certificate, address and frontend by objects and names', () => {
    expect(
      edge({ frontend: { sslPolicy: 'modern' }, ingress: { address: 'chat-address' } }).get('Ingress').metadata
        .annotations,
    ).toMatchObject({
      'kubernetes.io/ingress.allow-http': 'true',
      'kubernetes.io/ingress.global-static-ip-name': 'chat-address',
      'networking.gke.io/managed-certificates': 'chat-certificate',
      'networking.gke.io/v1beta1.FrontendConfig': 'chat-frontend',
    });
  });

  test('keeps plain HTTP only where it redirects, or where there is no certificate', () => {
    const allowHttp = (of: Edge) => edge(of).get('Ingress').metadata.annotations['kubernetes.io/ingress.allow-http'];
    expect(allowHttp({ frontend: {} })).toBe('true');
    expect(allowHttp({})).toBe('false');
    expect(allowHttp({ certificate: false })).toBe('true');
  });

  test('takes an address of the region for the internal class', () => {
    expect(
      edge({ backend: { ingressClass: 'gce-internal' }, certificate: false, ingress: { address: 'internal' } }).get(
        'Ingress',
      ).metadata.annotations,
    ).toMatchObject({
      'kubernetes.io/ingress.class': 'gce-internal',
      'kubernetes.io/ingress.regional-static-ip-name': 'internal',
    });
  });

  test('carries no annotation of another controller', () => {
    for (const key of Object.keys(edge({ frontend: {} }).get('Ingress').metadata.annotations)) {
      expect(key).not.toMatch(/nginx|alb\.ingress/);
    }
  });

  test('fails on a host with a scheme, a certificate for another host, a redirect without certificate', () => {
    expect(problemsOf(() => edge({ ingress: { host: 'https://chat.example.com' } }))).toEqual([
      expect.stringContaining('did you mean "chat.example.com"?'),
      expect.stringContaining('certificate: is valid for chat.example.com, not for "https://chat.example.com"'),
    ]);
    expect(problemsOf(() => edge({ certificate: false, frontend: {} }))).toEqual([
      'frontendConfig: redirects to HTTPS, but there is no certificate to serve it with; give a certificate, or turn the redirect off',
    ]);
  });

  test('fails where the internal class is given what only the external one has', () => {
    expect(problemsOf(() => edge({ backend: { ingressClass: 'gce-internal' }, frontend: {} }))).toEqual([
      expect.stringContaining('frontendConfig: is not supported by class "gce-internal"'),
      expect.stringContaining('certificate: is for class "gce"'),
    ]);
  });
});

describe('FrontendConfig and ManagedCertificate', () => {
  test('redirect permanently, and write the TLS policy even when there is none', () => {
    expect(edge({ frontend: {} }).get('FrontendConfig').spec).toEqual({
      redirectToHttps: { enabled: true, responseCodeName: 'MOVED_PERMANENTLY_DEFAULT' },
      sslPolicy: '',
    });
    expect(edge({ frontend: { sslPolicy: 'modern' } }).get('FrontendConfig').spec.sslPolicy).toBe('modern');
  });

  test('fails on wildcards, too many domains and long ones', () => {
    const certificate = (domains: readonly string[]) => () =>
      new ManagedCertificate(chart(), 'Certificate', { name: 'c', domains });
    expect(problemsOf(certificate(['*.example.com']))).toEqual([
      expect.stringContaining('domains[0]: "*.example.com" is a wildcard'),
    ]);
    expect(problemsOf(certificate([]))).toEqual(['domains: 0 domains are out of range; give 1 to 100']);
    expect(problemsOf(certificate([`${'a'.repeat(60)}.example.com`]))).toEqual([
      expect.stringContaining('has 72 characters; a managed certificate takes at most 63'),
    ]);
  });
});

test('everything at the edge is valid for its schema', () => {
  for (const manifest of edge({ behindProxy: true, frontend: {}, ingress: { address: 'a' } }).values()) {
    expect(schemaErrors(manifest, '1.28')).toEqual([]);
    expect(schemaErrors(manifest, '1.37')).toEqual([]);
  }
});
