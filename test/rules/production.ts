import { WebSocketChart } from '../../lib/environments';
import { type FieldPath, type Manifest, printPath } from '../../lib/manifest';
import { HoldfastApp } from '../../lib/synth';
import { ENVIRONMENTS } from '../../stacks/environments';

/** The manifests of every environment, by name, as `npm run synth` writes them. */
export function environments(): ReadonlyMap<string, readonly Manifest[]> {
  const app = new HoldfastApp({ outdir: 'unused' });
  for (const environment of ENVIRONMENTS) new WebSocketChart(app, environment);
  return app.manifests();
}

const PRODUCTION = environments().get('production') as readonly Manifest[];

/** A place in a set of manifests: an object by kind and name, and a field of it. */
export interface Target {
  readonly kind: string;
  readonly name: string;
  readonly path: FieldPath;
}

/** The same manifests with one field exchanged, or taken away where `value` is `undefined`. */
export function mutated(
  manifests: readonly Manifest[],
  { kind, name, path }: Target,
  value: unknown,
): readonly Manifest[] {
  const copy = structuredClone(manifests) as Manifest[];
  const object = copy.find((one) => one.kind === kind && one.metadata.name === name);
  if (object === undefined) throw new Error(`there is no ${kind} ${name}`);
  const last = path.at(-1) as string;
  let parent = object as unknown as Record<string | number, unknown>;
  for (const part of path.slice(0, -1)) {
    parent[part] ??= {};
    parent = parent[part] as Record<string | number, unknown>;
  }
  if (value === undefined && !(last in parent)) throw new Error(`there is no ${printPath(path)}`);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** Production on other platforms: the same pods behind another door, so that rules for these doors have something healthy to break. */
export const SYSTEMS = {
  gke: PRODUCTION,
  /** GKE takes an Ingress that names no class at all. */
  'gke-without-class': mutated(
    PRODUCTION,
    {
      kind: 'Ingress',
      name: 'coditect-production-ingress',
      path: ['metadata', 'annotations', 'kubernetes.io/ingress.class'],
    },
    undefined,
  ),
  'gke-internal': inside(),
  /** nginx is a container like the application: both get their stop signals at once. */
  'gke-nginx-beside': nginxBeside(),
  'gke-and-more': withMore(),
  'gke-gateway': behind([
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'edge', namespace: 'coditect-app' },
      spec: {
        gatewayClassName: 'gke-l7-global-external-managed',
        listeners: [{ name: 'https', port: 443, protocol: 'HTTPS' }],
      },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'edge', namespace: 'coditect-app' },
      spec: {
        parentRefs: [{ name: 'edge' }],
        hostnames: ['coditect.ai'],
        rules: [{ backendRefs: [{ name: 'coditect-combined-service', port: 80 }] }],
      },
    },
    {
      apiVersion: 'networking.gke.io/v1',
      kind: 'GCPBackendPolicy',
      metadata: { name: 'edge', namespace: 'coditect-app' },
      spec: {
        targetRef: { group: '', kind: 'Service', name: 'coditect-combined-service' },
        default: {
          timeoutSec: 120,
          connectionDraining: { drainingTimeoutSec: 80 },
          sessionAffinity: { type: 'CLIENT_IP' },
          logging: { enabled: true, sampleRate: 1_000_000 },
        },
      },
    },
    {
      apiVersion: 'networking.gke.io/v1',
      kind: 'GCPTrafficDistributionPolicy',
      metadata: { name: 'edge', namespace: 'coditect-app' },
      spec: {
        targetRefs: [{ group: '', kind: 'Service', name: 'coditect-combined-service' }],
        default: { localityLbAlgorithm: 'MAGLEV' },
      },
    },
    {
      apiVersion: 'networking.gke.io/v1',
      kind: 'HealthCheckPolicy',
      metadata: { name: 'edge', namespace: 'coditect-app' },
      spec: {
        targetRef: { group: '', kind: 'Service', name: 'coditect-combined-service' },
        default: {
          checkIntervalSec: 15,
          timeoutSec: 5,
          config: { type: 'HTTP', httpHealthCheck: { requestPath: '/health' } },
        },
      },
    },
  ]),
  'ingress-nginx': behind([
    ingress('nginx', {
      'nginx.ingress.kubernetes.io/proxy-read-timeout': '120',
      'nginx.ingress.kubernetes.io/affinity': 'cookie',
      'nginx.ingress.kubernetes.io/session-cookie-max-age': '86400',
    }),
  ]),
  contour: behind([
    {
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      metadata: { name: 'edge', namespace: 'coditect-app' },
      spec: {
        virtualhost: { fqdn: 'coditect.ai' },
        routes: [
          {
            enableWebsockets: true,
            timeoutPolicy: { response: '120s', idle: '120s' },
            loadBalancerPolicy: { strategy: 'Cookie' },
            services: [{ name: 'coditect-combined-service', port: 80 }],
          },
        ],
      },
    },
  ]),
  'aws-alb': behind([
    ingress('alb', {
      'alb.ingress.kubernetes.io/target-type': 'ip',
      'alb.ingress.kubernetes.io/load-balancer-attributes': 'idle_timeout.timeout_seconds=120',
      'alb.ingress.kubernetes.io/target-group-attributes':
        'stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=86400,deregistration_delay.timeout_seconds=80',
      'alb.ingress.kubernetes.io/healthcheck-path': '/health',
    }),
  ]),
} as const satisfies Record<string, readonly Manifest[]>;

