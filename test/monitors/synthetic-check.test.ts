import { spawn } from 'node:child_process';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { deriveTiming, SyntheticCheck, type SyntheticCheckProps, WebSocketServer } from '../../lib';
import type { Manifest } from '../../lib/manifest';
import { valueAt } from '../../lib/manifest';
import { check } from '../../lib/rules';
import { problemsOf } from '../problems';
import { KUBERNETES_VERSIONS, podSpecsOf, restrictedViolations, schemaErrors } from '../schemas/validate';

function synth(given: Partial<SyntheticCheckProps> = {}): readonly Manifest[] {
  const chart = new Chart(Testing.app(), 'chat', { namespace: 'chat', disableResourceNameHashes: true });
  const server = new WebSocketServer(chart, 'Server', {
    name: 'chat',
    image: 'chat:1.0.0',
    port: 3001,
    replicas: 1,
    timing: deriveTiming(),
  });
  new SyntheticCheck(chart, 'Check', {
    name: 'chat-check',
    server,
    url: 'http://chat-service/socket.io/',
    image: 'registry.example.com/holdfast:1.0.0',
    webhook: { secret: Secret.fromSecretName(chart, 'Webhook', 'on-call'), key: 'url' },
    ...given,
  });
  return Testing.synth(chart) as Manifest[];
}

const named = (manifests: readonly Manifest[], kind: string) =>
  manifests.find((one) => one.kind === kind && one.metadata.name === 'chat-check') as Manifest;

describe('a synthetic check', () => {
  const manifests = synth();
  const job = named(manifests, 'CronJob');
  const template = ['spec', 'jobTemplate', 'spec'];
  const container = [...template, 'template', 'spec', 'containers', 0];

  test.each(KUBERNETES_VERSIONS)('is what Kubernetes %s takes, restricted, and finds no rule against it', (version) => {
    for (const manifest of manifests) expect(schemaErrors(manifest, version)).toEqual([]);
    const specs = podSpecsOf(job);
    expect(specs).toHaveLength(1);
    expect(specs.flatMap((spec) => restrictedViolations(spec))).toEqual([]);
    const own = check(manifests).findings.filter(({ name }) => name === 'chat-check');
    expect(own).toEqual([]);
  });

  test('asks every five minutes, one at a time, for two minutes at most, and keeps few of what is over', () => {
    expect(job.spec).toMatchObject({
      schedule: '*/5 * * * *',
      concurrencyPolicy: 'Replace',
      startingDeadlineSeconds: 120,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
    });
    expect(valueAt(job, template)).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 120 });
    expect(valueAt(job, container)).toMatchObject({
      command: ['holdfast'],
      args: ['doctor', 'http://chat-service/socket.io/', '--quick', '--no-progress', '--no-color'],
      env: [{ name: 'HOLDFAST_WEBHOOK', valueFrom: { secretKeyRef: { name: 'on-call', key: 'url' } } }],
    });
    expect(valueAt(job, [...template, 'template', 'spec', 'automountServiceAccountToken'])).toBe(false);
  });

  test('reaches names, the pods on their port and public addresses on 443, and is reached by nobody', () => {
    const { spec } = named(manifests, 'NetworkPolicy') as Manifest & { spec: Record<string, unknown[]> };
    expect(spec).not.toHaveProperty('ingress');
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(spec.egress).toHaveLength(3);
    expect(spec.egress?.[1]).toEqual({
      to: [{ podSelector: { matchLabels: { app: 'chat' } } }],
      ports: [{ protocol: 'TCP', port: 3001 }],
    });
    expect(spec.egress?.[2]).toMatchObject({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] });
  });

  test('fails on everything that is wrong, at once', () => {
    const problems = problemsOf(() =>
      synth({
        name: 'a'.repeat(53),
        image: 'holdfast',
        url: 'chat-service',
        everyMinutes: 60,
        command: [],
        egressTo: [{ cidr: '203.0.113.0/24', ports: [] }],
      }),
    );
    for (const field of ['name', 'image', 'url', 'everyMinutes', 'command', 'egressTo[0].ports'])
      expect(problems.filter((problem) => problem.startsWith(field))).toHaveLength(1);
    expect(problemsOf(() => synth({ url: 'https://me:hunter22@chat/' })).join()).not.toContain('hunter22');
    expect(problemsOf(() => synth({ webhook: 'https://x' as never })).join()).toContain('a key of a Secret');
  });

  test.each<[string, object, string]>([
    ['a label without a value', { server: { selector: { app: null }, servingPort: 80 } }, 'server.selector.app: null'],
    ['no labels', { server: { selector: {}, servingPort: 80 } }, 'server.selector: is empty'],
    ['a port in quotes', { server: { selector: { app: 'chat' }, servingPort: '80' } }, 'server.servingPort: "80"'],
    ['no port', { server: { selector: { app: 'chat' } } }, 'server.servingPort: is missing'],
    ['a port that is none', { server: { selector: { app: 'chat' }, servingPort: -1 } }, 'server.servingPort: -1'],
    ['a key of no Secret', { webhook: { secret: { name: 'on-call' }, key: 'the url' } }, 'webhook.key: "the url"'],
    ['what nobody reads', { webhook: { secret: { name: 'a' }, key: 'b', kee: 'c' } }, 'webhook.kee: is not read'],
  ])('refuses %s of a literal', (_name, given, sentence) => {
    expect(problemsOf(() => synth(given))).toEqual([expect.stringContaining(sentence)]);
  });
});

describe('the webhook', () => {
  const servers: http.Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  async function serve(answer: http.RequestListener): Promise<string> {
    const server = http.createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** What the container runs: the program with the arguments of the CronJob and the address of the webhook in its environment. */
  function container(url: string, webhook: string): Promise<{ code: number | null; err: string; out: string }> {
    const job = named(synth({ url }), 'CronJob');
    const args = valueAt(job, ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', 0, 'args']) as string[];
    const main = path.join(__dirname, '../../lib/cli/main.ts');
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', main, ...args], {
      env: { ...process.env, HOLDFAST_WEBHOOK: webhook },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (part) => {
      out += part;
    });
    child.stderr.on('data', (part) => {
      err += part;
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, err, out })));
  }

  test('is told the cause, once, and a webhook that refuses is said without its address', async () => {
    const told: string[] = [];
    const hook = await serve((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        told.push(body);
        response.writeHead(request.url === '/secret-path' ? 200 : 403).end();
      });
    });
    const broken = await serve((_request, response) =>
      response.writeHead(503, { server: 'nginx' }).end('<center>nginx</center>'),
    );
    const { code } = await container(`${broken}/socket.io/`, `${hook}/secret-path`);
    expect(code).toBe(1);
    expect(told).toHaveLength(1);
    const { text, exitCode, causes } = JSON.parse(told[0] as string);
    expect(text).toContain(`${broken}/socket.io/: `);
    expect(exitCode).toBe(1);
    expect(Array.isArray(causes)).toBe(true);
    const refused = await container(`${broken}/socket.io/`, `${hook}/other`);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('the webhook answered 403, and was told nothing');
    expect(refused.err + refused.out).not.toContain('/other');
    // Nothing is measured: only what hangs is to end.
  }, 240_000);
});
