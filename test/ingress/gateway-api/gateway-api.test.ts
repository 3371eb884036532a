import { GCPBackendPolicy } from '@kubernetes-models/gke/networking.gke.io/v1/GCPBackendPolicy';
import { GCPGatewayPolicy } from '@kubernetes-models/gke/networking.gke.io/v1/GCPGatewayPolicy';
import { GCPTrafficDistributionPolicy } from '@kubernetes-models/gke/networking.gke.io/v1/GCPTrafficDistributionPolicy';
import { HealthCheckPolicy } from '@kubernetes-models/gke/networking.gke.io/v1/HealthCheckPolicy';
import { problemsOf } from '../../problems';
import { schemaErrors } from '../../schemas/validate';
import { manifestsOn, only, PLATFORMS, secret, TRAFFIC, type Yaml } from '../support';

const CLASSES = PLATFORMS.filter((platform) => platform.startsWith('gke-'));
const GLOBAL = 'gke-l7-global-external-managed';
const full = {
  tls: { certificates: ['chat-one', 'chat-two'] },
  sslPolicy: 'modern',
  address: 'chat-address',
  securityPolicy: 'chat-armor',
  logSampleRate: 0.1,
  healthCheck: { path: '/ready', port: 9000 },
};

test('a Gateway has a listener for each scheme, for its host and its namespace only', () => {
  const gateway = only(manifestsOn(GLOBAL, { props: full }), 'Gateway');
  const allowedRoutes = { namespaces: { from: 'Same' } };
  expect(gateway.spec).toEqual({
    gatewayClassName: GLOBAL,
    addresses: [{ type: 'NamedAddress', value: 'chat-address' }],
    listeners: [
      { name: 'http', protocol: 'HTTP', port: 80, hostname: 'chat.example.com', allowedRoutes },
      {
        name: 'https',
        protocol: 'HTTPS',
        port: 443,
        hostname: 'chat.example.com',
        allowedRoutes,
        tls: { mode: 'Terminate', options: { 'networking.gke.io/pre-shared-certs': 'chat-one,chat-two' } },
      },
    ],
  });
});

test('a certificate comes from a Secret, from Google, or from a map on the Gateway', () => {
  const fromSecret = only(manifestsOn(GLOBAL, { props: { tls: { secret: secret('chat-tls') } } }), 'Gateway');
  expect(fromSecret.spec.listeners[1].tls).toEqual({
    mode: 'Terminate',
    certificateRefs: [{ group: '', kind: 'Secret', name: 'chat-tls' }],
  });
  const fromMap = only(manifestsOn(GLOBAL, { props: { tls: { certificateMap: 'chat-map' } } }), 'Gateway');
  expect(fromMap.metadata.annotations).toEqual({ 'networking.gke.io/certmap': 'chat-map' });
  expect(fromMap.spec.listeners[1]).not.toHaveProperty('tls');
  expect(only(manifestsOn(GLOBAL), 'Gateway').spec.listeners).toHaveLength(1);
});

test('the route goes over HTTPS, and plain HTTP is redirected', () => {
  const manifests = manifestsOn(GLOBAL, { props: { ...full, paths: ['/socket.io/', '/api/'] } });
  expect(only(manifests, 'HTTPRoute', 'chat').spec).toEqual({
    parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat', sectionName: 'https' }],
    hostnames: ['chat.example.com'],
    rules: [
      {
        matches: [
          { path: { type: 'PathPrefix', value: '/socket.io/' } },
          { path: { type: 'PathPrefix', value: '/api/' } },
        ],
        backendRefs: [{ group: '', kind: 'Service', name: 'chat-backend', port: 3001, weight: 1 }],
      },
    ],
  });
  expect(only(manifests, 'HTTPRoute', 'chat-redirect').spec).toMatchObject({
    parentRefs: [{ sectionName: 'http' }],
    rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }],
  });
  const plain = manifestsOn(GLOBAL);
  expect(only(plain, 'HTTPRoute').spec.parentRefs[0].sectionName).toBe('http');
  const withoutRedirect = manifestsOn(GLOBAL, { props: { ...full, redirectToHttps: false } });
  expect(withoutRedirect.filter((m) => m.kind === 'HTTPRoute')).toHaveLength(1);
});

test.each(CLASSES)(
  'no route on %s has timeouts, which the controller refuses, nor a hint for WebSocket',
  (platform) => {
    const text = JSON.stringify(manifestsOn(platform));
    expect(text).not.toMatch(/"timeouts"|"retry"|"sessionPersistence"|"appProtocol"/);
  },
);

test('the health check is complete, and says which port it asks', () => {
  expect(only(manifestsOn(GLOBAL), 'HealthCheckPolicy').spec).toEqual({
    default: {
      checkIntervalSec: 15,
      timeoutSec: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 5,
      logConfig: { enabled: false },
      config: {
        type: 'HTTP',
        httpHealthCheck: { requestPath: '/health', portSpecification: 'USE_SERVING_PORT' },
      },
    },
    targetRef: { group: '', kind: 'Service', name: 'chat-backend' },
  });
  expect(only(manifestsOn(GLOBAL, { props: full }), 'HealthCheckPolicy').spec.default.config.httpHealthCheck).toEqual({
    requestPath: '/ready',
    portSpecification: 'USE_FIXED_PORT',
    port: 9000,
  });
});

