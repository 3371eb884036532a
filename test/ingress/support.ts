import { App, Chart, Duration, Testing } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import {
  AlbWebSocketIngress,
  type AlbWebSocketIngressProps,
  type GatewayClass,
  GatewayWebSocketIngress,
  type GatewayWebSocketIngressProps,
  type GkeIngressClass,
  GkeWebSocketEdge,
  type GkeWebSocketEdgeProps,
  HaproxyWebSocketIngress,
  type HaproxyWebSocketIngressProps,
  NginxWebSocketIngress,
  type NginxWebSocketIngressProps,
  type WebSocketIngressProps,
} from '../../lib/ingress';
import type { Manifest } from '../../lib/manifest';
import { type BalancerKind, deriveTiming, type TimingProps } from '../../lib/timing';
import {
  GOOGLE_BALANCER_RANGES,
  type TrafficProps,
  WebSocketServer,
  type WebSocketServerProps,
} from '../../lib/workload';

/** biome-ignore lint/suspicious/noExplicitAny: manifests are read like the YAML they become */
export type Yaml = any;

/** Idle timeout 80 s, lifetime 86400 s, drain 170 s and affinity 10800 s: no two alike. */
export const TIMING: TimingProps = {
  pingInterval: Duration.seconds(25),
  pingTimeout: Duration.seconds(25),
  affinityTtl: Duration.hours(3),
};

/** Every balancer that a construct of ours puts in front; a tier of nginx stands behind one of them. */
export type Platform = Exclude<BalancerKind, 'nginx'>;

/** What lets the balancer in. */
export const TRAFFIC: Readonly<Record<Platform, TrafficProps>> = {
  gce: {},
  'gce-internal': { ingressFrom: [...GOOGLE_BALANCER_RANGES, '10.129.0.0/23'] },
  'gke-l7-global-external-managed': {},
  'gke-l7-regional-external-managed': { ingressFrom: [...GOOGLE_BALANCER_RANGES, '10.129.0.0/23'] },
  'gke-l7-rilb': { ingressFrom: [...GOOGLE_BALANCER_RANGES, '10.129.0.0/23'] },
  'gke-l7-gxlb': {},
  'ingress-nginx': { ingressFromNamespaces: ['ingress-nginx'] },
  'aws-alb': { ingressFrom: ['10.0.0.0/16'] },
  haproxy: { ingressFromNamespaces: ['haproxy-controller'] },
};

export const PLATFORMS = Object.keys(TRAFFIC) as readonly Platform[];

type Builder = (chart: Chart, props: Yaml) => void;

const onGke =
  (ingressClass: GkeIngressClass): Builder =>
  (chart, props) =>
    new GkeWebSocketEdge(chart, 'Edge', { ingressClass, ...props });

const onGateway =
  (gatewayClass: GatewayClass): Builder =>
  (chart, props) =>
    new GatewayWebSocketIngress(chart, 'Edge', { gatewayClass, ...props });

/** What puts each balancer in front; one that is missing does not compile. */
const BUILDERS: Readonly<Record<Platform, Builder>> = {
  gce: onGke('gce'),
  'gce-internal': onGke('gce-internal'),
  'gke-l7-global-external-managed': onGateway('gke-l7-global-external-managed'),
  'gke-l7-regional-external-managed': onGateway('gke-l7-regional-external-managed'),
  'gke-l7-rilb': onGateway('gke-l7-rilb'),
  'gke-l7-gxlb': onGateway('gke-l7-gxlb'),
  'ingress-nginx': (chart, props) => new NginxWebSocketIngress(chart, 'Edge', props),
  'aws-alb': (chart, props) => new AlbWebSocketIngress(chart, 'Edge', props),
  haproxy: (chart, props) => new HaproxyWebSocketIngress(chart, 'Edge', props),
};

export interface Given {
  readonly props?: Partial<
    WebSocketIngressProps &
      Omit<GkeWebSocketEdgeProps, 'ingressClass'> &
      GatewayWebSocketIngressProps &
      NginxWebSocketIngressProps &
      AlbWebSocketIngressProps &
      HaproxyWebSocketIngressProps
  >;
  readonly server?: Partial<WebSocketServerProps>;
  readonly timing?: TimingProps;
}

/** The chat backend behind `platform`: every manifest, in the order of the tree. */
export function manifestsOn(platform: Platform, given: Given = {}): readonly Yaml[] {
  const chart = new Chart(new App(), 'test', { namespace: 'production' });
  const server = new WebSocketServer(chart, 'Server', {
    name: 'chat-backend',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing: deriveTiming(given.timing ?? TIMING),
    adapter: { kind: 'none', podsAreIndependent: true },
    traffic: TRAFFIC[platform],
    ...given.server,
  });
  BUILDERS[platform](chart, { name: 'chat', host: 'chat.example.com', server, ...given.props });
  return Testing.synth(chart) as Manifest[];
}

/** The one manifest of a kind, or the one of that kind and name. */
export function only(manifests: readonly Yaml[], kind: string, name?: string): Yaml {
  const found = manifests.filter((m) => m.kind === kind && (name === undefined || m.metadata.name === name));
  expect(found).toHaveLength(1);
  return found[0];
}

/** A Secret that somebody else keeps. */
export function secret(name: string) {
  return Secret.fromSecretName(new Chart(new App(), 'test'), 'Secret', name);
}

/** How many addresses each platform appends to X-Forwarded-For. */
export const APPENDED: Readonly<Record<Platform, number>> = {
  gce: 2,
  'gce-internal': 2,
  'gke-l7-global-external-managed': 2,
  'gke-l7-regional-external-managed': 2,
  'gke-l7-rilb': 2,
  'gke-l7-gxlb': 2,
  'ingress-nginx': 1,
  'aws-alb': 1,
  haproxy: 1,
};

/** What the platform was told, under the names that it reads. */
export function knobs(platform: Platform, manifests: readonly Yaml[]): Readonly<Record<string, unknown>> {
  if (platform === 'ingress-nginx' || platform === 'aws-alb') {
    const prefix = platform === 'aws-alb' ? 'alb.ingress.kubernetes.io/' : 'nginx.ingress.kubernetes.io/';
    const annotations = Object.entries(only(manifests, 'Ingress').metadata.annotations as Record<string, string>);
    const relevant = /(read-timeout|attributes|affinity|session-cookie-max-age|upstream-hash-by)/;
    return Object.fromEntries(
      annotations.filter(([name]) => relevant.test(name)).map(([name, value]) => [name.replace(prefix, ''), value]),
    );
  }
  if (platform === 'haproxy') {
    const { annotations } = only(manifests, 'Service').metadata;
    const relevant = /(timeout-server|config-snippet|cookie-persistence|load-balance)/;
    return Object.fromEntries(
      Object.entries(annotations as Record<string, string>)
        .filter(([name]) => relevant.test(name))
        .map(([name, value]) => [name.replace('haproxy.org/', ''), value]),
    );
  }
  if (platform === 'gce' || platform === 'gce-internal') {
    const { timeoutSec, connectionDraining, sessionAffinity } = only(manifests, 'BackendConfig').spec;
    return { timeoutSec, ...connectionDraining, ...sessionAffinity };
  }
  const { timeoutSec, connectionDraining, sessionAffinity } = only(manifests, 'GCPBackendPolicy').spec.default;
  const distribution = manifests.find((m) => m.kind === 'GCPTrafficDistributionPolicy');
  return {
    timeoutSec,
    ...connectionDraining,
    ...sessionAffinity,
    ...(distribution === undefined ? {} : distribution.spec.default),
  };
}