/** An internal balancer: nothing is redirected, and no policy of Cloud Armor stands before it. */
function inside(): readonly Manifest[] {
  const copy = structuredClone(PRODUCTION.filter(({ kind }) => kind !== 'FrontendConfig')) as Manifest[];
  for (const { kind, metadata, spec } of copy) {
    if (kind === 'BackendConfig') delete (spec as { securityPolicy?: object }).securityPolicy;
    if (kind !== 'Ingress') continue;
    const annotations = metadata.annotations as Record<string, string>;
    annotations['kubernetes.io/ingress.class'] = 'gce-internal';
    delete annotations['networking.gke.io/v1beta1.FrontendConfig'];
    delete annotations['kubernetes.io/ingress.global-static-ip-name'];
  }
  return copy;
}

function behind(door: readonly Manifest[]): readonly Manifest[] {
  const gke = ['BackendConfig', 'FrontendConfig', 'ManagedCertificate', 'Ingress'];
  const rest = structuredClone(PRODUCTION.filter(({ kind }) => !gke.includes(kind))) as Manifest[];
  for (const object of rest) {
    if (object.metadata.name !== 'coditect-combined-service') continue;
    (object.metadata as { annotations?: object }).annotations = {};
  }
  return [...rest, ...door];
}

function ingress(className: string, annotations: Readonly<Record<string, string>>): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'edge', namespace: 'coditect-app', annotations },
    spec: {
      ingressClassName: className,
      rules: [
        {
          host: 'coditect.ai',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'coditect-combined-service', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  };
}

/** Production with what it does not have itself, all of it healthy: a login, a second host, a volume in a Deployment, alerts, checks. */
function nginxBeside(): readonly Manifest[] {
  const copy = structuredClone(PRODUCTION) as Manifest[];
  for (const { kind, spec } of copy as (Manifest & { spec: Record<string, unknown> })[]) {
    if (kind !== 'StatefulSet') continue;
    const pod = (spec.template as { spec: Record<string, unknown> }).spec;
    const [{ restartPolicy: _always, ...nginx }, ...others] = pod.initContainers as Record<string, unknown>[] as [
      Record<string, unknown>,
    ];
    pod.initContainers = others;
    pod.containers = [...(pod.containers as object[]), nginx];
  }
  return copy;
}

function withMore(): readonly Manifest[] {
  const copy = structuredClone(PRODUCTION) as Manifest[];
  for (const { kind, spec } of copy as (Manifest & { spec: Record<string, unknown> })[]) {
    if (kind === 'BackendConfig') spec.iap = { enabled: true, oauthclientCredentials: { secretName: 'oauth' } };
    if (kind === 'Ingress') {
      const [rule] = spec.rules as [object];
      spec.rules = [rule, { ...rule, host: 'www.coditect.ai' }];
    }
  }
  const namespace = 'coditect-app';
  const object = (apiVersion: string, kind: string, name: string, spec: object): Manifest => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec,
  });
  return [
    ...copy,
    object('v1', 'PersistentVolumeClaim', 'disk', { accessModes: ['ReadWriteOnce'] }),
    object('apps/v1', 'Deployment', 'index', {
      replicas: 1,
      strategy: { type: 'Recreate' },
      template: {
        metadata: { labels: { app: 'index' } },
        spec: {
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'disk' } }],
          containers: [{ name: 'index', image: 'index:1.0.0' }],
        },
      },
    }),
    object('monitoring.coreos.com/v1', 'PrometheusRule', 'alerts', {
      groups: [
        { name: 'sockets', rules: [{ alert: 'Churn', expr: 'sum by (reason) (rate(socket_disconnect_total[5m]))' }] },
      ],
    }),
    object('alerts.example.com/v1', 'AlertPolicy', 'errors', {}),
    object('theia.cloud/v1beta10', 'AppDefinition', 'ide', { timeout: 0 }),
    object('batch/v1', 'CronJob', 'probe', {
      jobTemplate: {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'probe',
                  command: ['curl', '-f', "'https://coditect.ai/theia/socket.io/?EIO=4&transport=polling'"],
                },
              ],
            },
          },
        },
      },
    }),
  ];
}
