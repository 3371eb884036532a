import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { load } from 'js-yaml';

/** The parts of a kubeconfig that say where a cluster is. */
interface Kubeconfig {
  readonly 'current-context'?: unknown;
  readonly contexts?: unknown;
  readonly clusters?: unknown;
}

/** A context of a kubeconfig and the address of its API server. */
export interface Target {
  readonly context: string | undefined;
  readonly server: string | undefined;
  /** The contexts there are. */
  readonly contexts: readonly string[];
}

/**
 * Where a context leads, by the text of a kubeconfig or by the files that `kubectl` uses. Undefined where none of them can be read.
 */
export function targetOf(
  context: string | undefined,
  kubeconfig: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Target | undefined {
  const texts = kubeconfig === undefined ? filesOf(environment).flatMap(read) : [kubeconfig];
  const configs = texts.flatMap(parsed);
  if (configs.length === 0) return undefined;
  // As kubectl merges them: the first file that has a name wins.
  const contexts = configs.flatMap((config) => named(config.contexts, 'context'));
  const clusters = configs.flatMap((config) => named(config.clusters, 'cluster'));
  const current = configs
    .map((config) => config['current-context'])
    .find((name) => typeof name === 'string' && name !== '');
  const name = context ?? (current as string | undefined);
  const cluster = contexts.find((candidate) => candidate.name === name)?.value.cluster;
  const server = clusters.find((candidate) => candidate.name === cluster)?.value.server;
  return {
    context: name,
    server: typeof server === 'string' ? server : undefined,
    contexts: [...new Set(contexts.map((candidate) => candidate.name))].sort(),
  };
}

/** A file in which `kubectl` looks for contexts. */
export interface KubeconfigFile {
  readonly file: string;
  /** Why nothing can be taken from it, as the end of a sentence that begins with its name; undefined where something can. */
  readonly wrong: string | undefined;
}

/** The files that `kubectl` uses: those that `KUBECONFIG` names, else the one in the home folder. */
export function kubeconfigFiles(environment: NodeJS.ProcessEnv = process.env): readonly KubeconfigFile[] {
  return filesOf(environment).map((file) => ({ file, wrong: wrongWith(file) }));
}

function wrongWith(file: string): string | undefined {
  try {
    return parsed(fs.readFileSync(file, 'utf8')).length > 0 ? undefined : 'holds no kubeconfig';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
  }
}

function filesOf(environment: NodeJS.ProcessEnv): readonly string[] {
  const listed = (environment.KUBECONFIG ?? '').split(path.delimiter).filter((file) => file !== '');
  return listed.length > 0 ? listed : [path.join(environment.HOME ?? os.homedir(), '.kube', 'config')];
}

function read(file: string): readonly string[] {
  try {
    return [fs.readFileSync(file, 'utf8')];
  } catch {
    return [];
  }
}

function parsed(text: string): readonly Kubeconfig[] {
  try {
    const value = load(text);
    return typeof value === 'object' && value !== null ? [value as Kubeconfig] : [];
  } catch {
    return [];
  }
}

function named(list: unknown, field: string): readonly { name: string; value: Readonly<Record<string, unknown>> }[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const { name, [field]: value } = (item ?? {}) as Readonly<Record<string, unknown>>;
    return typeof name === 'string' && typeof value === 'object' && value !== null
      ? [{ name, value: value as Readonly<Record<string, unknown>> }]
      : [];
  });
}
