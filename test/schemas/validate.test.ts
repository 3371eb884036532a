import { BackendConfig } from '@kubernetes-models/gke/cloud.google.com/v1/BackendConfig';
import { ManagedCertificate } from '@kubernetes-models/gke/networking.gke.io/v1/ManagedCertificate';
import { FrontendConfig } from '@kubernetes-models/gke/networking.gke.io/v1beta1/FrontendConfig';
import { KUBERNETES_VERSIONS, podSpecsOf, schemaErrors } from './validate';

const template = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      {
        name: 'app',
        image: 'app:1',
        ports: [{ name: 'http', containerPort: 3000 }],
        readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 },
        resources: { requests: { cpu: '250m', memory: '1.5Gi' }, limits: { cpu: 2, memory: 1073741824 } },
      },
    ],
  },
};
const selector = { matchLabels: { app: 'web' } };
const job = { template: { spec: { ...template.spec, restartPolicy: 'Never' } } };
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } };
const port = { name: 'http', port: 80, targetPort: 'http' };

function object(apiVersion: string, kind: string, fields: object) {
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'shop' }, ...fields };
}

const service = object('v1', 'Service', { spec: { type: 'ClusterIP', selector: { app: 'web' }, ports: [port] } });
const deployment = object('apps/v1', 'Deployment', { spec: { replicas: 2, selector, template } });
const statefulSet = object('apps/v1', 'StatefulSet', {
  spec: {
    serviceName: 'web',
    selector,
    template,
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
  },
});
const cronJob = object('batch/v1', 'CronJob', { spec: { schedule: '0 3 * * *', jobTemplate: { spec: job } } });
const pod = object('v1', 'Pod', { spec: template.spec });
const budget = object('policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable: '50%', selector } });
const backendConfig = object('cloud.google.com/v1', 'BackendConfig', {
  spec: {
    timeoutSec: 86400,
    connectionDraining: { drainingTimeoutSec: 60 },
    healthCheck: { type: 'HTTP', port: 3000, requestPath: '/ready', checkIntervalSec: 10 },
    sessionAffinity: { affinityType: 'GENERATED_COOKIE', affinityCookieTtlSec: 86400 },
  },
});
const frontendConfig = object('networking.gke.io/v1beta1', 'FrontendConfig', {
  spec: { sslPolicy: 'modern', redirectToHttps: { enabled: true, responseCodeName: 'PERMANENT_REDIRECT' } },
});
const certificate = object('networking.gke.io/v1', 'ManagedCertificate', { spec: { domains: ['shop.example.com'] } });

const gateway = object('gateway.networking.k8s.io/v1', 'Gateway', {
  spec: {
    gatewayClassName: 'gke-l7-rilb',
    listeners: [{ name: 'http', protocol: 'HTTP', port: 80, allowedRoutes: { namespaces: { from: 'Same' } } }],
  },
});
const route = object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
  spec: {
    parentRefs: [{ name: 'web', sectionName: 'http' }],
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'web', port: 80 }] }],
  },
});
const targetRef = { group: '', kind: 'Service', name: 'web' };
const backendPolicy = object('networking.gke.io/v1', 'GCPBackendPolicy', {
  spec: { default: { timeoutSec: 80, sessionAffinity: { type: 'CLIENT_IP' } }, targetRef },
});
const policies = [
  backendPolicy,
  object('networking.gke.io/v1', 'HealthCheckPolicy', {
    spec: {
      default: {
        config: { type: 'HTTP', httpHealthCheck: { portSpecification: 'USE_SERVING_PORT', requestPath: '/health' } },
      },
      targetRef,
    },
  }),
  object('networking.gke.io/v1', 'GCPTrafficDistributionPolicy', {
    spec: { default: { localityLbAlgorithm: 'RING_HASH' }, targetRefs: [targetRef] },
  }),
  object('networking.gke.io/v1', 'GCPGatewayPolicy', {
    spec: { default: { sslPolicy: 'modern' }, targetRef: { ...targetRef, kind: 'Gateway' } },
  }),
];

