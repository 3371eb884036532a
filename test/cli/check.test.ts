import { BACKEND_CONFIG, CLEAN, GUIDE, holdfast, read, write } from './folder';

const FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'markdown'];

test.each(FORMATS)(
  'the exit code tells the same in the format %s: 0 clean, 1 findings, 2 could not look',
  async (format) => {
    write('clean.yaml', CLEAN);
    write('found.yaml', GUIDE);
    write('broken.yaml', 'a: [');
    expect((await holdfast('check', 'clean.yaml', '-f', format)).code).toBe(0);
    expect((await holdfast('check', 'found.yaml', '-f', format)).code).toBe(1);
    const broken = await holdfast('check', 'broken.yaml', '-f', format);
    expect(broken.code).toBe(2);
    expect(broken.err).toMatch(/^broken\.yaml:\d: not readable as YAML: .*\n$/);
  },
);

test('what was found is shown beside what could not be read, and nothing is called clean', async () => {
  write('found.yaml', BACKEND_CONFIG);
  write('nameless.yaml', 'apiVersion: sample/v1\nkind: Test\n');
  const { code, out, err } = await holdfast('check');
  expect([code, err]).toEqual([2, '']);
  expect(out).toMatch(
    / × WS218 [\s\S]*\n× nameless\.yaml:1: this Test has no metadata\.name\n× .* \(1 could not be read\)\n$/,
  );
  write('found.yaml', CLEAN);
  expect(await holdfast('check')).toEqual({
    code: 2,
    out: '',
    err: 'nameless.yaml:1: this Test has no metadata.name\n',
  });
});

test('people see the line, a caret, what is wrong and what to do', async () => {
  write('found.yaml', BACKEND_CONFIG);
  const { out } = await holdfast(
    'check',
    'found.yaml',
    '--suppress',
    'WS219=*/*',
    '--suppress',
    'WS216=BackendConfig/ch*',
  );
  expect(out).toBe(`cloud.google.com/BackendConfig chat  found.yaml

  × WS218 the balancer’s health check is of a kind that GKE knows
    7 |     type: TCP
      |     ^
    spec.healthCheck.type: "TCP"; expected one of HTTP, HTTPS, HTTP2
    The Ingress stops syncing, and the old health check goes on deciding who is healthy.
    → write HTTP, with requestPath
    https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#direct_health

  – WS219 cloud.google.com/BackendConfig chat suppressed: on the command line
  – WS216 cloud.google.com/BackendConfig chat suppressed: on the command line

× 1 error in 1 object (2 suppressed)
`);
});

test('judges an Argo Rollout, which makes pods like a Deployment', async () => {
  write(
    'rollout.yaml',
    'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: chat }\nspec: { replicas: 1 }\n',
  );
  expect(await holdfast('check', 'rollout.yaml')).toEqual({ code: 0, err: '', out: '√ nothing found in 1 object\n' });
});

test('reads the current folder where nothing is named, and standard input for -', async () => {
  write('clean.yaml', CLEAN);
  expect((await holdfast('check')).out).toBe('√ nothing found in 1 object\n');
  expect((await holdfast('check', '-')).out).toBe('√ nothing found in 1 object\n');
});

describe('fails with one message, and looks at nothing, for', () => {
  test.each([
    ['YAML without objects', 'replicas: 3\n', /no Kubernetes objects/],
    ['a Helm template', '{{- if .x }}\na: 1\n{{- end }}\n', /this is a Helm template/],
    ['nothing at all', '', /no Kubernetes objects/],
  ])('%s', async (_what, text, message) => {
    write('a.yaml', text);
    const { code, out, err } = await holdfast('check', 'a.yaml', '--fix');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(read('a.yaml')).toBe(text);
  });
});

test('kinds that no rule knows do not disturb the others', async () => {
  write('a.yaml', `apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\n---\n${CLEAN}`);
  expect((await holdfast('check', 'a.yaml')).code).toBe(0);
});

test('lists the rules, for people and machines', async () => {
  expect((await holdfast('check', '--list')).out).toMatch(/^WS001 error {3}whoever switches a rule off says why\n/);
  const rules = JSON.parse((await holdfast('check', '--list', '-f', 'json')).out) as { code: string }[];
  expect(rules.length).toBeGreaterThan(40);
});

test('explains a rule', async () => {
  const { code, out } = await holdfast('explain', 'ws201');
  expect(code).toBe(0);
  expect(out).toMatch(/^WS201 \(error\): what decides how long a connection lives/);
  expect(await holdfast('explain', 'WS777')).toMatchObject({
    code: 2,
    err: '"WS777" is no rule; holdfast check --list shows all\n',
  });
});

