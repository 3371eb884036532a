import type { Manifest } from '../../lib/manifest';
import * as system from '../../lib/system';
import { googleHealthCheck } from '../../lib/system/platforms/google-health-check';

describe('a health check of Google’s', () => {
  const check = (healthCheck: object) =>
    googleHealthCheck(
      {
        apiVersion: 'v1',
        kind: 'BackendConfig',
        metadata: { name: 'a' },
        spec: { healthCheck },
      } as unknown as Manifest,
      ['spec', 'healthCheck'],
      [
        ['spec', 'healthCheck', 'requestPath'],
        ['spec', 'healthCheck', 'other', 'requestPath'],
      ],
      5,
    );

  test('asks at every path that is written, and nowhere else', () => {
    expect(check({ requestPath: '/health', other: { requestPath: '/b' } }).asks.map(({ text }) => text)).toEqual([
      '/health',
      '/b',
    ]);
    expect(check({ requestPath: 3 }).asks).toEqual([]);
  });

  test('has a schedule where one of its numbers is written', () => {
    expect(check({}).schedule).toBeUndefined();
    expect(check({ timeoutSec: 3 }).schedule).toEqual({
      every: { path: ['spec', 'healthCheck', 'checkIntervalSec'], written: undefined, defaultSeconds: 5 },
      timeout: { path: ['spec', 'healthCheck', 'timeoutSec'], written: 3, defaultSeconds: 5 },
    });
    expect(check({ checkIntervalSec: 9 }).schedule?.every.written).toBe(9);
  });
});

describe('the lists that come of the platforms', () => {
  test('hold each kind once, and what is looked at for settings holds what is looked at for entrances', () => {
    expect(system.ROUTE_KINDS.map(({ kind }) => kind)).toEqual([
      'Ingress',
      'HTTPRoute',
      ...system.ROUTE_KINDS.slice(2).map(({ kind }) => kind),
    ]);
    for (const list of [system.HEALTH_CHECK_KINDS, system.ROUTE_KINDS.map(({ kind }) => kind)])
      expect(new Set(list).size).toBe(list.length);
    for (const kind of ['Ingress', 'HTTPRoute', 'Gateway', 'Service', 'Deployment', 'StatefulSet'])
      expect(system.ENTRANCE_KINDS).toContain(kind);
    expect(system.HEALTH_CHECK_KINDS).toEqual(expect.arrayContaining(['BackendConfig', 'HealthCheckPolicy']));
  });

  test('know Google, and whose a foreign annotation is', () => {
    expect(
      ['gce', 'gke-l7-rilb', 'nginx', 'aws-alb', 'other'].map((kind) => system.isGoogle(kind as system.Controller)),
    ).toEqual([true, true, false, false, false]);
    expect(system.platformOf('other')).toBeUndefined();
    expect(system.STRANGERS.map(({ prefix }) => prefix)).toEqual(['nginx.org/', 'haproxy-ingress.github.io/']);
    expect(system.OWNERS.map(({ kind }) => kind)).not.toContain('nginx');
    expect(
      system.backendsOf({ kind: 'Deployment', metadata: { name: 'chat', namespace: 'shop' } } as Manifest),
    ).toEqual([]);
  });
});
