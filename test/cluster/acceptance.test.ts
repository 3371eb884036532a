import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { WebSocketChart } from '../../lib/environments';
import type { Manifest } from '../../lib/manifest';
import { HoldfastApp } from '../../lib/synth';
import { ENVIRONMENTS } from '../../stacks/environments';
import { podSpecsOf } from '../schemas/validate';
import { call } from './support/api';
import { apply, asList, deleteNamespaces, kubectl, refuseWhatIsThere, tryKubectl } from './support/cluster';

/** Those that stand in front of what is there already bring none. */
const MAKES_PODS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'CronJob']);
const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** What the API server warns of, and why it stays. */
const EXPLAINED: readonly RegExp[] = [
  // GKE's own controller takes classes by this annotation, and skips an Ingress that has the field.
  /annotation "kubernetes\.io\/ingress\.class" is deprecated/,
];

type Case = readonly [name: string, manifests: readonly Manifest[]];

/** What each chart of an example writes, as it stands. */
function chartsOf(program: string): Case[] {
  const outdir = mkdtempSync(join(tmpdir(), 'holdfast-example-'));
  process.env.CDK8S_OUTDIR = outdir;
  try {
    jest.isolateModules(() => require(join(EXAMPLES, program)));
    return readdirSync(outdir).map((chart) => [
      `examples/${program}: ${chart}`,
      readdirSync(join(outdir, chart))
        .sort()
        .map((file) => load(readFileSync(join(outdir, chart, file), 'utf8')) as Manifest),
    ]);
  } finally {
    delete process.env.CDK8S_OUTDIR;
    rmSync(outdir, { recursive: true, force: true });
  }
}

const environments = ENVIRONMENTS.map((environment): Case => {
  const app = new HoldfastApp({ outdir: 'unused' });
  new WebSocketChart(app, environment);
  return [environment.name, app.manifests().get(environment.name) ?? []];
});
const examples = readdirSync(EXAMPLES)
  .filter((file) => file.endsWith('.ts'))
  .flatMap(chartsOf);
const cases = [...environments, ...examples];

/** What an example takes for granted in its cluster. */
const GIVEN = [
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'interactive' },
    value: 1000,
    description: 'of a suite',
  },
];

/** Objects that an example has from cdk8s-plus, as somebody else's: what they leave out, kubectl sends again. */
const THEIRS: Readonly<Record<string, RegExp>> = { 'examples/existing.ts: existing': /^deployment\.apps\/chat / };

refuseWhatIsThere([
  ...GIVEN,
  ...cases.flatMap(([, manifests]) => [
    ...namespacesOf(manifests),
    ...manifests.filter(({ kind }) => kind !== 'Namespace'),
  ]),
]);

beforeAll(() => void apply(GIVEN));

afterAll(() => {
  kubectl(['delete', '--filename=-', '--ignore-not-found'], asList(GIVEN));
  const names = cases.flatMap(([, manifests]) => namespacesOf(manifests)).map(({ metadata }) => metadata.name);
  deleteNamespaces(...new Set(names));
});

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

/** How often each object was changed, in the order of the manifests. */
function generations(manifests: readonly Manifest[]): readonly unknown[] {
  const { items } = JSON.parse(kubectl(['get', '--filename=-', '--output=json'], asList(manifests))) as {
    items: { kind: string; metadata: { name: string; generation?: number } }[];
  };
  return items.map(({ kind, metadata: { name, generation } }) => [kind, name, generation]);
}

/** The volumes that a StatefulSet makes of its templates, which a pod of its own would have to bring. */
function claimedVolumes({ spec }: Manifest): object[] {
  const { volumeClaimTemplates = [] } = spec as { volumeClaimTemplates?: { metadata: { name: string } }[] };
  return volumeClaimTemplates.map(({ metadata: { name } }) => ({ name, persistentVolumeClaim: { claimName: name } }));
}

describe.each(cases)('%s', (name, manifests) => {
  const namespaces = namespacesOf(manifests);
  const all = [...namespaces, ...manifests.filter(({ kind }) => kind !== 'Namespace')];
  // Without pods: what is judged is what the API server says, and nothing has to start.
  const still = all.map((manifest) =>
    ['Deployment', 'StatefulSet'].includes(manifest.kind)
      ? ({ ...manifest, spec: { ...(manifest.spec as object), replicas: 0 } } as Manifest)
      : manifest,
  );

  // The next one may have objects of the same names.
  afterAll(() => kubectl(['delete', '--filename=-'], asList(still.filter(({ kind }) => kind !== 'Namespace'))));

  test('every object is taken, with strict validation and without a warning', () => {
    const { status, out, err } = tryKubectl(['apply', '--validate=strict', '--filename=-'], asList(still));
    expect(err.split('\n').filter((line) => line !== '' && !EXPLAINED.some((known) => known.test(line)))).toEqual([]);
    expect(status).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(all.length);
  });

  test('nothing differs after it was applied, and applying it again changes nothing', () => {
    const diff = tryKubectl(['diff', '--filename=-'], asList(still));
    expect(diff).toEqual({ status: 0, out: '', err: '' });
    const before = generations(still);
    const again = kubectl(['apply', '--filename=-'], asList(still)).trim().split('\n');
    // kubectl sends the selector of a budget again whether it differs or not, and says that it changed it.
    const changed = again.filter((line) => !line.endsWith(' unchanged'));
    const ours = changed.filter((line) => THEIRS[name]?.test(line) !== true);
    expect(ours.filter((line) => !line.startsWith('poddisruptionbudget.policy/'))).toEqual([]);
    expect(generations(still)).toEqual(before);
    expect(again).toHaveLength(all.length);
  });

  test('"restricted" admits every pod', async () => {
    const pods = manifests.flatMap((manifest) =>
      podSpecsOf(manifest).map((template) => ({
        namespace: manifest.metadata.namespace ?? 'default',
        template: template as unknown as { metadata: object; spec: { volumes?: object[] } },
        claimed: claimedVolumes(manifest),
      })),
    );
    expect(pods).toHaveLength(manifests.filter(({ kind }) => MAKES_PODS.has(kind)).length);
    for (const { namespace, template, claimed } of pods) {
      const labelled = await call('GET', `/api/v1/namespaces/${namespace}`);
      expect(labelled.body).toContain('"pod-security.kubernetes.io/enforce":"restricted"');
      const { metadata, spec } = template;
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, generateName: 'admitted-' },
        spec: { ...spec, volumes: [...(spec.volumes ?? []), ...claimed] },
      };
      const answer = await call('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All&fieldValidation=Strict`, pod);
      expect([answer.status, answer.warnings, answer.status === 201 ? '' : answer.body]).toEqual([201, [], '']);
    }
  });
});
