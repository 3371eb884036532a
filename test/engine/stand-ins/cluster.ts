import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { load } from 'js-yaml';
import { differences, isRecord, type Json, valueAt, within } from './properties';
import { World } from './world';

/** An object as the API server holds it. */
export interface KubernetesObject extends Json {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid?: string } & Json;
}

/** What the API server refuses, in its own words. */
export class ApiError extends Error {}

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'Namespace',
  'PersistentVolume',
  'StorageClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'PriorityClass',
]);

/** What a cluster knows without definitions. */
const BUILT_IN =
  /^(v1|apps\/.*|batch\/.*|autoscaling\/.*|policy\/.*|networking\.k8s\.io\/.*|rbac\..*|storage\.k8s\.io\/.*|apiextensions\..*|scheduling\..*|coordination\..*)$/;

/** What GKE adds to it. */
const GKE = /^(cloud\.google\.com|networking\.gke\.io|monitoring\.googleapis\.com|gateway\.networking\.k8s\.io)\//;

/** The fields of a StatefulSet that the API server lets change. */
const STATEFUL_SET_MAY_CHANGE = [
  'spec.replicas',
  'spec.ordinals',
  'spec.template',
  'spec.updateStrategy',
  'spec.persistentVolumeClaimRetentionPolicy',
  'spec.minReadySeconds',
  'spec.revisionHistoryLimit',
];

/** An API server: objects by kind, namespace and name, the rules of admission that matter to a deployment, and the controllers that make claims and pods. */
export class Cluster {
  private readonly world: World;

  /** @param server its address, such as `https://production.invalid`; one that names `kind` knows nothing of GKE */
  constructor(
    readonly server: string,
    folder?: string,
  ) {
    this.world = new World(`cluster ${server.replace('https://', '')}`, folder);
  }

  objects(): readonly KubernetesObject[] {
    return Object.values(this.world.all()) as KubernetesObject[];
  }

  get(kind: string, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.world.get(key(kind, namespace, name)) as KubernetesObject | undefined;
  }

  live(object: KubernetesObject): KubernetesObject | undefined {
    return this.get(object.kind, namespaceOf(object), object.metadata.name);
  }

  create(object: KubernetesObject): KubernetesObject {
    this.admit(object);
    if (this.live(object) !== undefined)
      throw new ApiError(`${plural(object)} "${object.metadata.name}" already exists`);
    this.world.note(`create ${this.server} ${key(object.kind, namespaceOf(object), object.metadata.name)}`);
    return this.store(object, { uid: `${object.kind}-${Math.random().toString(36).slice(2, 10)}` });
  }

  update(object: KubernetesObject): KubernetesObject {
    this.admit(object);
    const before = this.live(object);
    if (before === undefined) throw new ApiError(`${plural(object)} "${object.metadata.name}" not found`);
    refuseFixed(before, object);
    this.world.note(`update ${this.server} ${key(object.kind, namespaceOf(object), object.metadata.name)}`);
    return this.store(object, { uid: before.metadata.uid });
  }

  /** @param orphan leaves what belongs to it */
  remove(kind: string, namespace: string | undefined, name: string, orphan = false): void {
    const object = this.get(kind, namespace, name);
    if (object === undefined) return;
    this.world.note(`delete ${this.server} ${key(kind, namespace, name)}`);
    this.world.remove(key(kind, namespace, name));
    for (const other of this.objects()) {
      const inside = kind === 'Namespace' && namespaceOf(other) === name;
      const owned = !orphan && other.metadata.ownerUid !== undefined && other.metadata.ownerUid === object.metadata.uid;
      const claimed =
        kind === 'PersistentVolumeClaim' &&
        other.kind === 'PersistentVolume' &&
        other.metadata.claim === `${namespace}/${name}`;
      if (inside || owned) this.remove(other.kind, namespaceOf(other), other.metadata.name);
      else if (claimed && valueAt(other, 'spec.persistentVolumeReclaimPolicy') !== 'Retain')
        this.remove(other.kind, undefined, other.metadata.name);
    }
    const set = /^(.*)-\d+$/.exec(name);
    // A pod that its set still wants comes back.
    if (kind === 'Pod' && set !== null) {
      const owner = this.get('StatefulSet', namespace, set[1] as string);
      if (owner !== undefined) this.control(owner);
    }
  }

  /** Everything of a kind in a namespace. */
  list(kind: string, namespace: string | undefined): readonly KubernetesObject[] {
    return this.objects().filter((object) => object.kind === kind && namespaceOf(object) === namespace);
  }

  /** As `kubectl patch` with a merge patch. */
  patch(object: KubernetesObject, change: Json): void {
    this.world.put(key(object.kind, namespaceOf(object), object.metadata.name), merged(object, change) as Json);
  }

  knows(apiVersion: string): boolean {
    return BUILT_IN.test(apiVersion) || (!this.server.includes('kind') && GKE.test(apiVersion));
  }

