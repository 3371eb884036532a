import { App, Chart, Duration, Testing } from 'cdk8s';
import {
  type Affinity,
  AlbWebSocketIngress,
  type GatewayClass,
  GatewayWebSocketIngress,
  type GkeIngressClass,
  GkeWebSocketEdge,
  HaproxyWebSocketIngress,
  NginxWebSocketIngress,
  type WebSocketIngressProps,
} from '../lib/ingress';
import { InvalidInputError } from '../lib/input';
import { type BalancerKind, deriveTiming, limitsOf } from '../lib/timing';
import { GOOGLE_BALANCER_RANGES, type TrafficProps, WebSocketGateway, WebSocketServer } from '../lib/workload';
import { table } from './markdown';

/** biome-ignore lint/suspicious/noExplicitAny: manifests are read like the YAML they become */
type Yaml = any;

interface Platform {
  readonly construct: string;
  /** Where the class stands. */
  readonly className: string;
  readonly certificate: string;
  readonly cookie: string;
  /** What happens to a client that does not return the cookie. */
  readonly withoutCookie: string;
  /** Cookie, lifetime and fallback as guides describe them. */
  readonly guides: string;
  readonly traffic: TrafficProps;
}

const GOOGLE = {
  cookie: '`GCLB`',
  withoutCookie: 'any pod, and a new cookie; there is no fallback to the address',
  guides: '`GCLB`, 8 hours, else client IP',
};
const FRONT_ENDS = { ...GOOGLE, traffic: {} };
const IN_THE_VPC = { ...GOOGLE, traffic: { ingressFrom: [...GOOGLE_BALANCER_RANGES, '10.129.0.0/23'] } };
const GATEWAY = { construct: '`GatewayWebSocketIngress`', className: 'field `gatewayClassName`' };
const GKE = { construct: '`GkeWebSocketEdge`', className: 'annotation; the field makes GKE skip the Ingress' };
const ANY_MAP = 'Secret, certificates of Google by name, or a certificate map';
const NO_MAP = 'Secret, or certificates of Google by name';

const PLATFORMS: Readonly<Record<BalancerKind, Platform>> = {
  gce: { ...GKE, ...FRONT_ENDS, certificate: 'managed by Google, Secret, or certificates of Google by name' },
  'gce-internal': { ...GKE, ...IN_THE_VPC, certificate: NO_MAP },
  'gke-l7-global-external-managed': { ...GATEWAY, ...FRONT_ENDS, certificate: ANY_MAP },
  'gke-l7-regional-external-managed': { ...GATEWAY, ...IN_THE_VPC, certificate: NO_MAP },
  'gke-l7-rilb': { ...GATEWAY, ...IN_THE_VPC, certificate: NO_MAP },
  'gke-l7-gxlb': { ...GATEWAY, ...FRONT_ENDS, certificate: ANY_MAP },
  'aws-alb': {
    construct: '`AlbWebSocketIngress`',
    className: 'field `ingressClassName`',
    certificate: 'ACM: found by host, or by ARN',
    cookie: '`AWSALB`, and `AWSALBCORS` for other sites',
    withoutCookie: 'any pod, by round robin',
    guides: '`AWSALB`, 1 day, else round robin',
    traffic: { ingressFrom: ['10.0.0.0/16'] },
  },
  'ingress-nginx': {
    construct: '`NginxWebSocketIngress`',
    className: 'field `ingressClassName`',
    certificate: 'Secret',
    cookie: '`affinity-cookie`, or a name of yours',
    withoutCookie: 'any pod, and a new cookie; there is no fallback to the address',
    guides: '`affinity-cookie`, configurable, else IP hash',
    traffic: { ingressFromNamespaces: ['ingress-nginx'] },
  },
  haproxy: {
    construct: '`HaproxyWebSocketIngress`',
    className: 'field `ingressClassName`',
    certificate: 'Secret',
    cookie: '`affinity-cookie`, or a name of yours',
    withoutCookie: 'any pod, and a new cookie; there is no fallback to the address',
    guides: '`SERVERID`, session, else `source`',
    traffic: { ingressFromNamespaces: ['haproxy-controller'] },
  },
  nginx: {
    construct: '`WebSocketGateway`, behind any of the above',
    className: '–',
    certificate: 'from the balancer in front',
    cookie: 'none: the address decides',
    withoutCookie: '–',
    guides: '`sticky_route`, session, else IP hash',
    traffic: {},
  },
};

const KINDS = Object.keys(PLATFORMS) as BalancerKind[];
const AFFINITIES: readonly Affinity[] = ['cookie', 'clientAddress', 'none'];

/** The chat backend of the examples: 25 s + 25 s, so 80 s of silence and a day of life. */
const timing = deriveTiming({ pingInterval: Duration.seconds(25), pingTimeout: Duration.seconds(25) });

/** What stands in front, which construct writes it, and what its timeout means. */
export function platformTable(): string {
  return table(
    ['balancer', 'construct', 'its timeout is', 'drain', 'class', 'certificate'],
    KINDS.map((kind) => {
      const { title, timeout, drain } = limitsOf(kind);
      const { construct, className, certificate } = PLATFORMS[kind];
      const meaning = timeout.meaning === 'idle' ? 'an **idle** timeout' : 'a **lifetime**';
      return [title, construct, meaning, drain === undefined ? '–' : `\`${drain.field}\``, className, certificate];
    }),
  );
}

/** What binds a client to its pod, for how long, and what happens otherwise. */
export function affinityMatrix(): string {
  return table(
    ['balancer', 'cookie', 'lifetime of the cookie', 'a client without it', 'guides say'],
    KINDS.map((kind) => {
      const { title, affinityTtl } = limitsOf(kind);
      const { cookie, withoutCookie, guides } = PLATFORMS[kind];
      const most = affinityTtl?.maxSeconds ?? 0;
      const bound = most === Number.POSITIVE_INFINITY ? '' : `; at most ${most} s`;
      const lifetime = affinityTtl === undefined ? '–' : `from the timing${bound}`;
      return [title, cookie, lifetime, withoutCookie, guides];
    }),
  );
}

