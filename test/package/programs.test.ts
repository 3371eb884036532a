import * as fs from 'node:fs';
import * as path from 'node:path';
import { Project } from './support/project';

const root = path.join(__dirname, '..', '..');

/** A program of the tarball, as somebody has it who copied it from the README or a page. */
const example = (name: string) =>
  fs.readFileSync(path.join(root, 'examples', name), 'utf8').replace("from '../lib'", "from 'holdfast'");

/** A server with something of its own, and what the program does besides. */
const server = (props: string, others = '') => `
import { Chart } from 'cdk8s';
import { deriveTiming, GkeWebSocketEdge, HoldfastApp, WebSocketServer } from 'holdfast';
const app = new HoldfastApp();
const chart = new Chart(app, 'chat', { namespace: 'chat' });
const server = new WebSocketServer(chart, 'Server', {
  name: 'chat',
  image: 'chat-backend:1.4.2',
  port: 3001,
  timing: deriveTiming(),
  adapter: { kind: 'none', podsAreIndependent: true },
  ${props}
});
new GkeWebSocketEdge(chart, 'Edge', { name: 'chat', host: 'chat.example.com', server, tls: { managed: true } });
${others}
app.synth();
`;

interface Task {
  readonly program: string;
  /** Files that it writes, among others. */
  readonly writes: readonly string[];
  /** Files that it must not write. */
  readonly never?: readonly string[];
  /** Services that it leads to and does not make, each with port 80. */
  readonly there?: readonly string[];
}

/** What each task of docs/fitting-in.md and docs/adopting.md takes. */
const TASKS: Readonly<Record<string, Task>> = {
  'the smallest program': { program: example('minimal.ts'), writes: ['chat/70-deployment.chat.yaml'] },
  'my Deployment exists': {
    program: example('existing.ts'),
    writes: ['existing/30-backendconfig.chat-config.yaml', 'of-a-helm-chart/50-ingress.support-websocket.yaml'],
    never: ['of-a-helm-chart/70-deployment.support.yaml'],
  },
  'adopting it': {
    program: example('adopting.ts'),
    writes: ['entrance/50-ingress.chat-websocket.yaml', 'whole/70-deployment.chat.yaml'],
    never: ['entrance/70-deployment.chat.yaml'],
  },
  'my application speaks plain WebSockets': {
    program: example('websockets.ts'),
    writes: ['prices/10-configmap.prices-nginx.yaml', 'prices/50-ingress.prices.yaml'],
  },
  'several applications behind one host': {
    program: example('shared-host.ts'),
    writes: ['shared-ingress/50-ingress.web.yaml', 'attached-to-a-gateway/51-httproute.web.yaml'],
    never: ['attached-to-a-gateway/50-gateway.web.yaml'],
    there: ['api', 'website'],
  },
  'systems of my own on another platform': {
    program: example('own-systems.ts'),
    writes: ['boards-staging/50-ingress.boards.yaml', 'boards-production/70-deployment.boards.yaml'],
  },
  'labels, nodes and neighbours': { program: example('nodes.ts'), writes: ['nodes/70-deployment.chat.yaml'] },
  'replicas by an autoscaler on connections': {
    program: server('autoscaling: { minReplicas: 2, maxReplicas: 9, connectionsPerPod: 500 }, metricsPort: 9090,'),
    writes: ['chat/80-horizontalpodautoscaler.chat.yaml'],
    never: ['chat/60-scaledobject.chat.yaml'],
  },
  'replicas by KEDA': {
    program: server(
      "autoscaling: { minReplicas: 2, maxReplicas: 9, connectionsPerPod: 500, keda: { prometheus: 'http://prometheus.monitoring:9090' } }, metricsPort: 9090,",
    ),
    writes: ['chat/60-scaledobject.chat.yaml'],
    never: ['chat/80-horizontalpodautoscaler.chat.yaml'],
  },
  'replicas by somebody else': {
    program: server("replicas: 'external',"),
    writes: ['chat/20-poddisruptionbudget.chat.yaml'],
    never: ['chat/80-horizontalpodautoscaler.chat.yaml', 'chat/60-scaledobject.chat.yaml'],
  },
  'locations of my own, IPv6 and several hosts': {
    program: server(
      `proxy: {
    socketIo: { path: '/socket.io/' },
    addressesAppended: 2,
    extraLocations: [{ path: '/metrics/', directives: 'deny all;' }],
    extraServerDirectives: 'add_header X-Team chat always;',
  },
  traffic: { egressTo: [{ cidr: '2001:db8::/32', ports: [443] }] },`,
      `new GkeWebSocketEdge(chart, 'Other', {
  name: 'other', serviceName: 'other', host: 'other.example.com', otherHosts: ['*.other.example.com'], server, tls: { certificates: ['wildcard'] },
});`,
    ),
    writes: ['chat/10-configmap.chat-nginx.yaml', 'chat/50-ingress.other.yaml'],
  },
};

