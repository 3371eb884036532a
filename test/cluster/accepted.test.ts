import fc from 'fast-check';
import type { Manifest } from '../../lib/manifest';
import { podSpecsOf } from '../schemas/validate';
import { call } from './support/api';
import { apply, deleteNamespaces, get, refuseWhatIsThere, tryKubectl, until } from './support/cluster';
import { type Accepted, made } from './support/inputs';

/** The namespace of all random systems. */
const NAMESPACE = 'accepted';

/** How many random inputs that the constructs accept are shown to the API server. */
const ACCEPTED = 200;

interface Kind {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Where each kind of an API version is written. */
const places = new Map<string, Promise<readonly Kind[]>>();

async function placeOf({ apiVersion, kind }: Manifest): Promise<string> {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  if (!places.has(group)) {
    const asked = call('GET', group).then(({ body }) => (JSON.parse(body) as { resources?: Kind[] }).resources ?? []);
    places.set(group, asked);
  }
  const found = (await places.get(group))?.find((one) => one.kind === kind && !one.name.includes('/'));
  if (found === undefined) throw new Error(`the API server has no ${kind} in ${apiVersion}`);
  return `${group}${found.namespaced ? `/namespaces/${NAMESPACE}` : ''}/${found.name}`;
}

/** What the API server has against an object, which it does not keep. */
async function objections(manifest: Manifest): Promise<readonly string[]> {
  const path = await placeOf(manifest);
  const { status, body, warnings } = await call('POST', `${path}?dryRun=All&fieldValidation=Strict`, manifest);
  const about = `${manifest.kind} ${manifest.metadata.name}`;
  const unexplained = warnings.filter((warning) => !warning.includes('kubernetes.io/ingress.class'));
  return [
    ...(status === 201 ? [] : [`${about}: ${(JSON.parse(body) as { message: string }).message}`]),
    ...unexplained.map((warning) => `${about}: ${warning}`),
  ];
}

/** The first pod that a controller makes of a workload, with the labels that it adds. */
function podsOf(workload: Manifest): readonly Manifest[] {
  const { volumeClaimTemplates = [] } = (workload.spec ?? {}) as {
    volumeClaimTemplates?: { metadata: { name: string } }[];
  };
  return podSpecsOf(workload).map((template) => {
    const { metadata, spec } = template as unknown as {
      metadata: { labels: object };
      spec: { volumes?: object[] };
    };
    const { name } = workload.metadata;
    const isSet = workload.kind === 'StatefulSet';
    const added = isSet
      ? {
          'controller-revision-hash': `${name}-5d8c7b9f4d`,
          'statefulset.kubernetes.io/pod-name': `${name}-999`,
          'apps.kubernetes.io/pod-index': '999',
        }
      : { 'pod-template-hash': '5d8c7b9f4d' };
    const claims = volumeClaimTemplates.map(({ metadata: { name: volume } }) => ({
      name: volume,
      persistentVolumeClaim: { claimName: `${volume}-${name}-999` },
    }));
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: isSet ? `${name}-999` : `${name}-x`, labels: { ...metadata.labels, ...added } },
      // Its own account would have to be there; nothing is.
      spec: { ...spec, serviceAccountName: 'default', volumes: [...(spec.volumes ?? []), ...claims] },
    } as Manifest;
  });
}

const MADE = [
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: NAMESPACE,
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' },
    },
  },
];

refuseWhatIsThere(MADE);

beforeAll(async () => {
  apply(MADE);
  await until('the namespace has its account', 30, () => {
    return tryKubectl(['get', 'serviceaccount', 'default', `--namespace=${NAMESPACE}`]).status === 0;
  });
});

afterAll(() => deleteNamespaces(NAMESPACE));

test(`what the constructs accept the API server takes: ${ACCEPTED} random systems, their pods included`, async () => {
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(made, async (one) => {
      fc.pre('manifests' in one);
      const manifests = (one as Accepted).manifests();
      expect(manifests.length).toBeGreaterThan(4);
      for (const { kind } of manifests) kinds.add(kind);
      const all = [...manifests, ...manifests.flatMap(podsOf)].map((manifest) => ({
        ...manifest,
        metadata: { ...manifest.metadata, namespace: NAMESPACE },
      }));
      expect((await Promise.all(all.map(objections))).flat()).toEqual([]);
    }),
    { numRuns: ACCEPTED, endOnFailure: false },
  );
  // The inputs reach what the constructs can make.
  for (const kind of ['Deployment', 'StatefulSet', 'HorizontalPodAutoscaler', 'Gateway', 'Ingress', 'BackendConfig'])
    expect([...kinds]).toContain(kind);
}, 300_000);

test('nothing of them is kept', () => {
  expect(get<{ items: unknown[] }>('deployments,statefulsets,services', `--namespace=${NAMESPACE}`).items).toEqual([]);
});
