import type { BalancerKind, BalancerTiming, ProbeSchedule, Timing } from '../timing';
import { timingEnvironment } from '../timing';
import { type Knob, limitsOf, type ReadKind } from '../timing/limits';
import { APPGW_DRAIN_SECONDS } from '../timing/read-limits';

type Fields = Readonly<Record<string, unknown>>;

const backendConfig = (b: BalancerTiming): Fields => ({
  apiVersion: 'cloud.google.com/v1',
  kind: 'BackendConfig',
  metadata: { name: 'NAME' },
  spec: {
    timeoutSec: b.timeoutSeconds,
    connectionDraining: { drainingTimeoutSec: b.connectionDrainingSeconds },
    sessionAffinity: { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: b.affinityTtlSeconds },
  },
});

const backendPolicy = (b: BalancerTiming): Fields => ({
  apiVersion: 'networking.gke.io/v1',
  kind: 'GCPBackendPolicy',
  metadata: { name: 'NAME' },
  spec: {
    default: {
      timeoutSec: b.timeoutSeconds,
      connectionDraining: { drainingTimeoutSec: b.connectionDrainingSeconds },
      sessionAffinity: { type: 'GENERATED_COOKIE', cookieTtlSec: b.affinityTtlSeconds },
    },
    targetRef: { group: '', kind: 'Service', name: 'NAME' },
  },
});

const ingress = (annotations: Readonly<Record<string, string>>): Fields => ({ metadata: { annotations } });

/** What a balancer is told, as the fields or annotations that its controller reads; nothing where it is no object of Kubernetes. */
export const EDGES: Readonly<Record<BalancerKind, (b: BalancerTiming) => Fields | undefined>> = {
  gce: backendConfig,
  'gce-internal': backendConfig,
  'gke-l7-gxlb': backendPolicy,
  'gke-l7-global-external-managed': backendPolicy,
  'gke-l7-regional-external-managed': backendPolicy,
  'gke-l7-rilb': backendPolicy,
  nginx: () => undefined,
  'ingress-nginx': (b) =>
    ingress({
      'nginx.ingress.kubernetes.io/proxy-read-timeout': String(b.timeoutSeconds),
      'nginx.ingress.kubernetes.io/proxy-send-timeout': String(b.timeoutSeconds),
      'nginx.ingress.kubernetes.io/affinity': 'cookie',
      'nginx.ingress.kubernetes.io/affinity-mode': 'persistent',
      'nginx.ingress.kubernetes.io/session-cookie-max-age': String(b.affinityTtlSeconds),
    }),
  // The controller reads both on the Service alone: timeout-tunnel it knows in its ConfigMap only.
  haproxy: (b) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'NAME',
      annotations: {
        'haproxy.org/backend-config-snippet': `timeout tunnel ${b.timeoutSeconds}s`,
        'haproxy.org/timeout-server': `${b.timeoutSeconds}s`,
        'haproxy.org/cookie-persistence': 'affinity-cookie',
      },
    },
  }),
  'aws-alb': (b) =>
    ingress({
      'alb.ingress.kubernetes.io/load-balancer-attributes': `idle_timeout.timeout_seconds=${b.timeoutSeconds}`,
      'alb.ingress.kubernetes.io/target-group-attributes':
        `deregistration_delay.timeout_seconds=${b.connectionDrainingSeconds},stickiness.enabled=true,stickiness.type=lb_cookie,` +
        `stickiness.lb_cookie.duration_seconds=${b.affinityTtlSeconds}`,
    }),
};

/** What a Service has to say, by the kind of the object that nobody reads otherwise. */
export const BINDINGS: Readonly<Record<string, Fields>> = {
  BackendConfig: { annotations: { 'cloud.google.com/backend-config': '{"default": "NAME"}' } },
};

/** What the pod has to have, under the keys that a pod's specification and the values of most charts share. */
export function podFields(timing: Timing): Fields {
  const probe = (path: string, schedule: ProbeSchedule) => ({ httpGet: { path, port: 'http' }, ...schedule });
  return {
    terminationGracePeriodSeconds: timing.terminationGracePeriodSeconds,
    lifecycle: { preStop: { exec: { command: ['sleep', String(timing.preStopSeconds)] } } },
    env: Object.entries(timingEnvironment(timing)).map(([name, value]) => ({ name, value })),
    livenessProbe: probe('/health', timing.livenessProbe),
    readinessProbe: probe('/ready', timing.readinessProbe),
    startupProbe: probe('/health', timing.startupProbe),
  };
}

