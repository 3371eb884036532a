import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, activeCluster, Cluster, type KubernetesObject, key, namespaceOf } from './cluster';
import { differences, type Json, pruned, UNKNOWN, valueAt, within } from './properties';
import { type Difference, NotReady, serveProvider } from './provider';
import { replacedBy } from './replaced-by';
import { checkInputs } from './sdk-types';
import { Refusal } from './serving';
import { trouble } from './world';

/** Settings of the provider, once it is configured. */
let settings: Json = {};

function replacing(object: KubernetesObject): readonly string[] {
  return replacedBy(object, {
    configMaps: String(settings.enableConfigMapMutable) === 'true',
    secrets: String(settings.enableSecretMutable) === 'true',
  });
}

function cluster(): Cluster {
  const active = activeCluster({ kubeconfig: settings.kubeconfig, context: settings.context });
  if (active === undefined)
    throw new Refusal('configured Kubernetes cluster is unreachable: unable to load Kubernetes client configuration');
  return new Cluster(String(active.server));
}

/** Waits as long as a test wants; what a test wants stuck does not become ready. */
async function awaited(object: KubernetesObject, inputs: Json): Promise<void> {
  const { slow, refused } = trouble();
  for (const name of [key(object.kind, namespaceOf(object), object.metadata.name), object.kind]) {
    if (slow?.[name] !== undefined) await sleep(slow[name] * 1000);
    if (refused?.[name] !== undefined) throw new NotReady(refused[name], idOf(object), inputs, stateOf(object, inputs));
  }
}

function idOf(object: KubernetesObject): string {
  const namespace = namespaceOf(object);
  return namespace === undefined ? object.metadata.name : `${namespace}/${object.metadata.name}`;
}

function stateOf(live: KubernetesObject, inputs: Json): Json {
  return { ...inputs, metadata: { ...(inputs.metadata as Json), uid: live.metadata.uid } };
}

function reported<T>(urn: string, step: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Refusal(`resource "${urn}" was not successfully ${step} by the Kubernetes API server: ${error.message}`);
  }
}

/**
 * A new identifier is a new cluster. An identifier that stays is the same cluster, wherever the kubeconfig points to; without one, the cluster is told by its entry
 * in the kubeconfig.
 */
function diffConfig(before: Json, after: Json): Difference {
  const paths = differences(before, after);
  const { clusterIdentifier: was } = before;
  const { clusterIdentifier: is } = after;
  if (was !== undefined && was === is) return { paths, replaces: [] };
  const replaces = was !== undefined && is !== undefined ? ['clusterIdentifier'] : [];
  const unknown = ['kubeconfig', 'context', 'cluster'].filter((name) => after[name] === UNKNOWN);
  if (unknown.length > 0) return { paths, replaces: [...replaces, ...unknown] };
  const moved = differences(activeCluster(before) ?? {}, activeCluster(after) ?? {}).length > 0;
  const by = paths.filter((path) => path === 'kubeconfig' || path === 'context');
  return { paths, replaces: moved ? [...replaces, ...by] : replaces };
}

serveProvider({
  version: (require('@pulumi/kubernetes/package.json') as { version: string }).version,
  configure: (given) => {
    settings = given;
  },
  diffConfig,
  check: ({ type }, inputs) => ({ inputs, failures: checkInputs('kubernetes', type, inputs) }),
  diff: (_subject, before, after, ignored) => {
    const object = after as KubernetesObject;
    const paths = differences(before, after).filter((path) => !within(path, ignored));
    const replaces = paths.filter((path) => within(path, replacing(object)));
    const sameName = ['metadata.name', 'metadata.namespace'].every(
      (path) => valueAt(before, path) === valueAt(after, path),
    );
    return { paths, replaces, deleteBeforeReplace: replaces.length > 0 && sameName };
  },
  create: async ({ urn }, inputs) => {
    const object = inputs as KubernetesObject;
    const live = reported(urn, 'created', () => {
      const target = cluster();
      const adopts = String(settings.upsertExistingObjects) === 'true' && target.live(object) !== undefined;
      return adopts ? target.update(object) : target.create(object);
    });
    await awaited(live, inputs);
    return { id: idOf(object), state: stateOf(live, inputs) };
  },
  update: async ({ urn }, _id, _before, after) => {
    const live = reported(urn, 'updated', () => cluster().update(after as KubernetesObject));
    await awaited(live, after);
    return stateOf(live, after);
  },
  read: ({ type }, id, inputs) => {
    const parts = id.split('/');
    const name = parts.pop() as string;
    const live = cluster().get(type.split(':').pop() as string, parts[0], name);
    if (live === undefined) return undefined;
    const { uid: _uid, ownerUid: _owner, ...metadata } = live.metadata as Json;
    const known = { ...live, metadata };
    const managed = Object.keys(inputs).length === 0 ? known : (pruned(known, inputs) as Json);
    return { inputs: managed, state: stateOf(live, managed) };
  },
  remove: async (_subject, _id, inputs) => {
    const object = inputs as KubernetesObject;
    cluster().remove(object.kind, namespaceOf(object), object.metadata.name);
    // As the real one: what was asked for is waited for.
    const seconds = trouble().slow?.[`delete ${object.kind}`] ?? 0;
    await sleep(seconds * 1000);
  },
});
