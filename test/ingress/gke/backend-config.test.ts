import { App, Chart, Duration, Testing } from 'cdk8s';
import { BackendConfig, type BackendConfigProps } from '../../../lib/ingress';
import type { Affinity } from '../../../lib/ingress/affinity';
import { deriveTiming } from '../../../lib/timing';
import { problemsOf } from '../../problems';
import { schemaErrors } from '../../schemas/validate';

/** biome-ignore lint/suspicious/noExplicitAny: manifests are read like the YAML they become */
type Yaml = any;

const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(25) });

function chart(): Chart {
  return new Chart(new App(), 'test', { namespace: 'production' });
}

function backendConfig(props: Partial<BackendConfigProps> = {}): Yaml {
  const scope = chart();
  new BackendConfig(scope, 'BackendConfig', { name: 'chat-backend-config', timing, ...props });
  return Testing.synth(scope)[0];
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
