import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { holdfastIn } from './terminal';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-cli-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'markdown'];
const GUIDE = fs.readFileSync(path.join(__dirname, '../rules/sources/load-balancer-guide.yaml'), 'utf8');
const CLEAN = `apiVersion: v1
kind: Service
metadata:
  name: chat
spec:
  ports: [{ port: 80 }]
`;
const BACKEND_CONFIG = `apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata:
  name: chat
spec:
  healthCheck: # of the balancer
    type: TCP
    checkIntervalSec: 5
    timeoutSec: 10 # longer than the interval
  sessionAffinity: { affinityType: CLIENT_IP, affinityCookieTtlSec: 600 }
`;

function write(name: string, text: string): void {
  fs.writeFileSync(path.join(folder, name), text);
}

function read(name: string): string {
  return fs.readFileSync(path.join(folder, name), 'utf8');
}

const holdfast = (...args: readonly string[]) => holdfastIn({ cwd: folder, stdin: CLEAN }, ...args);

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

describe('--fix', () => {
  test('rewrites what needs no decision and keeps the rest as it was', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    const { code, err, out } = await holdfast('check', '--fix', 'bc.yaml');
    expect(read('bc.yaml')).toBe(
      BACKEND_CONFIG.replace('timeoutSec: 10 #', 'timeoutSec: 1 #').replace(
        'affinityCookieTtlSec: 600',
        'affinityCookieTtlSec: 0',
      ),
    );
    expect(err).toMatch(/^fixed WS219 .*\nfixed WS216 .*\n$/);
    // What needs a decision is still reported.
    expect(code).toBe(1);
    expect(out).toContain('WS218');
    expect(out).not.toContain('WS219');
  });

  test('leaves a clean tree of the load balancer guide where everything could be decided', async () => {
    write('guide.yaml', GUIDE);
    await holdfast('check', '--fix', 'guide.yaml');
    const { out } = await holdfast('check', 'guide.yaml', '-f', 'json');
    const codes = (JSON.parse(out) as { findings: { code: string }[] }).findings.map(({ code }) => code);
    // The life of a connection, killing hooks, liveness paths, tags, budgets and logging need somebody who decides.
    expect([...new Set(codes)].sort()).toEqual(['WS113', 'WS303', 'WS305', 'WS308', 'WS315', 'WS406']);
    const lines = (text: string) => text.split('\n');
    const changed = lines(read('guide.yaml')).filter((line) => !lines(GUIDE).includes(line));
    expect(changed).toEqual([
      '    drainingTimeoutSec: 50',
      '    affinityCookieTtlSec: 0',
      '      terminationGracePeriodSeconds: 60',
      '          expr: "sum by (reason) (rate(socket_disconnect_total[5m]))"',
    ]);
  });

  test('leaves alone what depends on the protocol; --suggest shows it as a patch and writes nothing', async () => {
    write('guide.yaml', GUIDE);
    await holdfast('check', '--fix', 'guide.yaml');
    const before = read('guide.yaml');
    const { code, out } = await holdfast('check', '--suggest', 'guide.yaml');
    expect(code).toBe(1);
    expect(out).toMatch(/^# WS113 .*\n--- guide\.yaml\n\+\+\+ guide\.yaml\n@@ -\d+,\d+ \+\d+,\d+ @@\n/m);
    expect(out).toContain('-  timeoutSec: 80\n+  timeoutSec: 86400\n');
    expect(read('guide.yaml')).toBe(before);
    expect(await holdfast('check', '--suggest', 'guide.yaml', '-f', 'json')).toMatchObject({
      code: 2,
      err: '--suggest is printed as text; leave out --format json\n',
    });
  });

  test('mends what can be read beside what cannot, and says both', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    write('broken.yaml', 'a: [');
    const { code, out, err } = await holdfast('check', '--fix', 'bc.yaml', 'broken.yaml');
    expect([code, out]).toEqual([2, '']);
    expect(read('bc.yaml')).not.toBe(BACKEND_CONFIG);
    expect(err).toMatch(/^fixed WS219 .*\nfixed WS216 .*\nbroken\.yaml:1: not readable as YAML: .*\n$/);
    expect(fs.readdirSync(folder).sort()).toEqual(['bc.yaml', 'broken.yaml']);
  });

  test('refuses standard input', async () => {
    expect(await holdfast('check', '--fix', '-')).toMatchObject({
      code: 2,
      err: '--fix changes files; standard input is none\n',
    });
  });

  test('a second run changes nothing more', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    await holdfast('check', '--fix', 'bc.yaml');
    const once = read('bc.yaml');
    await holdfast('check', '--fix', 'bc.yaml');
    expect(read('bc.yaml')).toBe(once);
  });
});

