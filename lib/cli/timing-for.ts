import type { BalancerKind, BalancerTiming, ProbeSchedule, Timing } from '../timing';
import { timingEnvironment } from '../timing';

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
  haproxy: (b) => ingress({ 'haproxy.org/timeout-tunnel': `${b.timeoutSeconds}s` }),
  'aws-alb': (b) =>
    ingress({
      'alb.ingress.kubernetes.io/load-balancer-attributes': `idle_timeout.timeout_seconds=${b.timeoutSeconds}`,
      'alb.ingress.kubernetes.io/target-group-attributes':
        `deregistration_delay.timeout_seconds=${b.connectionDrainingSeconds},stickiness.enabled=true,stickiness.type=lb_cookie,` +
        `stickiness.lb_cookie.duration_seconds=${b.affinityTtlSeconds}`,
    }),
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
