import { App, Chart, Testing } from 'cdk8s';
import type { Affinity } from '../../lib/ingress';
import { Bundle, type Manifest } from '../../lib/manifest';
import {
  affinityOf,
  controllerOf,
  entrancesOf,
  healthChecksOf,
  PLATFORMS,
  platformOf,
  routesOf,
  type SettingName,
  settingsOf,
} from '../../lib/system';
import { BALANCERS, type BalancerKind, behindBalancer, deriveTiming, limitsOf } from '../../lib/timing';
import type { EntranceKind } from '../../lib/timing/limits';
import { WebSocketGateway, WebSocketServer } from '../../lib/workload';
import { PLATFORMS as IN_FRONT, manifestsOn, only, type Platform, TIMING } from '../ingress/support';

const ALL = Object.keys(PLATFORMS) as readonly EntranceKind[];
/** Those that a construct writes for; what is only read is in test/rules/entrances. */
const KINDS = Object.keys(BALANCERS) as readonly BalancerKind[];
const timing = deriveTiming(TIMING);

/** A tier of nginx behind nothing, so that its own configuration is all there is. */
function tier(): readonly Manifest[] {
  const chart = new Chart(new App(), 'test', { namespace: 'production' });
  const server = new WebSocketServer(chart, 'Server', {
    name: 'chat-backend',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing,
    adapter: { kind: 'none', podsAreIndependent: true },
    stableNames: true,
  });
  new WebSocketGateway(chart, 'Gateway', { name: 'gateway', server, affinity: 'clientAddress', addressesAppended: 2 });
  return Testing.synth(chart) as Manifest[];
}

const on = (kind: Platform, affinity: Affinity = 'cookie') => new Bundle(manifestsOn(kind, { props: { affinity } }));

function secondsOf(bundle: Bundle, name: SettingName, kind: BalancerKind): readonly (number | undefined)[] {
  const found = settingsOf(bundle, name);
  expect(found.filter((setting) => setting.kind !== kind)).toEqual([]);
  return [...new Set(found.map(({ seconds }) => seconds))];
}

test.each(ALL)('the record of %s names itself and stands in front of, or as, what it says', (kind) => {
  expect(PLATFORMS[kind].kind).toBe(kind);
  expect(PLATFORMS[kind].owns === undefined).toBe(kind === 'nginx');
});