test('logging is always written, because its default is the opposite of that behind an Ingress', () => {
  const logging = (rate?: number) =>
    only(manifestsOn(GLOBAL, rate === undefined ? {} : { props: { logSampleRate: rate } }), 'GCPBackendPolicy').spec
      .default.logging;
  expect(logging()).toEqual({ enabled: true, sampleRate: 1_000_000 });
  expect(logging(0.1)).toEqual({ enabled: true, sampleRate: 100_000 });
  expect(logging(0)).toEqual({ enabled: false });
});

test('the clients’ side has a policy where there is something to say', () => {
  const policy = only(manifestsOn(GLOBAL, { props: full }), 'GCPGatewayPolicy');
  expect(policy.spec).toEqual({
    default: { sslPolicy: 'modern' },
    targetRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat' },
  });
  expect(manifestsOn(GLOBAL).some((m) => m.kind === 'GCPGatewayPolicy')).toBe(false);
  expect(only(manifestsOn('gke-l7-rilb'), 'GCPGatewayPolicy').spec.default).toEqual({ allowGlobalAccess: false });
  const open = manifestsOn('gke-l7-rilb', { props: { globalAccess: true } });
  expect(only(open, 'GCPGatewayPolicy').spec.default).toEqual({ allowGlobalAccess: true });
});

test('a Cloud Armor policy is attached by name', () => {
  expect(only(manifestsOn(GLOBAL, { props: full }), 'GCPBackendPolicy').spec.default.securityPolicy).toBe('chat-armor');
  expect(only(manifestsOn(GLOBAL), 'GCPBackendPolicy').spec.default).not.toHaveProperty('securityPolicy');
});

test.each(CLASSES)('every object on %s validates, also by the package with the GKE types', (platform) => {
  const validators: Readonly<Record<string, new (manifest: never) => { validate(): void }>> = {
    GCPBackendPolicy,
    GCPGatewayPolicy,
    GCPTrafficDistributionPolicy,
    HealthCheckPolicy,
  };
  const { tls, address } = full;
  const manifests = manifestsOn(platform, { props: { tls, address, sslPolicy: 'modern' } });
  for (const manifest of manifests as Yaml[]) {
    expect(schemaErrors(manifest, '1.37')).toEqual([]);
    const Validator = validators[manifest.kind];
    if (Validator !== undefined) new Validator(manifest as never).validate();
  }
  expect(manifests.filter((m) => validators[m.kind] !== undefined)).toHaveLength(platform === 'gke-l7-gxlb' ? 3 : 4);
});

test('fails a field that no schema knows, so that the validation can be trusted', () => {
  const route = structuredClone(only(manifestsOn(GLOBAL), 'HTTPRoute'));
  route.spec.rules[0].timeout = { request: '80s' };
  expect(schemaErrors(route, '1.37')).toEqual(['HTTPRoute/chat: /spec/rules/0 unknown field "timeout"']);
  const policy = structuredClone(only(manifestsOn(GLOBAL), 'GCPBackendPolicy'));
  policy.spec.default.sessionAffinity.cookieTtlSec = 1_209_601;
  expect(schemaErrors(policy, '1.37')).toEqual([expect.stringContaining('cookieTtlSec must be <= 1209600')]);
});

test('fails on a class that is not known, and on everything else that is wrong', () => {
  expect(problemsOf(() => manifestsOn(GLOBAL, { props: { gatewayClass: 'istio' as never, host: 'x' } }))).toEqual([
    expect.stringMatching(/^gatewayClass: "istio" is not a class of GKE that is known here; give one of gke-l7-global/),
    expect.stringMatching(/^host: "x" is not a host/),
  ]);
});

test('fails with every wrong property', () => {
  const props = {
    tls: { certificates: ['Chat'] },
    address: 'Chat',
    sslPolicy: 'Modern',
    securityPolicy: 'Armor',
    globalAccess: true,
    logSampleRate: 2,
    healthCheck: { checkIntervalSeconds: 5, timeoutSeconds: 6 },
  };
  expect(problemsOf(() => manifestsOn(GLOBAL, { props }))).toEqual([
    expect.stringContaining('healthCheck.timeoutSeconds: 6 s is longer than the interval of 5 s'),
    expect.stringContaining('tls.certificates[0]: "Chat"'),
    expect.stringContaining('address: "Chat"'),
    expect.stringContaining('sslPolicy: "Modern"'),
    'globalAccess: is for internal gateways (gke-l7-rilb); leave it out with gke-l7-global-external-managed',
    'logSampleRate: 2 is out of range; give a number from 0 to 1',
    expect.stringContaining('securityPolicy: "Armor"'),
  ]);
});

test('refuses a map of certificates on a regional class', () => {
  const platform = 'gke-l7-regional-external-managed';
  const props = { tls: { certificateMap: 'chat' } };
  expect(problemsOf(() => manifestsOn(platform, { props, server: { traffic: TRAFFIC[platform] } }))).toEqual([
    expect.stringMatching(
      /^tls: cannot come from "certificateMap" on the regional .*; give "secret" or "certificates"$/,
    ),
  ]);
});
