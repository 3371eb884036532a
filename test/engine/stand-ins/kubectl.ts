import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadAll } from 'js-yaml';
import { ApiError, activeCluster, Cluster, type KubernetesObject, key, namespaceOf } from './cluster';
import { differences, isRecord, type Json, pruned, valueAt } from './properties';

/** Kinds by the names that people write. */
const KINDS: Readonly<Record<string, string>> = {
  configmap: 'ConfigMap',
  deployment: 'Deployment',
  ingress: 'Ingress',
  managedcertificate: 'ManagedCertificate',
  namespace: 'Namespace',
  persistentvolumeclaim: 'PersistentVolumeClaim',
  pod: 'Pod',
  pv: 'PersistentVolume',
  pvc: 'PersistentVolumeClaim',
  service: 'Service',
  statefulset: 'StatefulSet',
};

/** Options with a value. */
const VALUED = ['--context', '--namespace', '-n', '--patch', '-p', '-f', '--cascade', '-o', '--type', '--timeout'];

/** What `kubectl apply` remembers to have written, of an object. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const options = new Map<string, string>();
const words: string[] = [];
const given = process.argv.slice(2);
while (given.length > 0) {
  const argument = given.shift() as string;
  const [name, value] = argument.split(/=(.*)/s) as [string, string | undefined];
  if (!argument.startsWith('-')) words.push(argument);
  else options.set(name, value ?? (VALUED.includes(name) ? (given.shift() ?? '') : ''));
}
const option = (...names: readonly string[]) =>
  names.map((name) => options.get(name)).find((value) => value !== undefined);

try {
  process.exitCode = run();
} catch (error) {
  if (!(error instanceof ApiError)) throw error;
  console.error(`Error from server: ${error.message}`);
  process.exitCode = 1;
}

/** The part of kubectl that docs/deploy.md and the outputs of a stack use. */
function run(): number {
  const active = activeCluster({ context: option('--context') });
  if (active === undefined) throw new ApiError('no context; set one');
  const cluster = new Cluster(String(active.server));
  const namespace = option('--namespace', '-n') ?? 'default';
  const [verb = '', ...rest] = words;
  const file = option('-f');
  if (file !== undefined) {
    const command = words.join(' ');
    const run = {
      diff,
      apply,
      'apply set-last-applied': setLastApplied,
      get: getEach,
      ...(options.has('--local') ? { patch: patchLocally } : {}),
    }[command];
    // Also where a pattern of the shell finds more than one file.
    if (run === undefined) throw new ApiError(`Unexpected args: ${command}`);
    return run(cluster, manifestsIn(file));
  }
  const targets = verb === 'rollout' || verb === 'apply' ? rest.slice(1) : rest;
  const [kind, name] = targetOf(targets);
  const object = name === undefined ? undefined : cluster.get(kind, scopeOf(kind, namespace), name);
  if (name !== undefined && object === undefined)
    throw new ApiError(`(NotFound): ${kind.toLowerCase()}s "${name}" not found`);
  switch (verb) {
    case 'get':
    case 'describe':
      return show(object === undefined ? cluster.list(kind, scopeOf(kind, namespace)) : [object], object === undefined);
    case 'apply':
      if (rest[0] !== 'view-last-applied') throw new ApiError('must specify -f');
      if (Object.keys(lastApplied(object as KubernetesObject)).length === 0)
        throw new ApiError('no last-applied-configuration annotation found on resource');
      console.log(JSON.stringify(lastApplied(object as KubernetesObject)));
      return 0;
    case 'rollout':
      console.log(`${kind.toLowerCase()} rolling update complete`);
      return 0;
    case 'scale':
      cluster.patch(object as KubernetesObject, { spec: { replicas: Number(option('--replicas')) } });
      console.log(`${kind} ${name} scaled`);
      return 0;
    case 'patch':
      cluster.patch(object as KubernetesObject, JSON.parse(option('--patch', '-p') ?? '{}') as Json);
      console.log(`${kind} ${name} patched`);
      return 0;
    case 'delete':
      cluster.remove(kind, scopeOf(kind, namespace), name as string, option('--cascade') === 'orphan');
      console.log(`${kind} "${name}" deleted`);
      return 0;
    default:
      throw new ApiError(`kubectl ${verb} is not a part of this stand-in`);
  }
}

function targetOf(targets: readonly string[]): readonly [string, string | undefined] {
  const [first = '', second] = targets;
  const [written, name] = first.includes('/') ? (first.split('/') as [string, string]) : [first, second];
  // With its group, as `-o name` writes it.
  const kind = KINDS[written.split('.')[0] ?? ''];
  if (kind === undefined) throw new ApiError(`the server doesn't have a resource type "${written}"`);
  return [kind, name];
}

