import { loadTexts } from '../../lib/manifest';
import { check, checkLoaded } from '../../lib/rules';
import { web } from '../system/support';

/** What public repositories hold and their maintainers are right about. */

const codes = (text: string) => check(text).findings.map(({ code }) => code);

const deployment = (replicas: string, more = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: 'web:1' }] }
${more}`;

test.each(['$' + '{REPLICAS:-2}', '$' + '{REPLICAS}', '$(REPLICAS)', '$REPLICAS', '"{{ replicas }}"'])(
  '%s is filled in before anybody applies it, and is no number in quotes',
  (placeholder) => {
    expect(codes(deployment(placeholder))).toEqual([]);
  },
);

test.each(['"2"', '2s', '$2', 'PORT'])('%s stays what it is: a text where a number belongs', (text) => {
  expect(codes(deployment(text))).toEqual(['WS267']);
});

describe('a budget with both fields', () => {
  const budget = (spec: string) => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { ${spec}, selector: { matchLabels: { app: web } } }`;

  test('is told which of them blocks', () => {
    const text = deployment('1', budget('minAvailable: 1, maxUnavailable: 1'));
    expect(check(text).findings).toMatchObject([
      { code: 'WS309', path: 'spec.minAvailable', actual: 'minAvailable 1 of 1 pods' },
    ]);
  });

  test('or the other', () => {
    const text = deployment('3', budget('minAvailable: 1, maxUnavailable: 0'));
    expect(check(text).findings).toMatchObject([
      { code: 'WS309', path: 'spec.maxUnavailable', actual: 'maxUnavailable 0' },
    ]);
  });
});

test('a Service of type LoadBalancer has its own ports, whatever of the same name lies beside it', () => {
  const service = (port: number) => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: ${port} }] }
`;
  const loaded = loadTexts(
    new Map([
      ['first.yaml', service(80)],
      ['second.yaml', service(8080)],
    ]),
  );
  expect(checkLoaded(loaded).findings.filter(({ code }) => code === 'WS230')).toEqual([]);
});

describe('a Service that stands for a host outside', () => {
  const outside = (port: string) => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: web }
spec: { routes: [{ match: Host(\`web.example.com\`), services: [{ name: web, port: ${port} }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: ExternalName, externalName: web.example.net }
`;
  test('is asked at the number that the route names', () => expect(codes(outside('443'))).toEqual([]));
  test('has no name for a port', () => expect(codes(outside('https'))).toEqual(['WS230']));
});

describe('examples of routes whose Services are kept elsewhere', () => {
  const route = (name: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name} }
spec:
  ingressClassName: nginx
  rules:
    - host: ${name}.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] }
`;
  const one = web().split('\n---').slice(1).join('\n---');
  const found = (...names: string[]) => codes([...names.map(route), one].join('\n---\n'));

  test('more of them missing than there are', () => expect(found('s1', 's2')).toEqual([]));
  test('one that is missing is a misspelling', () => expect(found('webb')).toEqual(['WS230']));
  test('and so are two beside as many that are there', () => {
    const there = one.replaceAll('web', 'chat');
    expect(codes([...['web', 'chat', 's1', 's2'].map(route), one, there].join('\n---\n'))).toEqual(['WS230', 'WS230']);
  });
});

describe('a port that probes ask and nobody declares', () => {
  const probed = (liveness: number, readiness: number) =>
    web({ container: `livenessProbe: { httpGet: { path: /live, port: ${liveness} } }` }).replace(
      /readinessProbe: .*/,
      `readinessProbe: { httpGet: { path: /ready, port: ${readiness} } }`,
    );
  test('is meant where several agree on it', () => expect(codes(probed(10254, 10254))).toEqual([]));
  test('and worth knowing where only one asks it', () => {
    expect(check(probed(10254, 3000)).findings.map(({ code, level }) => `${code} ${level}`)).toContain('WS323 info');
  });
});

test.each([
  ['a Service', web().replace(/ports: \[\{ name: http, port: 80.*/, 'ports: [{ name: http }]')],
  ['a container', web().replace(/containerPort: \d+/, 'protocol: TCP')],
])('the port that %s does not write is not called undefined', (_of, text) => {
  const { findings } = check(text);
  expect(findings.map(({ actual, expected, fix }) => `${actual} ${expected} ${fix}`).join('\n')).not.toMatch(
    /undefined|\[object/,
  );
});

test('a matcher of a hundred thousand characters takes no time', () => {
  const text = `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: web }
spec: { routes: [{ match: "${'Host('.repeat(20_000)}", services: [{ name: web, port: 80 }] }] }
`;
  const before = process.cpuUsage();
  check(text);
  const { user } = process.cpuUsage(before);
  expect(user / 1000).toBeLessThan(2000);
});
