import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl, NODE } from './components';
import { inFolder, ROOT } from './folder';
import { alone } from './lock';
import { inside } from './sandbox';

type Json = { readonly [key: string]: unknown };

const SCHEMAS = ['gke.json', 'gateway-api.json', 'monitoring.json'];

/** Volumes that wait for a claim; two suites beside each other take about two dozen at once. */
const VOLUMES = 40;

/** What one volume holds. It claims to be larger, as the manifests ask for; here it must be possible to fill one. */
const VOLUME_SIZE = '32m';

/** The kinds of Google and of the Gateway API that the manifests use. */
export function kindDefinitions(): readonly (Json & { readonly metadata: { readonly name: string } })[] {
  return SCHEMAS.flatMap((file) => definitionsOf(JSON.parse(readFileSync(join(ROOT, 'test/schemas', file), 'utf8'))));
}

/** What Google's clusters know and a plain one does not: kinds, a storage class, and volumes for it. */
export function addKinds(): void {
  kubectl(['apply', '--server-side', '-f', '-'], list(kindDefinitions()));
  const classes = [
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'standard-rwo' },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    },
  ];
  kubectl(['apply', '--server-side', '-f', '-'], list(classes));
  freshVolumes();
}

/**
 * Puts an empty volume in the place of every one that was used and is not any more. Each is a file system of its own, so that it can be full and never
 * is another's. One suite at a time: another would take away what this one has just made, and wait for ever until it is gone.
 */
export function freshVolumes(): void {
  alone('volumes', renewVolumes);
}

function renewVolumes(): void {
  const { items } = JSON.parse(kubectl(['get', 'persistentvolumes', '--output=json'])) as {
    items: { metadata: { name: string }; status: { phase: string } }[];
  };
  const used = items
    .filter(({ status }) => ['Released', 'Failed'].includes(status.phase))
    .map(({ metadata }) => metadata.name);
  if (used.length > 0) kubectl(['delete', 'persistentvolume', ...used, '--timeout=60s']);
  const kept = new Set(items.map(({ metadata }) => metadata.name).filter((name) => !used.includes(name)));
  const made = Array.from({ length: VOLUMES }, (_, index) => `volume-${index}`).filter((name) => !kept.has(name));
  if (made.length === 0) return;
  for (const name of made) mkdirSync(inFolder('volumes', name), { recursive: true });
  inside('bash', [
    '-euc',
    `for name in ${made.join(' ')}; do at=${inFolder('volumes')}/$name; umount $at 2>/dev/null || true; mount -t tmpfs -o size=${VOLUME_SIZE} tmpfs $at; done`,
  ]);
  kubectl(['apply', '--server-side', '-f', '-'], list(made.map(volume)));
}

function volume(name: string): Json {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '100Gi' },
      accessModes: ['ReadWriteOnce', 'ReadWriteMany'],
      storageClassName: 'standard-rwo',
      persistentVolumeReclaimPolicy: 'Retain',
      local: { path: inFolder('volumes', name) },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [NODE] }] },
          ],
        },
      },
    },
  };
}

function list(items: readonly unknown[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** The definitions of all kinds of a file of schemas. */
function definitionsOf({ kinds, $defs }: { kinds: Json; $defs: Json }): (Json & { metadata: { name: string } })[] {
  return Object.keys(kinds).map((name) => {
    const [, group, version, kind] = /^(.+)\/(\S+) (\S+)$/.exec(name) as unknown as [string, string, string, string];
    const { properties } = $defs[kind] as { properties: { spec?: Json } };
    const plural = kind.toLowerCase().replace(/y$/, 'ie').replace(/s?$/, 's');
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: `${plural}.${group}`,
        // The groups of Kubernetes itself want to be told that this is not an accident.
        annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api' },
      },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind, plural, singular: kind.toLowerCase() },
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: structural(properties.spec ?? { type: 'object' }, $defs),
                  status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
            },
          },
        ],
      },
    };
  });
}

/**
 * A schema as the API server takes it: without references, and without the words that it does not know. It refuses unknown fields by itself.
 */
function structural(schema: unknown, $defs: Json): unknown {
  if (Array.isArray(schema)) return schema.map((part) => structural(part, $defs));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, additionalProperties, ...rest } = schema as Json;
  if (typeof $ref === 'string') return structural($defs[$ref.slice('#/$defs/'.length)], $defs);
  // A name or a number.
  if (Array.isArray(rest.anyOf) && rest.type === undefined) return { 'x-kubernetes-int-or-string': true };
  const plain = Object.entries(rest).map(([name, value]) => [name, structural(value, $defs)]);
  return {
    ...Object.fromEntries(plain),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: structural(additionalProperties, $defs) }
      : {}),
  };
}