/** Directives for an nginx in front of the application, inside the location that takes the upgrades. */
export function nginxDirectives(timing: Timing): string {
  return [
    `# main: a worker that was told to quit keeps its connections this long`,
    `worker_shutdown_timeout ${timing.workerShutdownTimeoutSeconds}s;`,
    `# http: longer than the balancer keeps an idle connection`,
    `keepalive_timeout ${timing.keepAliveSeconds}s;`,
    `# location: silence between two frames, in either direction`,
    `proxy_read_timeout ${timing.idleTimeoutSeconds}s;`,
    `proxy_send_timeout ${timing.idleTimeoutSeconds}s;`,
    `proxy_http_version 1.1;`,
    `proxy_set_header Upgrade $http_upgrade;`,
    `proxy_set_header Connection $connection_upgrade; # map $http_upgrade $connection_upgrade { default upgrade; '' ''; }`,
    `proxy_buffering off;`,
    '',
  ].join('\n');
}

/** One knob of an entrance that is only read: where it is, what it should hold, and what applies when it is not written. */
interface NeededKnob {
  readonly field: string;
  /** Within the bounds of the knob: one that cannot be told otherwise has its own number here. */
  readonly seconds: number;
  readonly meaning: string;
  readonly source: string;
}

/** What happens where a knob is not written that has no number for that; elsewhere it holds the number. */
const WITHOUT: Readonly<Partial<Record<ReadKind, string>>> = {
  traefik: 'until the browser is closed',
  istio: 'Envoy makes no cookie',
  'envoy-gateway': 'Envoy makes no cookie',
  'azure-appgw': `no draining without connection-draining: "true", and ${APPGW_DRAIN_SECONDS} s with it`,
};

/** What a knob does where nobody turns it. */
export function unwritten(kind: ReadKind, { defaultSeconds = 0 }: Knob): string {
  if (defaultSeconds === Number.POSITIVE_INFINITY) return 'without limit';
  return (defaultSeconds === 0 ? WITHOUT[kind] : undefined) ?? `${defaultSeconds} s`;
}

/** What a person sets at an entrance that no construct writes for; `note` where silence is no matter of a knob. */
export function knobsOf(
  kind: ReadKind,
  timing: Timing,
): { readonly knobs: readonly NeededKnob[]; readonly note?: string } {
  const { title, timeout, lifetime, answer, drain, affinityTtl } = limitsOf(kind);
  const written = (knob: Knob | undefined, seconds: number, meaning: string): readonly NeededKnob[] => {
    if (knob === undefined) return [];
    const { field, minSeconds, maxSeconds, source } = knob;
    const fixed = minSeconds === maxSeconds;
    return [
      {
        field,
        seconds: Math.min(Math.max(seconds, minSeconds), maxSeconds),
        meaning: `${meaning}; ${fixed ? `${minSeconds} s, and nothing changes it` : `${unwritten(kind, knob)} when it is not written`}`,
        source,
      },
    ];
  };
  const idle = timing.idleTimeoutSeconds;
  const knobs = [
    ...written(typeof timeout === 'string' ? undefined : timeout, idle, 'how long a connection may be silent'),
    ...written(lifetime, timing.maxConnectionLifetimeSeconds, 'how long a connection may live, busy or not'),
    ...written(answer, idle, 'how long a poll may wait for its answer'),
    ...written(drain, timing.connectionDrainingSeconds, 'how long a removed endpoint may finish'),
    ...written(affinityTtl, timing.affinityTtlSeconds, 'lifetime of the affinity cookie'),
  ];
  if (timeout === 'none') return { knobs, note: `${title} ends no connection because of silence` };
  if (timeout === 'undocumented')
    return { knobs, note: `how long ${title} lets a WebSocket be silent is not documented` };
  return { knobs };
}
