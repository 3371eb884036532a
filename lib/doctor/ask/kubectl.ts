import type { ChildProcess } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import * as fs from 'node:fs';
import { request } from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { InvalidInputError, shown } from '../../input/problems';
import type { ApiAnswer, Cluster, Forwarded } from './cluster';
import { spawnKept } from './kept';
import { type Environment, run } from './program';

export interface KubectlOptions {
  /** @default - the current context */
  readonly context?: string;
  readonly namespace?: string;
  readonly signal: AbortSignal;
  /** @default "kubectl" */
  readonly program?: string;
  /** What kubectl finds in its environment, such as KUBECONFIG. @default - that of this process */
  readonly environment?: Environment;
}

/** How long the API server may take for one answer. */
const ANSWER_MS = 15_000;
/** How long kubectl may take to open a way. */
const OPEN_MS = 10_000;

interface Config {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: { readonly namespace?: string } }[] | null;
}

/**
 * Opens the cluster that kubectl knows: with its configuration, its plugins for logging in, and the permissions of whoever runs it.
 * The API is reached through a socket that only this user may use, and that is gone with this process.
 *
 * @throws {InvalidInputError} that says what is missing
 */
export async function openCluster(options: KubectlOptions): Promise<Cluster> {
  const program = options.program ?? 'kubectl';
  const { signal } = options;
  // One for each request and child that is under way.
  setMaxListeners(0, signal);
  const viewed = await run(program, ['config', 'view', '--output=json'], signal, options.environment);
  if (viewed.missing)
    throw new InvalidInputError([
      `${shown(program)} is not installed, or not in PATH; the cluster is asked through kubectl`,
    ]);
  if (viewed.status !== 0)
    throw new InvalidInputError([`kubectl cannot read its configuration: ${lastLine(viewed.err)}`]);
  const config = configOf(viewed.out);
  const context = options.context ?? config['current-context'] ?? '';
  const known = (config.contexts ?? []).map(({ name }) => name);
  const found = config.contexts?.find(({ name }) => name === context);
  // Inside a pod there is a service account and no context.
  const inPod = context === '' && process.env.KUBERNETES_SERVICE_HOST !== undefined;
  if (found === undefined && !inPod)
    throw new InvalidInputError([
      context === ''
        ? 'kubectl has no current context; choose one with kubectl config use-context, or give --context <name>'
        : `--context ${shown(context)} is not in kubectl's configuration; there ${known.length === 0 ? 'is none' : `is ${known.join(', ')}`}`,
    ]);
  const namespace = options.namespace ?? found?.context.namespace ?? (inPod ? ownNamespace() : 'default');
  const base = inPod ? [] : [`--context=${context}`];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-doctor-'));
  const socket = path.join(folder, 'api.sock');
  const proxy = spawnKept(program, [...base, 'proxy', `--unix-socket=${socket}`], options.environment, folder);
  const forwards = new Set<ChildProcess>();
  let calls = 0;
  const close = () => {
    for (const child of [proxy, ...forwards]) child.kill();
    fs.rmSync(folder, { recursive: true, force: true });
    process.removeListener('exit', close);
  };
  process.on('exit', close);
  const opened = await waitFor(proxy, /Starting to serve/);
  if (opened.error !== '') {
    close();
    throw new InvalidInputError([`kubectl proxy did not start: ${opened.error}`]);
  }
  const ask = (method: string, at: string, body?: string, type = 'application/json'): Promise<ApiAnswer> => {
    calls += 1;
    return new Promise((resolve) => {
      const asked = request(
        { socketPath: socket, path: at, method, headers: { host: 'localhost', 'content-type': type }, signal },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', () => resolve({ status: 0, body: 'the answer broke off', server: '' }));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              body: Buffer.concat(parts).toString(),
              server: String(response.headers.server ?? ''),
            }),
          );
        },
      );
      asked.setTimeout(ANSWER_MS, () => asked.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
      asked.on('error', (error) => resolve({ status: 0, body: error.message, server: '' }));
      asked.end(body);
    });
  };
  return {
    context: inPod ? 'this pod’s service account' : context,
    namespace,
    calls: () => calls,
    get: (at) => ask('GET', at),
    patch: ({ path: at, operations, dryRun }) =>
      ask(
        'PATCH',
        `${at}?fieldManager=holdfast-doctor${dryRun ? '&dryRun=All' : ''}`,
        JSON.stringify(operations),
        'application/json-patch+json',
      ),
    evict: (pod) =>
      ask(
        'POST',
        `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`,
        JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } }),
      ),
    forward: async (pod, ports) => {
      // The pod is read, and a stream is opened.
      calls += 2;
      const child = spawnKept(
        program,
        [...base, `--namespace=${namespace}`, 'port-forward', `pod/${pod}`, ...ports.map((port) => `:${port}`)],
        options.environment,
      );
      forwards.add(child);
      const end = () => {
        child.kill();
        forwards.delete(child);
      };
      return { ...(await forwarded(child, ports)), close: end };
    },
    close,
  };
}

function configOf(printed: string): Config {
  try {
    return (JSON.parse(printed) ?? {}) as Config;
  } catch {
    throw new InvalidInputError([
      `kubectl config view printed no JSON, but ${shown(printed.trim())}; is the kubectl in PATH the one of Kubernetes?`,
    ]);
  }
}

async function forwarded(child: ChildProcess, ports: readonly number[]): Promise<Omit<Forwarded, 'close'>> {
  const last = ports.at(-1);
  const { text, error } = await waitFor(child, new RegExp(`127\\.0\\.0\\.1:\\d+ -> ${last}\\b`));
  const found = [...text.matchAll(/127\.0\.0\.1:(\d+) -> (\d+)/g)].map(([, local, remote]) => [
    Number(remote),
    Number(local),
  ]);
  return { ports: new Map(found as [number, number][]), error };
}

/** Waits until a child says what it says when it is ready, or ends, or takes too long. */
function waitFor(child: ChildProcess, said: RegExp): Promise<{ readonly text: string; readonly error: string }> {
  return new Promise((resolve) => {
    let text = '';
    let err = '';
    const done = (error: string) => {
      clearTimeout(timer);
      resolve({ text, error });
    };
    const timer = setTimeout(() => done(lastLine(err) || `nothing happened within ${OPEN_MS / 1000} s`), OPEN_MS);
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      if (said.test(text)) done('');
    });
    child.stderr?.on('data', (part: Buffer) => {
      err += part.toString();
    });
    child.on('error', (error) => done(error.message));
    child.on('close', () => done(lastLine(err) || 'it ended'));
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function ownNamespace(): string {
  try {
    return fs.readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/namespace', 'utf8').trim();
  } catch {
    return 'default';
  }
}