/** What is written for each affinity, read back from the manifests. */
export function writtenTable(builders: Builders = BUILDERS): string {
  return table(
    ['balancer', ...AFFINITIES.map((affinity) => `\`affinity: '${affinity}'\``)],
    KINDS.map((kind) => [limitsOf(kind).title, ...AFFINITIES.map((affinity) => cell(builders[kind], kind, affinity))]),
  );
}

/** Only an affinity can be refused here: anything else that is wrong is a mistake in this file or in a construct, and no page is written. */
function cell(build: Builder, kind: BalancerKind, affinity: Affinity): string {
  try {
    const written = knobs(manifests(build, kind, affinity));
    if (written.length === 0) throw new Error(`nothing of what is written for ${kind} is known here`);
    return written.map(([name, value]) => `\`${name}: ${value}\``).join('<br>');
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.problems.some((problem) => !problem.startsWith('affinity: '))) {
      throw error;
    }
    return 'refused';
  }
}

/** Puts what stands in front of a server into its chart. */
type Builder = (chart: Chart, props: WebSocketIngressProps & { readonly affinity: Affinity }) => unknown;

/** One for each kind of balancer. */
export type Builders = Readonly<Record<BalancerKind, Builder>>;

function gke(ingressClass: GkeIngressClass): Builder {
  return (chart, props) => new GkeWebSocketEdge(chart, 'Edge', { ...props, ingressClass });
}

function gatewayOf(gatewayClass: GatewayClass): Builder {
  return (chart, props) => new GatewayWebSocketIngress(chart, 'Edge', { ...props, gatewayClass });
}

export const BUILDERS: Builders = {
  gce: gke('gce'),
  'gce-internal': gke('gce-internal'),
  'gke-l7-global-external-managed': gatewayOf('gke-l7-global-external-managed'),
  'gke-l7-regional-external-managed': gatewayOf('gke-l7-regional-external-managed'),
  'gke-l7-rilb': gatewayOf('gke-l7-rilb'),
  'gke-l7-gxlb': gatewayOf('gke-l7-gxlb'),
  'aws-alb': (chart, props) => new AlbWebSocketIngress(chart, 'Edge', props),
  'ingress-nginx': (chart, props) => new NginxWebSocketIngress(chart, 'Edge', props),
  haproxy: (chart, props) => new HaproxyWebSocketIngress(chart, 'Edge', props),
  nginx: (chart, { server, affinity }) => {
    // A cookie is refused, by the type and by the construct.
    const bound = affinity as 'clientAddress' | 'none';
    const tier = { name: 'gateway', server: server as WebSocketServer, affinity: bound, addressesAppended: 2 };
    return new WebSocketGateway(chart, 'Gateway', tier);
  },
};

function manifests(build: Builder, kind: BalancerKind, affinity: Affinity): readonly Yaml[] {
  const chart = new Chart(new App(), 'platform', { namespace: 'production' });
  const server = new WebSocketServer(chart, 'Server', {
    name: 'chat-backend',
    image: 'chat-backend:1.4.2',
    port: 3001,
    timing,
    adapter: { kind: 'none', podsAreIndependent: true },
    stableNames: kind === 'nginx',
    traffic: PLATFORMS[kind].traffic,
  });
  build(chart, { name: 'chat', host: 'chat.example.com', server, affinity });
  return Testing.synth(chart);
}

/** The settings that decide over timeout, drain and affinity, wherever the platform keeps them. */
function knobs(objects: readonly Yaml[]): readonly (readonly [string, string])[] {
  const found: (readonly [string, unknown])[] = [];
  for (const { kind, spec, metadata, data } of objects) {
    if (kind === 'BackendConfig' || kind === 'GCPBackendPolicy') {
      const { timeoutSec, connectionDraining, sessionAffinity } = spec.default ?? spec;
      found.push(['timeoutSec', timeoutSec], ...Object.entries({ ...connectionDraining, ...sessionAffinity }));
    }
    if (kind === 'GCPTrafficDistributionPolicy') found.push(...Object.entries(spec.default));
    if (kind === 'Ingress' || kind === 'Service') found.push(...annotated(metadata.annotations));
    if (kind === 'ConfigMap') found.push(...directives(data['nginx.conf']));
  }
  return found.map(([name, value]) => [name, String(value)]);
}

function annotated(annotations: Readonly<Record<string, string>> = {}): readonly (readonly [string, string])[] {
  return Object.entries(annotations).flatMap(([name, value]) => {
    const short = name.slice(name.indexOf('/') + 1);
    // Lines of HAProxy's own configuration.
    if (short === 'backend-config-snippet') {
      return value
        .split('\n')
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]);
    }
    if (/-attributes$/.test(short)) return value.split(',').map((item) => item.split('=') as [string, string]);
    return /^(proxy-read-timeout|affinity|affinity-mode|session-cookie-(name|max-age)|upstream-hash-by|cookie-persistence|load-balance)$/.test(
      short,
    )
      ? [[short, value] as const]
      : [];
  });
}

/** The first of each: Socket.IO's location comes before the others, which have limits of their own. */
function directives(conf: string): readonly (readonly [string, string])[] {
  return ['hash', 'proxy_read_timeout', 'worker_shutdown_timeout'].flatMap((name) => {
    const value = new RegExp(`^ *${name} ([^;]+);`, 'm').exec(conf)?.[1];
    return value === undefined ? [] : [[name, value] as const];
  });
}