  private admit(object: KubernetesObject): void {
    if (!this.knows(object.apiVersion))
      throw new ApiError(`no matches for kind "${object.kind}" in version "${object.apiVersion}"`);
    const namespace = namespaceOf(object);
    if (namespace !== undefined && namespace !== 'default' && this.get('Namespace', undefined, namespace) === undefined)
      throw new ApiError(`namespaces "${namespace}" not found`);
  }

  private store(object: KubernetesObject, added: Json): KubernetesObject {
    const stored = { ...defaulted(object), metadata: { ...object.metadata, ...added } } as KubernetesObject;
    // Who kills what made a set, once the set is seen, finds its pods.
    if (object.kind === 'StatefulSet') this.control(stored);
    this.world.put(key(object.kind, namespaceOf(object), object.metadata.name), stored);
    return stored;
  }

  /** The controller of StatefulSets: each ordinal has its claims, which outlive the set, and its pod. */
  private control(set: KubernetesObject): void {
    const namespace = namespaceOf(set);
    const templates = valueAt(set, 'spec.volumeClaimTemplates');
    for (let ordinal = 0; ordinal < Number(valueAt(set, 'spec.replicas') ?? 1); ordinal += 1) {
      for (const template of Array.isArray(templates) ? (templates as KubernetesObject[]) : []) {
        const name = `${template.metadata.name}-${set.metadata.name}-${ordinal}`;
        if (this.get('PersistentVolumeClaim', namespace, name) !== undefined) continue;
        const volume = `pvc-${Math.random().toString(36).slice(2, 10)}`;
        this.put({
          apiVersion: 'v1',
          kind: 'PersistentVolume',
          metadata: { name: volume, claim: `${namespace}/${name}` },
          spec: { persistentVolumeReclaimPolicy: 'Delete' },
        });
        this.put({
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name, namespace },
          spec: { ...(template.spec as Json), volumeName: volume },
        });
      }
      const name = `${set.metadata.name}-${ordinal}`;
      const before = this.get('Pod', namespace, name);
      this.put({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name,
          namespace,
          uid: before?.metadata.uid ?? `pod-${Math.random().toString(36).slice(2, 10)}`,
          ownerUid: set.metadata.uid,
        },
      });
    }
  }

  private put(object: Json): void {
    const { kind, metadata } = object as KubernetesObject;
    this.world.put(key(kind, metadata.namespace, metadata.name), object);
  }
}

export function namespaceOf(object: KubernetesObject): string | undefined {
  return CLUSTER_SCOPED.has(object.kind) ? undefined : (object.metadata.namespace ?? 'default');
}

export function key(kind: string, namespace: string | undefined, name: string): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** A number of pods that nobody wrote is one. */
function defaulted(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') return object;
  return { ...object, spec: { replicas: 1, ...(object.spec as Json) } };
}

function refuseFixed(before: KubernetesObject, after: KubernetesObject): void {
  const changed = differences(pick(before), pick(after));
  const fixed = after.kind === 'StatefulSet' ? changed.filter((path) => !within(path, STATEFUL_SET_MAY_CHANGE)) : [];
  if (fixed.length > 0)
    throw new ApiError(
      `${after.kind} "${after.metadata.name}" is invalid: spec: Forbidden: updates to ${fixed.join(', ')} are forbidden`,
    );
}

function pick(object: KubernetesObject): Json {
  return { spec: object.spec };
}

function plural(object: KubernetesObject): string {
  return `${object.kind.toLowerCase()}s`;
}

function merged(value: unknown, change: unknown): unknown {
  if (!isRecord(change)) return change;
  const base = isRecord(value) ? value : {};
  return Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(change)])]
      .map((name) => [name, name in change ? merged(base[name], change[name]) : base[name]] as const)
      .filter(([, item]) => item !== null),
  );
}

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: { readonly cluster: string } }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster: Json & { readonly server: string } }[];
}

/** The cluster that a kubeconfig and a context mean, as a client of Kubernetes works it out. */
export function activeCluster(
  given: { readonly kubeconfig?: unknown; readonly context?: unknown },
  environment: NodeJS.ProcessEnv = process.env,
): Json | undefined {
  const text = kubeconfigText(given.kubeconfig, environment);
  if (text === undefined) return undefined;
  const config = load(text) as Kubeconfig;
  const name = typeof given.context === 'string' ? given.context : config['current-context'];
  const context = config.contexts?.find((candidate) => candidate.name === name)?.context;
  return config.clusters?.find((candidate) => candidate.name === context?.cluster)?.cluster;
}

/** The kubeconfig that `kubectl` uses. */
export function kubeconfigFile(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.KUBECONFIG || path.join(environment.HOME ?? os.homedir(), '.kube', 'config');
}

/** A kubeconfig given as text, or as a path; otherwise the one that `kubectl` would use. */
function kubeconfigText(given: unknown, environment: NodeJS.ProcessEnv): string | undefined {
  const file = typeof given === 'string' && given !== '' ? given : kubeconfigFile(environment);
  if (file.includes('{') || file.includes('\n')) return file;
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}
