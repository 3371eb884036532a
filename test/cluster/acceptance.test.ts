import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Manifest } from '../../lib/manifest';
import { HoldfastApp } from '../../lib/synth';
import { dev } from '../../stacks/dev';
import { production } from '../../stacks/production';
import { staging } from '../../stacks/staging';
import { WebSocketChart } from '../../stacks/websocket-chart';
import { podSpecsOf } from '../schemas/validate';
import { call } from './support/api';
import { asList, deleteNamespaces, kubectl, tryKubectl } from './support/cluster';

const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** What an example writes, as it stands. */
function manifestsOfExample(program: string): Manifest[] {
  const outdir = mkdtempSync(join(tmpdir(), 'holdfast-example-'));
  process.env.CDK8S_OUTDIR = outdir;
  try {
    jest.isolateModules(() => require(join(EXAMPLES, program)));
    return readdirSync(outdir, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .sort()
      .map((file) => load(readFileSync(join(outdir, file), 'utf8')) as Manifest);
  } finally {
    delete process.env.CDK8S_OUTDIR;
    rmSync(outdir, { recursive: true, force: true });
  }
}

const environments = [dev, staging, production].map((environment) => {
  const app = new HoldfastApp({ outdir: 'unused' });
  new WebSocketChart(app, environment);
  return [environment.name, app.manifests().get(environment.name) ?? []] as const;
});
const examples = readdirSync(EXAMPLES)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => [`examples/${file}`, manifestsOfExample(file)] as const);

/** The namespaces that manifests live in. An example that makes none gets one that admits restricted pods only, too. */
function namespacesOf(manifests: readonly Manifest[]): Manifest[] {
  const own = manifests.filter(({ kind }) => kind === 'Namespace');
  const named = [...new Set(manifests.map(({ metadata }) => metadata.namespace ?? 'default'))];
  const missing = named.filter((name) => name !== 'default' && !own.some(({ metadata }) => metadata.name === name));
  return [
    ...own,
    ...missing.map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    })),
  ];
}

describe.each([...environments, ...examples])('%s', (_name, manifests) => {
  const namespaces = namespacesOf(manifests);
  const all = [...namespaces, ...manifests.filter(({ kind }) => kind !== 'Namespace')];
  // Without pods: what is judged is what the API server says, and nothing has to start.
  const still = all.map((manifest) =>
    ['Deployment', 'StatefulSet'].includes(manifest.kind)
      ? ({ ...manifest, spec: { ...(manifest.spec as object), replicas: 0 } } as Manifest)
      : manifest,
  );

  afterAll(() => deleteNamespaces(...namespaces.map(({ metadata }) => metadata.name)));

  test('every object is taken, with strict validation and without a warning', () => {
    const { status, out, err } = tryKubectl(['apply', '--validate=strict', '--filename=-'], asList(still));
    expect(err).toBe('');
    expect(status).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(all.length);
  });

  test('nothing differs after it was applied, and applying it again changes nothing', () => {
    const diff = tryKubectl(['diff', '--filename=-'], asList(still));
    expect(diff).toEqual({ status: 0, out: '', err: '' });
    const again = kubectl(['apply', '--filename=-'], asList(still)).trim().split('\n');
    expect(again.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
    expect(again).toHaveLength(all.length);
  });

  test('"restricted" admits every pod', async () => {
    const pods = manifests.flatMap((manifest) =>
      podSpecsOf(manifest).map((template) => ({ ...template, in: manifest.metadata.namespace ?? 'default' })),
    );
    expect(pods.length).toBeGreaterThan(0);
    for (const { in: namespace, ...template } of pods) {
      const labelled = await call('GET', `/api/v1/namespaces/${namespace}`);
      expect(labelled.body).toContain('"pod-security.kubernetes.io/enforce":"restricted"');
      const { metadata, spec } = template as unknown as { metadata: object; spec: object };
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, generateName: 'admitted-' }, spec };
      const answer = await call('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All&fieldValidation=Strict`, pod);
      expect([answer.status, answer.warnings, answer.status === 201 ? '' : answer.body]).toEqual([201, [], '']);
    }
  });
});