describe.each(IN_FRONT)('what our construct writes for %s', (kind) => {
  test('is recognized as that, every route of it', () => {
    const bundle = on(kind);
    const routes = routesOf(bundle);
    expect(routes.length).toBeGreaterThan(0);
    for (const route of routes) expect(controllerOf(bundle, route)).toBe(kind);
    const servers = entrancesOf(bundle).flatMap(({ workloads }) => workloads.map(({ metadata }) => metadata.name));
    expect([...new Set(servers)]).toEqual(['chat-backend']);
  });

  test('says to the reader what was said to the construct: timeout, drain and the lifetime of the cookie', () => {
    const bundle = on(kind);
    const { timeoutSeconds } = behindBalancer(timing, kind);
    expect(secondsOf(bundle, 'timeout', kind)).toEqual([timeoutSeconds]);
    const { drain, affinityTtl } = limitsOf(kind);
    expect(secondsOf(bundle, 'drain', kind)).toEqual(drain === undefined ? [] : [timing.connectionDrainingSeconds]);
    expect(secondsOf(bundle, 'affinityTtl', kind)).toEqual(
      affinityTtl === undefined ? [] : [timing.affinityTtlSeconds],
    );
  });

  test('binds clients exactly where it was told to', () => {
    const bound = (affinity: Affinity) => {
      const bundle = on(kind, affinity);
      return [...new Set(entrancesOf(bundle).map((entrance) => affinityOf(bundle, entrance)?.bound))];
    };
    expect(bound('cookie')).toEqual([true]);
    if (kind !== 'aws-alb') expect(bound('clientAddress')).toEqual([true]);
    expect(bound('none')).toEqual([false]);
  });

  test('is asked for its health where the reader looks', () => {
    const asked = healthChecksOf(on(kind)).flatMap(({ asks }) => asks.map(({ text }) => text));
    // ingress-nginx asks nobody.
    expect(asked.length > 0).toBe(kind !== 'ingress-nginx');
    for (const path of asked) expect(path).toMatch(/^\//);
  });

  test('has a cloud and a reader', () => {
    const { cloud, dialect } = platformOf(kind) ?? {};
    expect(cloud).toBe(/^(gce|gke)/.test(kind) ? 'google' : kind === 'aws-alb' ? 'aws' : 'none');
    expect(dialect?.reader).toMatch(/\w/);
  });
});

describe('a tier of nginx', () => {
  test('is recognized by its configuration, and waits for as long as the timing says', () => {
    expect(secondsOf(new Bundle(tier()), 'timeout', 'nginx')).toEqual([timing.idleTimeoutSeconds]);
    expect(settingsOf(new Bundle(tier()), 'drain')).toEqual([]);
  });
});

test.each(KINDS)('a setting of %s says the change that it means', (kind) => {
  const bundle = kind === 'nginx' ? new Bundle(tier()) : on(kind);
  for (const name of ['timeout', 'drain', 'affinityTtl'] as const) {
    for (const setting of settingsOf(bundle, name)) {
      expect(setting.change(4711)).toContain('4711');
      expect(setting.words).toContain(`${setting.seconds} s`);
      for (const { path, value } of setting.edits(4711)) {
        expect(path).toEqual(setting.path);
        expect(Number(value)).toBe(4711);
        // Annotations are text.
        expect(typeof value).toBe(path.includes('annotations') ? 'string' : 'number');
      }
    }
  }
});

describe('who takes a route', () => {
  const ingress = (annotations: Readonly<Record<string, string>>, className?: string): Manifest => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'chat', annotations },
    spec: {
      ...(className === undefined ? {} : { ingressClassName: className }),
      defaultBackend: { service: { name: 'chat', port: { number: 80 } } },
    },
  });
  const service = (annotations: Readonly<Record<string, string>> = {}): Manifest => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'chat', annotations },
    spec: { ports: [{ port: 80 }] },
  });
  const taken = (route: Manifest, ...others: readonly Manifest[]) => {
    const bundle = new Bundle([route, ...others]);
    return controllerOf(bundle, bundle.objects[0] as Manifest);
  };
  const NGINX = { 'nginx.ingress.kubernetes.io/affinity': 'cookie' };
  const ALB = { 'alb.ingress.kubernetes.io/scheme': 'internet-facing' };
  const CLASS = 'kubernetes.io/ingress.class';

  test.each([
    ['its class in the field', ingress({}, 'nginx'), 'ingress-nginx'],
    ['a class that is named after it', ingress({}, 'nginx-internal'), 'ingress-nginx'],
    [
      'the same class and annotations of NGINX Inc.',
      ingress({ 'nginx.org/websocket-services': 'chat' }, 'nginx'),
      'other',
    ],
    ['the same class and annotations of both', ingress({ 'nginx.org/x': 'y', ...NGINX }, 'nginx'), 'ingress-nginx'],
    ['the class of AWS', ingress({}, 'alb'), 'aws-alb'],
    ['a class of nobody we know', ingress(NGINX, 'ambassador'), 'other'],
    ['the class of Traefik', ingress(NGINX, 'traefik'), 'traefik'],
    ['two classes: the annotation counts', ingress({ [CLASS]: 'gce' }, 'nginx'), 'gce'],
    ['a class that only begins like GKE’s', ingress({ [CLASS]: 'gce-other' }), 'other'],
    ['no class and annotations of ingress-nginx', ingress(NGINX), 'ingress-nginx'],
    ['no class and annotations of AWS', ingress(ALB), 'aws-alb'],
    ['no class and annotations of two', ingress({ ...NGINX, ...ALB }), 'other'],
    [
      'no class and an annotation of GKE',
      ingress({ 'networking.gke.io/v1beta1.FrontendConfig': 'x', ...NGINX }),
      'gce',
    ],
    [
      'no class and a reserved address of Google',
      ingress({ 'kubernetes.io/ingress.global-static-ip-name': 'x' }),
      'gce',
    ],
    ['no class and no annotation', ingress({}), 'other'],
  ] as const)('%s', (_what, route, controller) => {
    expect(taken(route, service())).toBe(controller);
  });

  test('an Ingress without a class in front of a Service for GKE is GKE’s', () => {
    expect(taken(ingress({}), service({ 'cloud.google.com/neg': '{"ingress": true}' }))).toBe('gce');
    expect(taken(ingress(NGINX), service({ 'cloud.google.com/neg': '{"ingress": true}' }))).toBe('gce');
  });

  test('a route of the Gateway API is taken by the class of its Gateway, for several clusters too', () => {
    const route = only(manifestsOn('gke-l7-rilb'), 'HTTPRoute') as Manifest;
    const gateway = only(manifestsOn('gke-l7-rilb'), 'Gateway') as Manifest;
    const of = (gatewayClassName: string) => ({ ...gateway, spec: { ...(gateway.spec as object), gatewayClassName } });
    expect(taken(route, of('gke-l7-rilb'))).toBe('gke-l7-rilb');
    expect(taken(route, of('gke-l7-rilb-mc'))).toBe('gke-l7-rilb');
    expect(taken(route, of('gce'))).toBe('other');
    expect(taken(route, of('istio'))).toBe('istio');
    expect(taken(route, of('cilium'))).toBe('other');
    expect(taken(route)).toBe('other');
  });
});
