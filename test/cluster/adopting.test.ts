import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { production } from '../../stacks/production';
import { reportOf } from '../live/support/report';
import { killAllSwarms, mixed, type Swarm } from '../live/support/swarm';
import { inFolder, KUBECONFIG } from './machine/folder';
import { addresses, newSwarm } from './support/clients';
import { apply, deleteNamespaces, get, needsNode, until, waitReady } from './support/cluster';
import { measured } from './support/measured';
import { clientsOf, Observer } from './support/observer';

const ROOT = join(__dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'adopting.md'), 'utf8');
const CLIENTS = 20;
/** Whoever was on a pod that ended waits 1 s, 2 s and 4 s at most between its tries. */
const BACK_WITHIN_MS = 12_000;

const blocks = (language: string, text: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1] as string);

/** The sections of the page that have commands, by their titles. */
const STEPS = PAGE.split(/^## /m)
  .slice(1)
  .map((section) => [section.split('\n')[0] as string, blocks('sh', section)] as const);

/** What somebody has who never thought about long connections. */
const labels = { app: 'chat', tier: 'web' };
const existing = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'chat' } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'chat', namespace: 'chat' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'server',
              image: production.server.image,
              imagePullPolicy: 'IfNotPresent',
              env: [
                { name: 'PORT', value: '3001' },
                { name: 'CHAT_FOLDER', value: '/tmp' },
                { name: 'SOCKET_HEARTBEAT_INTERVAL_MS', value: '3000' },
                { name: 'SOCKET_HEARTBEAT_GRACE_MS', value: '4000' },
                { name: 'SOCKET_DRAIN_MS', value: '6000' },
              ],
              ports: [{ containerPort: 3001 }],
              readinessProbe: { httpGet: { path: '/health', port: 3001 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'chat', namespace: 'chat' },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 3001 }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'chat', namespace: 'chat' },
    spec: { defaultBackend: { service: { name: 'chat', port: { number: 80 } } } },
  },
];

/** The program of the page, in seconds that a suite can wait for, and for an image that the cluster has. */
function program(): string {
  const changes: readonly (readonly [string, string])[] = [
    ["from 'holdfast'", `from '${join(ROOT, 'lib')}'`],
    ['Duration.seconds(25)', 'Duration.seconds(3)'],
    [
      'Duration.seconds(20)',
      'Duration.seconds(4), endpointDetach: Duration.seconds(4), drain: Duration.seconds(6), shutdown: Duration.seconds(2), margin: Duration.seconds(10)',
    ],
    ["'chat-backend:1.4.2',", `'${production.server.image}', env: { CHAT_FOLDER: EnvValue.fromValue('/tmp') },`],
    ['import { Chart', "import { EnvValue } from 'cdk8s-plus-28';\nimport { Chart"],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the program of the page has no ${from}`);
    return text.replace(from, to);
  }, blocks('ts', PAGE)[0] as string);
}

/** Where the reader of the page is: a project with the program, `kubectl` and `npx` of the package. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-adopting-'));
  writeFileSync(join(folder, 'adopting.ts'), program());
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'bin'));
  const npx = join(folder, 'bin', 'npx');
  const tsx = join(ROOT, 'node_modules', '.bin', 'tsx');
  writeFileSync(
    npx,
    `#!/bin/sh\nprogram=$1; shift\n[ "$program" = holdfast ] && exec '${tsx}' '${join(ROOT, 'lib', 'cli', 'main.ts')}' "$@"\nexec '${tsx}' "$@"\n`,
  );
  chmodSync(npx, 0o755);
  return folder;
}

/** Waits of Kubernetes that no timing decides, shortened. */
function hurry(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/deployment\.chat\.yaml$|^needs\.json$/.test(name)) continue;
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(/minReadySeconds: \d+/, 'minReadySeconds: 2').replace(/("?initialDelaySeconds"?): \d+/g, '$1: 1'),
    );
  }
}

/** Runs commands of the page as somebody would who pastes them, while clients go on. */
async function run(folder: string, commands: string): Promise<{ readonly status: number; readonly output: string }> {
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', commands], {
    cwd: folder,
    env: {
      ...process.env,
      KUBECONFIG,
      CDK8S_OUTDIR: 'manifests',
      PATH: [join(folder, 'bin'), inFolder('bin'), process.env.PATH].join(delimiter),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [status] = await once(child, 'close');
  return { status, output };
}

needsNode('adopting a Deployment that runs', () => {
  let folder: string;
  let swarm: Swarm;
  let seen: Observer;

  beforeAll(async () => {
    folder = project();
    swarm = newSwarm();
    apply(existing);
    await waitReady('chat', 'deployment/chat', 120);
    seen = new Observer('chat', 'chat', 'chat', 3001);
    const { spec } = get<{ spec: { clusterIP: string } }>('service', 'chat', '--namespace=chat');
    await swarm.connect(`http://${spec.clusterIP}`, mixed({ websocket: CLIENTS }), {}, addresses(25));
    await swarm.settled(30_000);
  }, 180_000);

  afterAll(() => {
    killAllSwarms();
    seen?.stop();
    deleteNamespaces('chat');
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  test('the page has a command in each of its steps', () => {
    expect(STEPS.map(([, commands]) => commands.length)).toEqual([1, 1, 1, 1, 1]);
  });

  test.each(STEPS)(
    '%s',
    async (_title, commands) => {
      for (const command of commands) {
        // The program writes what the commands after it take.
        const [first = '', ...others] = command.split(/(?<=needs\.json\n)(?=kubectl)/);
        for (const part of [first, ...others]) {
          // Of a system in seconds it says what is short; that it finds nothing in the page's own is for test/package.
          const { status, output } = await run(
            folder,
            part.replace(/^(npx holdfast check manifests.*)$/m, '$1 || test $? -eq 1'),
          );
          expect({ part, output, status }).toMatchObject({ status: 0 });
          hurry(folder);
        }
      }
      await swarm.settled(BACK_WITHIN_MS);
    },
    300_000,
  );

  test('nothing of the old Deployment is left, and its Service goes on', () => {
    const { spec } = get<{ spec: { template: { spec: { containers: { name: string }[] } } } }>(
      'deployment',
      'chat',
      '--namespace=chat',
    );
    expect(spec.template.spec.containers.map(({ name }) => name)).toEqual(['chat']);
    expect(get('service', 'chat', '--namespace=chat').metadata.name).toBe('chat');
  });

  test('no connection broke but on a pod that was replaced, and everybody was back in time', async () => {
    // Three rollouts of three pods.
    await until('the replaced pods have ended', 60, () => seen.pods.ended.length === 9);
    const pods = seen.pods.lives.map(({ name, deleted }) => ({
      name,
      happened: deleted === undefined ? {} : { deleted },
    }));
    const report = reportOf('adopting', (await clientsOf(swarm)).answers, pods);
    measured('adopting', report);
    expect(report.neverConnected).toBe(0);
    expect(report.droppedElsewhere).toEqual({ webSocket: 0, polling: 0 });
    expect(report.dropped).toBeGreaterThanOrEqual(3 * CLIENTS);
    expect(report.reconnect.maxMs).toBeLessThan(BACK_WITHIN_MS);
  });
});
