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

  const told = (...texts: string[]) =>
    check(texts.join('\n---\n')).findings.map(({ code, level, actual }) => `${code} ${level} ${actual}`);
  const unread = (name: string) => `WS230 info Service ${name}, which is not in what was read`;
  const meant = (name: string, instead: string) =>
    `WS230 error Service ${name}, which is not in what was read; ${instead}`;

  test('more of them missing than there are', () => expect(found('s1', 's2')).toEqual([]));
  test('one like another is a misspelling', () => {
    expect(told(route('web'), route('webb'), one)).toEqual([meant('webb', 'web is, and has this port')]);
    const longer = [one.replaceAll('name: web', 'name: shop-web-api'), route('shop-web-api')];
    expect(told(...longer, route('shop-wbe-api'))).toEqual([
      meant('shop-wbe-api', 'shop-web-api is, and has this port'),
    ]);
  });
  test.each(['web2', 'shop', 'web-api', 'app'])('%s beside web may be there all the same', (name) =>
    expect(told(route('web'), route(name), one)).toEqual([unread(name)]),
  );
  test('names that differ in a number, or in a short word, are two', () => {
    const there = one.replaceAll('name: web', 'name: shop-db1');
    for (const other of ['shop-db2', 'shop-ui1'])
      expect(told(there, route('shop-db1'), route(other))).toEqual([unread(other)]);
  });
  test('one beside a Service that nothing leads to was renamed', () =>
    expect(told(route('shop'), one)).toEqual([meant('shop', 'web is, has this port, and nothing leads to it')]));
  test('a Service that pods are told of is for them', () =>
    expect(
      told(
        route('shop'),
        one.replace('readinessProbe', 'env: [{ name: API, value: "http://web/" }]\n          readinessProbe'),
      ),
    ).toEqual([unread('shop')]));
  test('and so is one with another port', () =>
    expect(told(route('shop'), one.replace('port: 80,', 'port: 6379,'))).toEqual([unread('shop')]));
  test('two beside as many that are there are only not read', () => {
    const there = one.replaceAll('web', 'chat');
    expect(told(...['web', 'chat', 's1', 's2'].map(route), one, there)).toEqual([unread('s1'), unread('s2')]);
  });
  test('a name in another namespace is no way there', () => {
    const here = route('web').replace('name: web }', 'name: web, namespace: a }');
    const there = one.replace(/name: web, annotations/g, 'name: web, namespace: b, annotations');
    expect(told(here, there)).toEqual([meant('web', 'it is in namespace b, and not in a')]);
  });
  test('a route that names a namespace of which nothing was read leads elsewhere', () => {
    const http = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: a }
spec: { rules: [{ backendRefs: [{ name: webb, namespace: b, port: 80 }] }] }
`;
    const here = one.replace(/name: web, annotations/g, 'name: web, namespace: a, annotations');
    expect(told(http, here)).toEqual([]);
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

describe('a Network Load Balancer', () => {
  const NLB = 'service.beta.kubernetes.io/aws-load-balancer';
  const nats = (annotations: string, spec = '') => `
apiVersion: v1
kind: Service
metadata: { name: nats, annotations: { ${annotations} } }
spec: { type: LoadBalancer, ${spec} selector: { app: nats }, ports: [{ port: 443, targetPort: 8443 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: nats }
spec:
  replicas: 1
  serviceName: nats
  template:
    metadata: { labels: { app: nats } }
    spec:
      terminationGracePeriodSeconds: 60
      containers:
        - { name: nats, image: 'nats:2.10', ports: [{ containerPort: 8443 }], readinessProbe: { tcpSocket: { port: 8443 } } }
`;

  test('waits for 350 s where Kubernetes’ own controller makes it', () => {
    expect(check(nats(`${NLB}-type: nlb`)).systems.join()).toContain('survives silence of 350 s');
  });

  test('of type nlb is made by the AWS controller where something stands there that only it reads', () => {
    const { systems } = check(
      nats(`${NLB}-type: nlb, ${NLB}-listener-attributes.TCP-443: tcp.idle_timeout.seconds=60`),
    );
    expect(systems.join()).toContain('survives silence of 60 s');
  });

  test('of the AWS controller waits as long as its listener is told, and what only a Classic one reads changes nothing', () => {
    const { findings } = check(nats(`${NLB}-connection-idle-timeout: "60"`, 'loadBalancerClass: service.k8s.aws/nlb,'));
    expect(findings.map(({ code, level, fix }) => `${code} ${level} ${fix}`)).toEqual([
      `WS206 warning remove it; here this is tcp.idle_timeout.seconds in ${NLB}-listener-attributes.TCP-<port>`,
    ]);
  });

  test('a Classic one, which names no type, is not judged by it', () =>
    expect(check(nats(`${NLB}-connection-idle-timeout: "3600"`)).findings).toEqual([]));
});