test('who asks a rule for the story of a cause, or the other way round, is told where it is', async () => {
  expect(await holdfast('explain', 'ws501')).toMatchObject({
    code: 2,
    err: '"ws501" is no rule but a cause that is found in a live deployment; holdfast doctor --explain WS501 tells it\n',
  });
  expect(await holdfast('doctor', '--explain', 'ws113')).toMatchObject({
    code: 2,
    err: '"ws113" is no cause but a rule about manifests; holdfast explain WS113 tells it\n',
  });
});

test.each([
  [['--help'], 0],
  [['check', '--help'], 0],
  [['--version'], 0],
  [['check', '--format', 'xml'], 2],
  [['chek'], 2],
] as const)('the arguments %j end with %d', async (args, code) => {
  expect((await holdfast(...args)).code).toBe(code);
});

describe('--assume', () => {
  const PLAIN = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec: { template: { metadata: { labels: { app: api } }, spec: { containers: [{ name: api, image: "example/api" }] } } }
`;

  test('decides what is judged as a server, and the finding says so', async () => {
    write('api.yaml', PLAIN);
    expect(await holdfast('check', 'api.yaml')).toMatchObject({ code: 0 });
    const { code, out } = await holdfast('check', '--assume', 'websocket', 'api.yaml');
    expect(code).toBe(1);
    expect(out).toContain('WS315');
    expect(out).toContain('    long connections are declared: --assume websocket\n');
    expect(await holdfast('check', '--assume', 'http', 'api.yaml')).toMatchObject({ code: 0 });
  });

  test('is written for a tree, or for single objects of it', async () => {
    write('api.yaml', PLAIN);
    write('.holdfast.yaml', 'assume: websocket\n');
    expect(await holdfast('check', 'api.yaml')).toMatchObject({ code: 1 });
    write('.holdfast.yaml', 'assume: { Deployment/api: http, "*/*": websocket }\n');
    expect(await holdfast('check', 'api.yaml')).toMatchObject({ code: 0 });
  });

  test('fails with what is known', async () => {
    write('api.yaml', PLAIN);
    write('.holdfast.yaml', 'assume: { Deployment/api: grpc, api: http }\n');
    expect((await holdfast('check', 'api.yaml')).err.split('\n').slice(0, 3)).toEqual([
      '2 problems:',
      '  - .holdfast.yaml.assume: "grpc" is not known; give websocket or http, or one of them for each Kind/name',
      '  - .holdfast.yaml.assume: "api" is no object; give Kind/name, such as Deployment/chat',
    ]);
  });
});

describe('what people have', () => {
  test('only objects that no rule judges: clean, and a note', async () => {
    write('a.yaml', 'apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\n');
    expect(await holdfast('check', 'a.yaml')).toMatchObject({
      code: 0,
      err: 'a.yaml: only objects that no rule judges (Widget); the workload and the way to it are judged together\n',
    });
  });

  test('a key that stands there twice: the last one counts, as for kubectl, and is mended', async () => {
    write(
      'a.yaml',
      'apiVersion: cloud.google.com/v1\nkind: BackendConfig\nmetadata: { name: a }\nspec:\n  connectionDraining: { drainingTimeoutSec: 1 }\n  logging: {}\n  logging: { sampleRate: 100 }\n',
    );
    const { err, out } = await holdfast('check', 'a.yaml');
    expect(err).toBe('a.yaml:7: a key stands here a second time; the last one counts, as for kubectl\n');
    expect(out).toContain('WS223');
  });

  test('a directive of YAML 1.1', async () => {
    write('a.yaml', '%YAML 1.1\n---\napiVersion: v1\nkind: Service\nmetadata: { name: a }\n');
    expect(await holdfast('check', 'a.yaml')).toMatchObject({ code: 0, err: '' });
  });

  test('annotations without a value become some', async () => {
    write(
      'a.yaml',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: a\n  annotations:\nspec: { ingressClassName: gce }\n',
    );
    await holdfast('check', '--fix', 'a.yaml');
    expect(read('a.yaml')).toContain('  annotations: { "kubernetes.io/ingress.class": "gce" }\n');
  });

  test('an Ingress without a namespace leads to the Service that has one', async () => {
    write(
      'a.yaml',
      `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: a }
spec:
  ingressClassName: nginx
  rules: [{ http: { paths: [{ path: /mqtt, pathType: Prefix, backend: { service: { name: a, port: { number: 80 } } } }] } }]
---
apiVersion: v1
kind: Service
metadata: { name: a, namespace: prod }
spec: { selector: { app: a }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec: { replicas: 1, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: "example/a" }] } } }
`,
    );
    const { out } = await holdfast('check', 'a.yaml');
    expect(out).toContain('WS117');
    expect(out).toContain('WS315');
  });
});
