import { type Edit, editText, loadTexts } from '../../lib/manifest';
import { check, checkLoaded } from '../../lib/rules';
import { web } from '../system/support';

/** What whole repositories hold: patches, samples, routes and texts of shapes that only one tool knows. */

const codes = (text: string) => check(text).findings.map(({ code }) => code);

test('pods of a ReplicationController are pods', () => {
  const text = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: redis }
spec: { template: { metadata: { labels: { app: redis } }, spec: { containers: [{ name: redis, image: 'redis:7' }] } } }
`;
  const controller = `
apiVersion: v1
kind: ReplicationController
metadata: { name: guestbook }
spec: { selector: { app: guestbook }, template: { metadata: { labels: { app: guestbook } }, spec: { containers: [{ name: web, image: 'web:1' }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: guestbook }
spec: { type: LoadBalancer, selector: { app: guestbook }, ports: [{ port: 80 }] }
---`;
  expect(codes(`${controller}${text}`)).toEqual([]);
  expect(codes(`${controller.replace('{ labels: { app: guestbook', '{ labels: { app: guestbok')}${text}`)).toEqual([
    'WS317',
  ]);
});

test('a Service without ports is a patch for one that is elsewhere, unless it is headless', () => {
  const overlay = web().replace(/ {2}ports: \[.*\]\n/, '');
  expect(check(overlay).findings).toMatchObject([{ code: 'WS230', level: 'info' }]);
  const headless = overlay.replace('  selector: { app: web }\n', '  clusterIP: None\n  selector: { app: web }\n');
  expect(check(headless).findings).toMatchObject([{ code: 'WS230', level: 'error' }]);
});

describe('a folder of samples, of which each leaves out what another has', () => {
  const [ingress = '', ...site] = web().split('---\n');
  const alone = site.join('---\n').replaceAll('web', 'ratings');
  const files = {
    'kube/ingress.yaml': ingress,
    'kube/node-port.yaml': (site[0] as string).replace('spec:\n', 'spec:\n  type: NodePort\n'),
    'kube/ratings.yaml': alone,
    'kube/ratings-discovery.yaml': alone.split('---\n')[0] as string,
    'kube/site.yaml': `${site.join('---\n')}---\n${alone}`,
  };
  const found = (of: Readonly<Record<string, string>>) =>
    checkLoaded(loadTexts(new Map(Object.entries(of)))).findings.map(({ code, object }) => `${code} ${object}`);

  test('lacks neither Services nor pods', () => {
    expect(found(files)).toEqual([]);
  });

  test('and lacks what none of them has', () => {
    const { 'kube/site.yaml': _site, 'kube/node-port.yaml': _nodePort, ...others } = files;
    expect(found(others)).toContain('WS230 networking.k8s.io/Ingress web');
  });
});

describe('a Route of OpenShift names a port as the pods have it', () => {
  const [, ...site] = web().split('---\n');
  const route = (port: string | number, rest = site.join('---\n')) => `
apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: web }
spec: { host: web.example.com, to: { kind: Service, name: web }, port: { targetPort: ${port} } }
---
${rest}`;

  test('by the number behind a name of the Service', () => {
    expect(codes(route(8080))).toEqual([]);
    expect(codes(route('http'))).toEqual([]);
  });

  test('and not by that of the Service', () => {
    expect(check(route(80)).findings).toMatchObject([
      { code: 'WS230', actual: 'port 80 of Service web', expected: 'one of its ports: http', fix: 'use port http' },
    ]);
  });

  test('which pods that were not read may have', () => {
    expect(codes(route(8080, site[0]))).toEqual([]);
  });
});

describe('a line left of its block, which kubectl reads', () => {
  const text = (tail: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, annotations: { holdfast/websocket: "true" } }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 20
      containers:
        - name: web
          image: web:1
          ${tail.split('\n').join('\n          ')}
          lifecycle: { preStop: { exec: { command: [sleep, "30"] } } }
`;

  test.each([
    ['of quoted text', 'env:\n- name: OPTIONS\n  value: "\n-Da=b\n   "'],
    ['of brackets', 'env: [\n  { name: A, value: b },\n]'],
    ['of both', 'env: [\n  { name: A, value: "\n b" }\n]\nargs: [\n  a\n]'],
  ])('%s is no reason to stop: places are found, and changes are made', (_what, tail) => {
    const written = text(tail);
    const [finding] = check(written).findings;
    expect(finding).toMatchObject({
      code: 'WS105',
      place: { line: 8, text: '      terminationGracePeriodSeconds: 20' },
    });
    const [edit] = finding?.edits ?? [];
    expect(editText(written, 0, edit as Edit)).toBe(written.replace('Seconds: 20', 'Seconds: 50'));
    const below = { path: ['spec', 'template', 'spec', 'containers', 0, 'lifecycle', 'preStop', 'exec'], value: 1 };
    expect(editText(written, 0, below)).toBe(written.replace('exec: { command: [sleep, "30"] }', 'exec: 1'));
  });
});

describe('a Service before two workloads', () => {
  const workload = (name: string, port: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec: { template: { metadata: { labels: { app: parse } }, spec: { containers: [{ name: ${name}, image: '${name}:1', ports: [{ name: ${port}, containerPort: 80 }] }] } } }
`;
  const service = (target: string) => `
apiVersion: v1
kind: Service
metadata: { name: parse }
spec: { type: LoadBalancer, selector: { app: parse }, ports: [{ name: api, port: 80, targetPort: ${target} }] }
`;
  const both = workload('server', 'api') + workload('dashboard', 'web');

  test('sends to those that have the named port', () => {
    expect(codes(service('api') + both)).toEqual([]);
  });

  test('one of which may be written by whoever injects it', () => {
    const injected = workload('gateway', 'api').replace('gateway:1', 'auto');
    expect(codes(service('8443') + injected)).toEqual([]);
    expect(codes(service('8443') + workload('gateway', 'api'))).toEqual(['WS316']);
  });

  test('a name without a number is none to aim at', () => {
    const text = service('api') + workload('server', 'api').replace(', containerPort: 80', '');
    expect(check(text).findings).toMatchObject([
      { code: 'WS316', expected: 'one of the container’s ports, by number' },
    ]);
  });

  test('and one of them has to', () => {
    expect(codes(service('apj') + both)).toEqual(['WS316']);
  });
});

describe('a DestinationRule', () => {
  const [, ...site] = web({ replicas: 3 }).split('---\n');
  const mesh = (
    host: string,
    balanced = 'consistentHash: { httpCookie: { name: s, ttl: 3600s } }',
  ) => `${site.join('---\n')}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web.example.com], gateways: [edge], http: [{ match: [{ uri: { prefix: /socket.io } }], route: [{ destination: { host: web } }] }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: ${host}, trafficPolicy: { loadBalancer: { ${balanced} } } }
`;

  test.each(['web', 'web.default.svc.cluster.local', '"*.default.svc.cluster.local"', '"*.local"'])(
    'for %s is one for a Service that names no namespace',
    (host) => {
      expect(codes(mesh(host))).not.toContain('WS226');
      const unbound = check(mesh(host, 'simple: LEAST_REQUEST')).findings.find(({ code }) => code === 'WS226');
      expect(unbound).toMatchObject({ kind: 'DestinationRule', actual: 'no consistentHash' });
    },
  );

  test('says nothing of silence, which ends no stream of HTTP', () => {
    expect(check(mesh('web')).systems).toEqual([
      expect.stringContaining('lives as long as its pod; it is silent for 25 s at a time;'),
    ]);
  });

  test.each(['api', '"*.example.com"'])('for %s is for another', (host) => {
    expect(check(mesh(host)).findings.find(({ code }) => code === 'WS226')).toMatchObject({ kind: 'VirtualService' });
  });
});

describe('a path that is taken off on the way', () => {
  const [, ...site] = web().split('---\n');
  const proxy = (policy: string) => `${site.join('---\n')}---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: web }
spec:
  virtualhost: { fqdn: web.example.com }
  routes: [{ conditions: [{ prefix: /socket.io }], enableWebsockets: true, pathRewritePolicy: { replacePrefix: [${policy}] }, services: [{ name: web, port: 80 }] }]
`;
  const route = (target: string) => `${site.join('---\n')}---
apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: web, annotations: { haproxy.router.openshift.io/rewrite-target: ${target} } }
spec: { host: web.example.com, path: /socket.io, to: { kind: Service, name: web }, port: { targetPort: http } }
`;
  const lost = (text: string) =>
    check(text).findings.flatMap(({ code, path, actual }) => (code === 'WS255' ? [`${path}: ${actual}`] : []));

  test('is lost behind Contour', () => {
    const at = (i: number) => `spec.routes[0].pathRewritePolicy.replacePrefix[${i}].replacement`;
    expect(lost(proxy('{ replacement: / }'))).toEqual([`${at(0)}: /socket.io/ becomes /`]);
    expect(lost(proxy('{ prefix: /, replacement: /x }, { prefix: /socket.io, replacement: /chat }'))).toEqual([
      `${at(1)}: /socket.io/ becomes /chat/`,
    ]);
  });

  test('and behind the router of OpenShift', () => {
    expect(lost(route('/'))).toEqual([
      'metadata.annotations["haproxy.router.openshift.io/rewrite-target"]: /socket.io/ becomes /',
    ]);
  });

  test('and stays where it is written again', () => {
    expect(lost(proxy('{ prefix: /other, replacement: / }'))).toEqual([]);
    expect(lost(proxy('{ replacement: /socket.io }'))).toEqual([]);
    expect(lost(route('/socket.io'))).toEqual([]);
  });
});

describe('the port that a HealthCheckPolicy asks', () => {
  const policy = (check: string) => `${web()}---
apiVersion: networking.gke.io/v1
kind: HealthCheckPolicy
metadata: { name: web }
spec: { default: { config: { type: HTTP, httpHealthCheck: { requestPath: /ready, ${check} } } }, targetRef: { group: '', kind: Service, name: web } }
`;

  test.each(['port: 9090', 'port: 9090, portSpecification: USE_FIXED_PORT'])('is one of the pods: %s', (written) => {
    expect(check(policy(written)).findings).toMatchObject([
      {
        code: 'WS222',
        kind: 'HealthCheckPolicy',
        actual: '9090, which no container behind it declares (8080)',
        edits: [],
      },
    ]);
  });

  test.each(['port: 8080', 'portSpecification: USE_SERVING_PORT', 'port: 9090, portSpecification: USE_SERVING_PORT'])(
    'and nothing is wrong with %s',
    (written) => {
      expect(codes(policy(written))).toEqual([]);
    },
  );
});

test.each([
  'kind.x-k8s.io/v1alpha4\nkind: Cluster',
  'install.istio.io/v1alpha1\nkind: IstioOperator',
  'install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: { namespace: istio-system }',
  'kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration',
  'kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration',
  'skaffold/v4beta11\nkind: Config',
  'audit.k8s.io/v1\nkind: Policy',
])('what a tool reads that makes clusters is passed over: %s', (head) => {
  const { problems, bundle } = loadTexts(new Map([['a.yaml', `${web()}---\napiVersion: ${head}\nspec: {}\n`]]));
  expect(problems).toEqual([]);
  expect(bundle.objects).toHaveLength(3);
});

test.each(['networking.k8s.io/v1\nkind: Ingress', 'example.com/v1\nkind: Thing'])('and %s is not', (head) => {
  expect(loadTexts(new Map([['a.yaml', `apiVersion: ${head}\nspec: {}\n`]])).problems).toHaveLength(1);
});
