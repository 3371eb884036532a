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
