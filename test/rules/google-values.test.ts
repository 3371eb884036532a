import { told } from './told';

const object = (apiVersion: string, kind: string, spec: string, annotations = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a, annotations: { ${annotations} } }\nspec: ${spec}\n`;
const config = (spec: string) => object('cloud.google.com/v1', 'BackendConfig', spec);
const policy = (spec: string) => object('networking.gke.io/v1', 'HealthCheckPolicy', spec);
const pods = (spec: string) =>
  object('apps/v1', 'Deployment', `{ replicas: 1, template: { metadata: { labels: { app: a } }, spec: ${spec} } }`);

test.each<[text: string, said: readonly string[]]>([
  ['checkIntervalSec: 1, timeoutSec: 300, healthyThreshold: 1, unhealthyThreshold: 10', []],
  ['checkIntervalSec: 300, timeoutSec: 1, healthyThreshold: 10, unhealthyThreshold: 1', []],
  ['checkIntervalSec: 0', ['checkIntervalSec: 0']],
  ['checkIntervalSec: 301', ['checkIntervalSec: 301']],
  ['timeoutSec: 0', ['timeoutSec: 0']],
  ['timeoutSec: 301', ['timeoutSec: 301']],
  ['healthyThreshold: 0', ['healthyThreshold: 0']],
  ['healthyThreshold: 11', ['healthyThreshold: 11']],
  ['unhealthyThreshold: 0', ['unhealthyThreshold: 0']],
  ['unhealthyThreshold: 11', ['unhealthyThreshold: 11']],
  ['timeoutSec: "900"', []],
  ['timeoutSec: [1]', ['timeoutSec: [1]']],
  ['requestPath: health', ['requestPath: "health"']],
  ['requestPath: /health', []],
])('WS260: a health check with %s', (text, said) => {
  const paths = (block: string, kind: string) => said.map((one) => `${kind} a: spec.${block}.${one}`);
  expect(told('WS260', config(`{ healthCheck: { ${text} } }`))).toEqual(paths('healthCheck', 'BackendConfig'));
  const inPolicy = text.startsWith('requestPath') ? undefined : policy(`{ default: { ${text} } }`);
  if (inPolicy !== undefined) expect(told('WS260', inPolicy)).toEqual(paths('default', 'HealthCheckPolicy'));
});

/** Every number that an API server takes as a number only, written as text. */
const NUMBERS: readonly (readonly [text: string, field: string])[] = [
  ...['timeoutSec', 'connectionDraining.drainingTimeoutSec', 'sessionAffinity.affinityCookieTtlSec'].map(
    (field) => [config(nested(field)), `spec.${field}`] as const,
  ),
  ...['checkIntervalSec', 'timeoutSec', 'healthyThreshold', 'unhealthyThreshold', 'port'].map(
    (field) => [config(nested(`healthCheck.${field}`)), `spec.healthCheck.${field}`] as const,
  ),
  ...['timeoutSec', 'connectionDraining.drainingTimeoutSec', 'sessionAffinity.cookieTtlSec'].map(
    (field) =>
      [
        object('networking.gke.io/v1', 'GCPBackendPolicy', nested(`default.${field}`)),
        `spec.default.${field}`,
      ] as const,
  ),
  ...['checkIntervalSec', 'timeoutSec', 'healthyThreshold', 'unhealthyThreshold'].map(
    (field) => [policy(nested(`default.${field}`)), `spec.default.${field}`] as const,
  ),
  ...['minReplicas', 'maxReplicas'].map(
    (field) => [object('autoscaling/v2', 'HorizontalPodAutoscaler', nested(field)), `spec.${field}`] as const,
  ),
  ...['minReplicaCount', 'maxReplicaCount', 'cooldownPeriod', 'pollingInterval'].map(
    (field) => [object('keda.sh/v1alpha1', 'ScaledObject', nested(field)), `spec.${field}`] as const,
  ),
  ...['replicas', 'minReadySeconds', 'template.spec.terminationGracePeriodSeconds'].map(
    (field) => [object('apps/v1', 'Deployment', nested(field)), `spec.${field}`] as const,
  ),
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) =>
    ['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold'].map(
      (field) =>
        [
          pods(`{ containers: [{ name: a, ${probe}: { ${field}: "5" } }] }`),
          `spec.template.spec.containers[0].${probe}.${field}`,
        ] as const,
    ),
  ),
  [
    pods('{ containers: [{ name: a, ports: [{ containerPort: 1 }, { containerPort: "5" }] }] }'),
    'spec.template.spec.containers[0].ports[1].containerPort',
  ],
];

/** `{ a: { b: "5" } }` of `a.b`. */
function nested(field: string): string {
  return field.split('.').reduceRight((inner, part) => `{ ${part}: ${inner} }`, '"5"');
}

test.each(NUMBERS.map(([text, field]) => [field, text] as const))('WS267: %s is no text', (field, text) => {
  expect(told('WS267', text)).toEqual([expect.stringMatching(/: the text "5"$/)]);
  expect(told('WS267', text)[0]).toContain(` a: ${field}: `);
  expect(told('WS267', text.replaceAll('"5"', '5'))).toEqual([]);
});

test.each([
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what others fill in.
  ['${REPLICAS:-2}', true],
  ['$(REPLICAS)', true],
  ['$REPLICAS_2', true],
  ['{{ replicas }}', true],
  [' {{ replicas }} ', true],
  ['$2', false],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what others fill in.
  ['x${A}', false],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what others fill in.
  ['${A}x', false],
  ['2x', false],
  ['', false],
])('WS267: "%s" is filled in before anybody applies it: %s', (text, filled) => {
  expect(told('WS267', object('apps/v1', 'Deployment', `{ replicas: "${text}" }`))).toHaveLength(filled ? 0 : 1);
});

describe('WS203: an annotation of Google’s', () => {
  const on = (kind: 'Ingress' | 'Service', name: string) =>
    told('WS203', object(kind === 'Service' ? 'v1' : 'networking.k8s.io/v1', kind, '{}', `${name}: x`)).map((line) =>
      line.slice(line.lastIndexOf('"]: ') + 4),
    );
  test.each<[name: string, ingress: boolean, meant: string | undefined]>([
    ['cloud.google.com/neg', true, undefined],
    ['cloud.google.com/negg', true, 'cloud.google.com/neg'],
    ['cloud.google.com/ne', true, 'cloud.google.com/neg'],
    ['cloud.google.com/nag', true, 'cloud.google.com/neg'],
    ['cloud.google.com/neggs', true, 'cloud.google.com/neg'],
    ['cloud.google.com/neggggs', true, undefined],
    ['cloud.google.com/backendconfig', true, 'cloud.google.com/backend-config'],
    ['cloud.google.com/app-protocol', true, 'cloud.google.com/app-protocols'],
    ['cloud.google.co/neg', false, 'cloud.google.com/neg'],
    ['x.cloud.google.com/neg', false, 'cloud.google.com/neg'],
    ['xy.cloud.google.com/neg', false, undefined],
    ['beta.cloud.google.com/backend-config', false, undefined],
    ['example.com/neg', false, undefined],
    ['cloud.google.com/something-else-entirely', true, undefined],
  ])('%s is read by nobody on an Ingress: %s, and on a Service means %s', (name, ingress, meant) => {
    expect(on('Ingress', name)).toEqual(ingress ? ['on an Ingress, where nothing reads it'] : []);
    expect(on('Service', name)).toEqual(meant === undefined ? [] : [`${name}, which nothing reads`]);
  });
});

describe('WS259: a GKE Ingress', () => {
  const said = (annotations: string, tls = '[]', more = '') =>
    told(
      'WS259',
      `${object('networking.k8s.io/v1', 'Ingress', `{ tls: ${tls} }`, `kubernetes.io/ingress.class: gce, ${annotations}`)}${more}`,
    ).map((line) => line.slice(line.lastIndexOf('"]: ') + 4));
  const REDIRECT = (enabled: string) =>
    `---\n${object('networking.gke.io/v1beta1', 'FrontendConfig', `{ redirectToHttps: { enabled: ${enabled} } }`)}`;
  const FRONT = 'networking.gke.io/v1beta1.FrontendConfig: a';
  const NO_HTTP = 'kubernetes.io/ingress.allow-http: "false"';
  const BARE = '"false", and no certificate, so that there is no listener';
  const REDIRECTS = 'FrontendConfig a redirects to HTTPS, and the Ingress has no certificate';
  const CERTIFICATE = '---\napiVersion: networking.gke.io/v1\nkind: ManagedCertificate\nmetadata: { name: cert }\n';

  test.each<[what: string, annotations: string, tls: string, more: string, said: readonly string[]]>([
    ['of nothing', '', '[]', '', []],
    ['without HTTP', NO_HTTP, '[]', '', [BARE]],
    ['with HTTP', 'kubernetes.io/ingress.allow-http: "true"', '[]', '', []],
    ['without HTTP, with a secret', NO_HTTP, '[{ hosts: [a] }, { secretName: a }]', '', []],
    ['without HTTP, with hosts alone', NO_HTTP, '[{ hosts: [a] }]', '', [BARE]],
    ['with a certificate of the project', `${NO_HTTP}, ingress.gcp.kubernetes.io/pre-shared-cert: a`, '[]', '', []],
    [
      'with an empty certificate of the project',
      `${NO_HTTP}, ingress.gcp.kubernetes.io/pre-shared-cert: ""`,
      '[]',
      '',
      [BARE],
    ],
    ['with a map of certificates', `${NO_HTTP}, networking.gke.io/certmap: a`, '[]', '', []],
    ['that redirects', FRONT, '[]', REDIRECT('true'), [REDIRECTS]],
    ['that does not redirect', FRONT, '[]', REDIRECT('false'), []],
    ['whose redirect is not here', FRONT, '[]', '', []],
    ['that redirects, with a secret', FRONT, '[{ secretName: a }]', REDIRECT('true'), []],
    ['with a certificate that is there', 'networking.gke.io/managed-certificates: " cert , "', '[]', CERTIFICATE, []],
    [
      'with one that is not, and one that is',
      'networking.gke.io/managed-certificates: "cert,gone"',
      '[]',
      CERTIFICATE,
      ['ManagedCertificate gone, which is not among these objects'],
    ],
  ])('%s', (_what, annotations, tls, more, expected) => {
    expect(said(annotations, tls, more)).toEqual(expected);
  });
});