const valid = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'web' } } },
  object('v1', 'ServiceAccount', { automountServiceAccountToken: false }),
  object('v1', 'ConfigMap', { data: { 'nginx.conf': 'events {}' } }),
  object('v1', 'Secret', { type: 'Opaque', stringData: { key: 'value' }, data: { other: 'dmFsdWU=' } }),
  service,
  object('v1', 'PersistentVolumeClaim', { spec: claim }),
  pod,
  deployment,
  statefulSet,
  object('batch/v1', 'Job', { spec: job }),
  cronJob,
  object('autoscaling/v2', 'HorizontalPodAutoscaler', {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' },
      maxReplicas: 10,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
      ],
      behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } },
    },
  }),
  budget,
  object('networking.k8s.io/v1', 'Ingress', {
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } }, tls: [{ secretName: 'tls' }] },
  }),
  object('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'k8s.io/ingress-nginx' } }),
  object('networking.k8s.io/v1', 'NetworkPolicy', {
    spec: { podSelector: selector, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 3000, protocol: 'TCP' }] }] },
  }),
  backendConfig,
  frontendConfig,
  certificate,
  gateway,
  route,
  ...policies,
];

/** A copy of a manifest with one field set, or removed when no value is given. */
function withField(manifest: object, path: string, value?: unknown): unknown {
  const copy = structuredClone(manifest);
  const keys = path.split('.');
  const last = keys.pop() as string;
  const parent = keys.reduce((node, key) => node[key] as Record<string, unknown>, copy as Record<string, unknown>);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

describe.each(KUBERNETES_VERSIONS)('The schemas of Kubernetes %s', (version) => {
  test.each(valid.map((manifest) => [manifest.kind, manifest]))('accept a correct %s', (_kind, manifest) => {
    expect(schemaErrors(manifest, version)).toEqual([]);
  });

  test.each(valid.map((manifest) => [manifest.kind, manifest]))('fails an unknown field on a %s', (_kind, manifest) => {
    const errors = schemaErrors(withField(manifest, 'porst', 1), version);
    expect(errors).toEqual([`${manifest.kind}/${manifest.metadata.name}: / unknown field "porst"`]);
  });
});

const POD = 'spec.template.spec.containers.0';

test.each<[string, object, string, unknown, string]>([
  ['an unknown field deep in a pod', deployment, `${POD}.imagePull`, 'Always', 'containers/0 unknown field'],
  ['an unknown field of the metadata', service, 'metadata.label', {}, '/metadata unknown field "label"'],
  ['an unknown field of a GKE object', backendConfig, 'spec.timeout', 30, '/spec unknown field "timeout"'],
  ['unknown metadata of a GKE object', frontendConfig, 'metadata.label', {}, '/metadata unknown field "label"'],
  ['an unknown field of a claim template', statefulSet, 'spec.volumeClaimTemplates.0.size', 1, 'field "size"'],
  ['a number in quotes', deployment, 'spec.replicas', '2', '/spec/replicas must be integer'],
  ['a fraction for an integer', deployment, 'spec.replicas', 1.5, '/spec/replicas must be integer'],
  ['an integer beyond 32 bits', deployment, 'spec.replicas', 2 ** 31, 'must match format "int32"'],
  ['an integer that lost its precision', pod, 'spec.terminationGracePeriodSeconds', 2 ** 53, 'format "int64"'],
  ['a number for a label', service, 'metadata.labels', { version: 1 }, '/metadata/labels/version must be string'],
  ['a null', service, 'spec.clusterIP', null, '/spec/clusterIP must be string'],
  ['a numeric port in quotes', service, 'spec.ports.0.targetPort', '8080', 'targetPort must match pattern'],
  ['an object for an int-or-string', budget, 'spec.maxUnavailable', {}, 'must be integer,string'],
  ['a fraction for an int-or-string', budget, 'spec.maxUnavailable', 0.5, 'must be integer,string'],
  ['a quantity with a wrong unit', deployment, `${POD}.resources.requests.memory`, '1GB', 'must match pattern'],
  ['a quantity with a space', deployment, `${POD}.resources.requests.memory`, '1 Gi', 'must match pattern'],
  ['a boolean for a quantity', deployment, `${POD}.resources.limits.cpu`, true, 'must be number,string'],
  ['secret data that is not base64', valid[3] as object, 'data.other', 'value!', 'must match format "byte"'],
  ['a missing selector', deployment, 'spec.selector', undefined, '/spec missing field "selector"'],
  ['a missing spec', service, 'spec', undefined, '/ missing field "spec"'],
  ['a missing name', service, 'metadata.name', undefined, '/metadata missing field "name"'],
  ['a missing metadata', service, 'metadata', undefined, '/ missing field "metadata"'],
  ['a missing image', deployment, `${POD}.image`, undefined, 'containers/0 missing field "image"'],
  ['a missing field of a GKE object', frontendConfig, 'spec.redirectToHttps.enabled', undefined, 'field "enabled"'],
  ['a pod without containers', pod, 'spec.containers', [], 'must NOT have fewer than 1 items'],
  ['a name in upper case', service, 'metadata.name', 'Web', '/metadata/name must match pattern'],
  ['an unknown Service type', service, 'spec.type', 'Cluster', '/spec/type must be one of ClusterIP, NodePort'],
  ['a port out of range', service, 'spec.ports.0.port', 65536, '/spec/ports/0/port must be <= 65535'],
  ['an unknown redirect', frontendConfig, 'spec.redirectToHttps.responseCodeName', 'MOVED', 'must be one of MOVED_'],
  ['a cookie of over a day', backendConfig, 'spec.sessionAffinity.affinityCookieTtlSec', 86401, 'be <= 86400'],
  ['a string for a GKE timeout', backendConfig, 'spec.timeoutSec', '30', '/spec/timeoutSec must be integer'],
  ['an unknown field of a route', route, 'spec.rules.0.timeout', {}, '/spec/rules/0 unknown field "timeout"'],
  ['an impossible port of a listener', gateway, 'spec.listeners.0.port', 0, '/spec/listeners/0/port must be >= 1'],
  ['an unknown affinity of a policy', backendPolicy, 'spec.default.sessionAffinity.type', 'COOKIE', 'one of CLIENT_IP'],
  ['a policy without a target', backendPolicy, 'spec.targetRef', undefined, 'missing field "targetRef"'],
  ['a wildcard certificate', certificate, 'spec.domains.0', '*.example.com', '/spec/domains/0 must match pattern'],
])('fails %s', (_what, manifest, path, value, message) => {
  for (const version of KUBERNETES_VERSIONS) {
    expect(schemaErrors(withField(manifest, path, value), version)).toEqual([expect.stringContaining(message)]);
  }
});

test('fails a field that only a newer Kubernetes knows', () => {
  const newer = withField(pod, 'spec.hostnameOverride', 'web');
  expect(schemaErrors(newer, '1.28')).toEqual(['Pod/web: /spec unknown field "hostnameOverride"']);
  expect(schemaErrors(newer, '1.37')).toEqual([]);
});

test('fails with every problem of a manifest, not only the first', () => {
  const twice = withField(withField(service, 'spec.porst', 1) as object, 'spec.type', 1);
  expect(schemaErrors(twice, '1.28').length).toBeGreaterThanOrEqual(2);
});

test.each<[string, unknown, string]>([
  ['an unknown kind', object('apps/v1', 'Deploymnet', {}), 'Deploymnet/web: no schema for apps/v1 Deploymnet in'],
  ['a known kind in a wrong group', { ...deployment, apiVersion: 'v1' }, 'Deployment/web: no schema for v1 Deployment'],
  ['a version that was removed', { ...budget, apiVersion: 'policy/v1beta1' }, 'no schema for policy/v1beta1'],
  ['a kind named like a property of every object', object('v1', 'toString', {}), 'no schema for v1 toString'],
  ['a manifest without a kind', { apiVersion: 'v1', metadata: { name: 'a' } }, '(no kind)/a: /kind must be a string'],
  ['a manifest without an apiVersion', { kind: 'Service' }, 'Service/(no name): /apiVersion must be a string'],
  ['a list', [service], 'is not an object'],
  ['nothing', undefined, 'undefined: is not an object'],
])('refuses %s', (_what, manifest, message) => {
  expect(schemaErrors(manifest, '1.28')).toEqual([expect.stringContaining(message)]);
});

test('The package with the GKE types accepts the GKE objects that pass here', () => {
  expect(() => new BackendConfig(backendConfig as never).validate()).not.toThrow();
  expect(() => new FrontendConfig(frontendConfig as never).validate()).not.toThrow();
  expect(() => new ManagedCertificate(certificate as never).validate()).not.toThrow();
});

test('podSpecsOf finds the pods of every workload and none elsewhere', () => {
  expect(podSpecsOf(deployment)).toEqual([template]);
  expect(podSpecsOf(statefulSet)).toEqual([template]);
  expect(podSpecsOf(object('batch/v1', 'Job', { spec: job }))).toEqual([job.template]);
  expect(podSpecsOf(cronJob)).toEqual([job.template]);
  expect(podSpecsOf(pod)).toEqual([pod]);
  expect(valid.filter((manifest) => podSpecsOf(manifest).length > 0).map((manifest) => manifest.kind)).toEqual([
    'Pod',
    'Deployment',
    'StatefulSet',
    'Job',
    'CronJob',
  ]);
  expect(podSpecsOf(undefined)).toEqual([]);
});