const folderOf = (title: string) => title.replaceAll(/\W+/g, '-');

describe('a program of a few lines in an empty folder', () => {
  const project = new Project({
    'package.json': '{"type":"commonjs"}',
    'tsconfig.json': JSON.stringify({
      compilerOptions: { target: 'ES2022', module: 'node16', strict: true, skipLibCheck: true, types: ['node'] },
    }),
    ...Object.fromEntries(Object.entries(TASKS).map(([title, { program }]) => [`${folderOf(title)}/main.ts`, program])),
  });
  afterAll(() => project.remove());

  test('compiles, each of them', () => {
    const tsc = path.join('node_modules', 'typescript', 'bin', 'tsc');
    expect(project.node(tsc, '--noEmit', '-p', '.')).toEqual({ output: '', status: 0 });
  });

  test.each(Object.entries(TASKS))('%s: synthesizes, and holdfast check finds nothing', (title, task) => {
    const { writes, never = [], there = [] } = task;
    const folder = folderOf(title);
    const tsx = path.join(project.folder, 'node_modules', 'tsx', 'dist', 'cli.mjs');
    const { status, output } = project.nodeIn(folder, tsx, 'main.ts');
    expect({ status, output }).toMatchObject({ status: 0 });
    const manifests = path.join(project.folder, folder, 'manifests');
    const files = fs.readdirSync(manifests, { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(expect.arrayContaining([...writes]));
    for (const file of never) expect(files).not.toContain(file);
    const services = there.map((name) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'web' },
      spec: { ports: [{ port: 80 }] },
    }));
    project.write({ 'there.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: services }) });
    // Each chart is a system of its own.
    for (const chart of fs.readdirSync(manifests)) {
      const check = project.holdfast('check', path.join(manifests, chart), 'there.json');
      expect(check).toMatchObject({ status: 0, output: expect.stringMatching(/^√ (nothing found|\d info) in/m) });
    }
  });
});

test('the program of the README is JavaScript too, as an ES module and as CommonJS', () => {
  const program = example('minimal.ts');
  const commonJs = program.replace(/^import (\{.*?\}) from '(.*?)';$/gm, "const $1 = require('$2');");
  const project = new Project({ 'esm/main.mjs': program, 'cjs/main.cjs': commonJs });
  const [esm, cjs] = (['esm/main.mjs', 'cjs/main.cjs'] as const).map((file) => {
    const folder = path.dirname(file);
    expect(project.nodeIn(folder, path.basename(file))).toEqual({ status: 0, output: '' });
    const manifests = path.join(project.folder, folder, 'manifests', 'chat');
    return fs.readdirSync(manifests).map((name) => [name, fs.readFileSync(path.join(manifests, name), 'utf8')]);
  });
  expect(esm).toContainEqual(['70-deployment.chat.yaml', expect.stringContaining('kind: Deployment')]);
  expect(cjs).toEqual(esm);
  project.remove();
});

describe('the command line in an empty folder', () => {
  const project = new Project();
  afterAll(() => project.remove());

  test.each(
    ['gce', 'gke-l7-global-external-managed', 'alb', 'ingress-nginx', 'nginx', 'haproxy'].flatMap((balancer) =>
      ['text', 'yaml', 'json', 'helm', 'nginx', 'env', 'svg'].map((output) => [balancer, output] as const),
    ),
  )('timing for %s as %s', (balancer, output) => {
    const heartbeat = ['--ping-interval', '25', '--ping-timeout', '20'];
    const run = project.holdfast('timing', ...heartbeat, '--for', balancer, '-o', output);
    expect(run.status).toBe(0);
    expect(run.output.length).toBeGreaterThan(100);
    if (output === 'json') expect(JSON.parse(run.output).timing.pingIntervalSeconds).toBe(25);
    if (output === 'svg') expect(run.output).toMatch(/^<svg /);
  });

  test('a summary, all rules, and what shells complete', () => {
    const recipe = 'k8s/chat.yaml';
    project.write({ [recipe]: fs.readFileSync(path.join(root, 'examples', 'recipe', recipe), 'utf8') });
    const summary = project.holdfast('check', 'k8s', '--summary');
    expect([summary.status, summary.output]).toEqual([1, expect.stringMatching(/WS113/)]);
    expect(project.holdfast('explain').output.match(/WS\d{3}/g)?.length).toBeGreaterThan(50);
    for (const shell of ['bash', 'zsh', 'fish'])
      expect(project.holdfast('completion', shell)).toMatchObject({
        status: 0,
        output: expect.stringContaining('timing'),
      });
  });

  test('is kubectl holdfast, too', () => {
    const { bin } = JSON.parse(
      fs.readFileSync(path.join(project.folder, 'node_modules/holdfast/package.json'), 'utf8'),
    ) as { bin: Record<string, string> };
    expect(bin['kubectl-holdfast']).toBe(bin.holdfast);
  });
});