function scopeOf(kind: string, namespace: string): string | undefined {
  return namespaceOf({ apiVersion: '', kind, metadata: { name: '', namespace } });
}

/** `-o name`, `-o jsonpath={…}` with one path of one object, or a line for each. */
function show(objects: readonly KubernetesObject[], list: boolean): number {
  const format = option('-o');
  const path = /^jsonpath=\{\.(.*)\}$/.exec(format ?? '')?.[1];
  // The path would be one of the list, and find nothing.
  if (path !== undefined && list) throw new ApiError(`${path} is not found in a list`);
  for (const object of objects) {
    const { kind, metadata } = object;
    if (format === 'name') console.log(nameOf(object));
    else if (path !== undefined) console.log(String(valueAt(object, path)));
    else console.log(key(kind, namespaceOf(object), metadata.name));
  }
  return 0;
}

/** As `-o name` writes it: the kind with its group. */
function nameOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${kind.toLowerCase()}${group}/${metadata.name}`;
}

function manifestsIn(file: string): readonly KubernetesObject[] {
  if (file === '-') return loadAll(fs.readFileSync(0, 'utf8')) as KubernetesObject[];
  const files = fs.statSync(file).isDirectory()
    ? fs
        .readdirSync(file)
        .sort()
        .map((name) => path.join(file, name))
    : [file];
  return files.flatMap((name) => loadAll(fs.readFileSync(name, 'utf8'))) as KubernetesObject[];
}

function remembering(object: KubernetesObject): KubernetesObject {
  const annotations = { ...(object.metadata.annotations as Json), [LAST_APPLIED]: JSON.stringify(object) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function lastApplied(live: KubernetesObject): Json {
  return JSON.parse(String((live.metadata.annotations as Json | undefined)?.[LAST_APPLIED] ?? '{}')) as Json;
}

/** Writes what the files say, takes back what was written before and is not there any more, and leaves the rest. */
function apply(cluster: Cluster, objects: readonly KubernetesObject[]): number {
  for (const object of objects) {
    const live = cluster.live(object);
    if (live === undefined) cluster.create(remembering(object));
    else cluster.update(merged(live, lastApplied(live), remembering(object)) as KubernetesObject);
    console.log(`${object.kind} ${object.metadata.name} configured`);
  }
  return 0;
}

function merged(live: unknown, before: unknown, after: unknown): unknown {
  if (!isRecord(live) || !isRecord(after)) return after;
  const was = isRecord(before) ? before : {};
  return Object.fromEntries(
    [...new Set([...Object.keys(live), ...Object.keys(after)])]
      .filter((name) => name in after || !(name in was))
      .map((name) => [name, name in after ? merged(live[name], was[name], after[name]) : live[name]]),
  );
}

function setLastApplied(cluster: Cluster, objects: readonly KubernetesObject[]): number {
  for (const object of objects) {
    const live = cluster.live(object);
    if (live === undefined) throw new ApiError(`${object.kind} "${object.metadata.name}" not found`);
    const { annotations } = remembering(object).metadata;
    cluster.patch(live, { metadata: { annotations: annotations as Json } });
    console.log(`${object.kind} ${object.metadata.name} configured`);
  }
  return 0;
}

function getEach(cluster: Cluster, objects: readonly KubernetesObject[]): number {
  const live = objects.flatMap((object) => {
    const found = cluster.live(object);
    if (found === undefined && !options.has('--ignore-not-found'))
      throw new ApiError(`(NotFound): ${object.kind} "${object.metadata.name}" not found`);
    return found ?? [];
  });
  return show(live, false);
}

/** Changes what it is given, asks no server, and writes it down. */
function patchLocally(_cluster: Cluster, objects: readonly KubernetesObject[]): number {
  const patch = JSON.parse(option('--patch', '-p') ?? '{}') as Json;
  for (const object of objects) console.log(JSON.stringify(patched(object, patch)));
  return 0;
}

/** @see https://www.rfc-editor.org/rfc/rfc7386 */
function patched(value: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const before = isRecord(value) ? value : {};
  return Object.fromEntries(
    Object.entries({ ...before, ...patch })
      .filter(([, field]) => field !== null)
      .map(([name, field]) => [name, name in patch ? patched(before[name], field) : field]),
  );
}

/** Ends with 1 where there are differences, as kubectl does. */
function diff(cluster: Cluster, objects: readonly KubernetesObject[]): number {
  const changed = objects.flatMap((object) => {
    const live = cluster.live(object);
    return differences(pruned(live ?? {}, object), object).map(
      (path) => `${key(object.kind, namespaceOf(object), object.metadata.name)} ${path}`,
    );
  });
  for (const line of changed) console.log(line);
  return changed.length === 0 ? 0 : 1;
}
