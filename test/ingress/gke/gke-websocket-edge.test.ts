import { Chart, Duration } from 'cdk8s';
import { GkeWebSocketEdge } from '../../../lib/ingress';
import { HoldfastApp } from '../../../lib/synth';
import { deriveTiming } from '../../../lib/timing';
import { GOOGLE_BALANCER_RANGES, WebSocketServer } from '../../../lib/workload';
import { problemsOf } from '../../problems';
import { manifestsOn, only, TIMING } from '../support';

const managed = { managed: true } as const;

test('makes the five objects of an Ingress on GKE, which refer to each other', () => {
  const manifests = manifestsOn('gce', { props: { tls: managed, sslPolicy: 'modern', address: 'chat-address' } });
  expect(only(manifests, 'Service').metadata.annotations['cloud.google.com/backend-config']).toBe(
    JSON.stringify({ default: only(manifests, 'BackendConfig').metadata.name }),
  );
  expect(only(manifests, 'Ingress').metadata.annotations).toEqual({
    'cloud.google.com/websocket-max-idle-timeout': '86400',
    'kubernetes.io/ingress.allow-http': 'true',
    'kubernetes.io/ingress.class': 'gce',
    'kubernetes.io/ingress.global-static-ip-name': 'chat-address',
    'networking.gke.io/managed-certificates': only(manifests, 'ManagedCertificate').metadata.name,
    'networking.gke.io/v1beta1.FrontendConfig': only(manifests, 'FrontendConfig').metadata.name,
  });
  expect(only(manifests, 'FrontendConfig').spec).toMatchObject({
    sslPolicy: 'modern',
    redirectToHttps: { enabled: true },
  });
});

test('writes the BackendConfig that the documents describe for the chat backend, but for what cannot work', () => {
  const manifests = manifestsOn('gce', {
    timing: { ...TIMING, affinityTtl: Duration.hours(24) },
    props: {
      affinity: 'clientAddress',
      healthCheck: { checkIntervalSeconds: 10, unhealthyThreshold: 3 },
    },
  });
  expect(only(manifests, 'BackendConfig')).toMatchObject({
    metadata: { name: 'chat-backend-config' },
    spec: {
      // 80 would be the life of every connection here, and a drain of 30 s would cut what the pods still serve.
      timeoutSec: 86_400,
      connectionDraining: { drainingTimeoutSec: 170 },
      sessionAffinity: { affinityType: 'CLIENT_IP', affinityCookieTtlSec: 0 },
      healthCheck: {
        checkIntervalSec: 10,
        timeoutSec: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
        type: 'HTTP',
        requestPath: '/health',
      },
    },
  });
});

test('fails once for each thing that is wrong, though several parts look at it', () => {
  expect(problemsOf(() => manifestsOn('gce', { props: { host: 'chat', tls: managed } }))).toEqual([
    expect.stringMatching(/^host: "chat" is not a host/),
  ]);
});

test('refuses a certificate that its class cannot serve', () => {
  expect(problemsOf(() => manifestsOn('gce', { props: { tls: { certificateMap: 'chat' } } }))).toEqual([
    'tls: cannot come from "certificateMap" on the classic Application Load Balancer (Ingress class gce); give "managed" or "secret" or "certificates"',
  ]);
  expect(problemsOf(() => manifestsOn('gce-internal', { props: { tls: managed } }))).toEqual([
    'tls: cannot come from "managed" on the internal Application Load Balancer (Ingress class gce-internal); give "secret" or "certificates"',
  ]);
});

test('gives every part the name that it is told', () => {
  const names = { backendConfig: 'b', frontendConfig: 'f', certificate: 'c' };
  const manifests = manifestsOn('gce', { props: { tls: managed, names } });
  expect(only(manifests, 'BackendConfig').metadata.name).toBe('b');
  expect(only(manifests, 'FrontendConfig').metadata.name).toBe('f');
  expect(only(manifests, 'ManagedCertificate').metadata.name).toBe('c');
  const wrong = { backendConfig: 'B', frontendConfig: 'F', certificate: 'C' };
  expect(problemsOf(() => manifestsOn('gce', { props: { tls: managed, names: wrong } }))).toEqual([
    expect.stringContaining('names.backendConfig: "B" is not a DNS name'),
    expect.stringContaining('names.frontendConfig: "F" is not a DNS name'),
    expect.stringContaining('names.certificate: "C" is not a DNS name'),
  ]);
});

test('fails on a TLS policy where nothing is served over TLS', () => {
  expect(problemsOf(() => manifestsOn('gce', { props: { sslPolicy: 'modern' } }))).toEqual([
    'sslPolicy: is for TLS; give tls, or leave it out',
  ]);
});

test('fails on a host that is too long for a certificate, under the name that it was given', () => {
  const host = `${'a'.repeat(60)}.example.com`;
  expect(problemsOf(() => manifestsOn('gce', { props: { tls: managed, host } }))).toEqual([
    expect.stringMatching(/^host: .* has 72 characters; a managed certificate takes at most 63/),
  ]);
});

test('refuses a class that the controller ignores', () => {
  expect(problemsOf(() => manifestsOn('gce', { props: { ingressClass: 'nginx' } as never }))).toEqual([
    expect.stringContaining('ingressClass: "nginx" is ignored by GKE'),
  ]);
});

describe('two edges in one chart', () => {
  const both = (second: object) => {
    const app = new HoldfastApp({ outdir: '/nowhere' });
    const chart = new Chart(app, 'chat', { namespace: 'chat' });
    for (const [id, more] of [['a', {}] as const, ['b', second] as const]) {
      const server = new WebSocketServer(chart, id, {
        name: id,
        image: 'chat:1.0.0',
        port: 3000,
        timing: deriveTiming(),
        replicas: 1,
        traffic: { ingressFrom: [...GOOGLE_BALANCER_RANGES, '10.129.0.0/23'] },
      });
      new GkeWebSocketEdge(chart, `${id}-edge`, { name: id, host: 'chat.example.com', server, ...more });
    }
    return problemsOf(() => app.files());
  };

  test('fail on one host, of which only one would ever see a client', () => {
    expect(both({})).toEqual([
      expect.stringMatching(
        /^chat\/a-edge\/Ingress: host: "chat.example.com" is that of chat\/b-edge\/Ingress as well/,
      ),
      expect.stringMatching(/^chat\/b-edge\/Ingress: host: /),
    ]);
  });

  test('may have hosts of their own, or be one inside and one outside', () => {
    expect(both({ host: 'other.example.com' })).toEqual([]);
    expect(both({ ingressClass: 'gce-internal' })).toEqual([]);
  });
});