describe('suppression', () => {
  test('an annotation with a reason switches a rule off for its object', async () => {
    write(
      'bc.yaml',
      BACKEND_CONFIG.replace(
        '  name: chat\n',
        '  name: chat\n  annotations:\n    holdfast/ignore-WS218: replaced next week\n',
      ),
    );
    const { out } = await holdfast('check', 'bc.yaml', '-f', 'json');
    const report = JSON.parse(out) as { findings: { code: string }[]; suppressed: { code: string; reason: string }[] };
    expect(report.findings.map(({ code }) => code)).toEqual(['WS219', 'WS216']);
    expect(report.suppressed).toMatchObject([{ code: 'WS218', reason: 'replaced next week' }]);
  });

  test('an annotation without a reason switches nothing off and is reported', async () => {
    write(
      'bc.yaml',
      BACKEND_CONFIG.replace('  name: chat\n', '  name: chat\n  annotations:\n    holdfast/ignore-WS218: ""\n'),
    );
    const { out } = await holdfast('check', 'bc.yaml');
    expect(out).toContain('WS001');
    expect(out).toContain('WS218');
  });

  test.each([
    ['WS999=BackendConfig/chat', /"WS999" is no rule/],
    ['WS216', /is not understood; write code=Kind\/name/],
  ])('refuses --suppress %s', async (text, message) => {
    const { code, err } = await holdfast('check', '--suppress', text, '-');
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('the baseline', () => {
  test('leaves out what is known, and reports what is new', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    expect((await holdfast('check', 'bc.yaml', '--baseline', 'known.json', '--update-baseline')).code).toBe(0);
    expect(JSON.parse(read('known.json'))).toEqual({
      version: 1,
      known: [
        'WS216 cloud.google.com/BackendConfig chat spec.sessionAffinity.affinityCookieTtlSec',
        'WS218 cloud.google.com/BackendConfig chat spec.healthCheck.type',
        'WS219 cloud.google.com/BackendConfig chat spec.healthCheck.timeoutSec',
      ],
    });
    // Lines may move and values change.
    write('bc.yaml', `# moved\n${BACKEND_CONFIG.replace('timeoutSec: 10', 'timeoutSec: 12')}`);
    expect(await holdfast('check', 'bc.yaml', '--baseline', 'known.json')).toMatchObject({
      code: 0,
      out: '√ nothing found in 1 object (3 in the baseline)\n',
    });
    write('bc.yaml', `${BACKEND_CONFIG}  logging: { sampleRate: 100 }\n`);
    const { code, out } = await holdfast('check', 'bc.yaml', '--baseline', 'known.json');
    expect(code).toBe(1);
    expect(out).toContain('WS223');
  });

  test('fails when the file is not there', async () => {
    expect(await holdfast('check', '-', '--baseline', 'known.json')).toMatchObject({
      code: 2,
      err: 'known.json: there is no such baseline; make it with --update-baseline\n',
    });
  });
});

describe('the configuration file', () => {
  test('changes levels, switches rules off, leaves files out and says what counts', async () => {
    write('bc.yaml', BACKEND_CONFIG);
    write('broken.yaml', 'a: [');
    write(
      '.holdfast.yaml',
      `levels: { WS218: off, WS219: info }
suppress:
  - { rule: WS216, object: BackendConfig/chat, reason: measured }
exclude: ['broken.yaml']
failOn: warning
`,
    );
    const { code, out } = await holdfast('check', '.');
    expect(code).toBe(0);
    expect(out).toContain('i WS219');
    expect(out).toContain('1 info in 1 object (1 suppressed)');
    expect((await holdfast('check', '.', '--fail-on', 'info')).code).toBe(1);
  });

  test('fails with everything that is wrong with it', async () => {
    write('c.yaml', 'levels: { WS777: error, WS216: loud }\nsuppress: [{ rule: WS216 }]\nlevel: 1\n');
    const { code, err } = await holdfast('check', '-', '--config', 'c.yaml');
    expect(code).toBe(2);
    expect(err.split('\n')).toEqual([
      '5 problems:',
      '  - c.yaml.level: is unknown; give levels, suppress, exclude, failOn or assume',
      '  - c.yaml.levels: "WS777" is no rule; holdfast check --list shows all',
      '  - c.yaml.levels.WS216: "loud" is no level; give error, warning, info or off',
      '  - c.yaml.suppress[0].object: is missing; give Kind/name, such as BackendConfig/chat',
      '  - c.yaml.suppress[0].reason: is missing; say why the rule does not apply',
      '',
    ]);
  });
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
