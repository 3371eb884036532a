import { shown } from '../../input/problems';
import { mappingOf, textOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import type { ApiAnswer, Cluster } from '../ask/cluster';
import type { Json } from '../evidence';
import { apiVersionOf, KINDS_TO_READ, type KindToRead, listPath } from './kinds';
import { redactObject } from './redact-objects';

/** What came of reading the objects of one kind. */
export interface ObjectsSeen {
  readonly request: { readonly kind: string };
  readonly answer: {
    readonly items: readonly Manifest[];
    /** Why they could not be read; absent where they could. */
    readonly refused?: string;
  };
}

/** Writes one piece of evidence down. */
export type Record = (probe: string, request: Json, answer: Json, at: number, took: number) => void;

/** Why nothing in the cluster can be looked at. */
export class CannotLook extends Error {}

/**
 * Reads every object of the namespace that the way of a connection is made of; one request for each kind.
 *
 * @throws {CannotLook} where the API server, the namespace or the permission to read pods is missing
 */
export async function collectObjects(cluster: Cluster, record: Record, now: () => number): Promise<void> {
  const groups = await cluster.get('/apis');
  if (groups.status === 0 || groups.status >= 500)
    throw new CannotLook(
      `the API server of context ${cluster.context} does not answer: ${reasonOf(groups)}; is the cluster there, and is this machine let in?`,
    );
  if (groups.status === 401)
    throw new CannotLook(`context ${cluster.context} is not logged in: ${reasonOf(groups)}; log in again`);
  const known = new Set(
    read<{ groups?: { name: string }[] }>(groups.status === 200 ? groups.body : '{}').groups?.map(({ name }) => name),
  );
  const wanted = KINDS_TO_READ.filter(({ extension, group }) => extension === undefined || known.has(group));
  const answers = await Promise.all(
    wanted.map(async (kind) => {
      const at = now();
      const answer = await cluster.get(listPath(kind, cluster.namespace));
      return { kind, answer, at, took: now() - at };
    }),
  );
  const pods = answers.find(({ kind }) => kind.kind === 'Pod');
  if (pods !== undefined && pods.answer.status !== 200)
    throw new CannotLook(
      `pods of namespace ${cluster.namespace} may not be read: ${reasonOf(pods.answer)}; holdfast doctor --rbac prints the Role that it needs`,
    );
  for (const { kind, answer, at, took } of answers) {
    // An extension that is there in another version only is nothing that this system uses.
    if (answer.status === 404 && kind.extension) continue;
    const items = answer.status === 200 ? itemsOf(kind, answer.body) : [];
    const refused = answer.status === 200 ? {} : { refused: reasonOf(answer) };
    record('objects', { kind: kind.kind }, { items, ...refused } as unknown as Json, at, took);
  }
  const all = answers.filter(({ kind }) => kind.kind !== 'ConfigMap' && kind.kind !== 'Event');
  if (all.some(({ kind, answer }) => answer.status === 200 && itemsOf(kind, answer.body).length > 0)) return;
  const namespace = await cluster.get(`/api/v1/namespaces/${cluster.namespace}`);
  if (namespace.status === 404)
    throw new CannotLook(`there is no namespace ${cluster.namespace} in context ${cluster.context}; give -n <name>`);
  throw new CannotLook(
    `namespace ${cluster.namespace} in context ${cluster.context} holds no workload, Service or Ingress; give -n <name>`,
  );
}

/** @throws {CannotLook} where somebody else than an API server answered, such as a proxy with a page to log in */
function read<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch {
    throw new CannotLook(`what answers in the place of the API server sends no JSON, but ${shown(body.trim())}`);
  }
}

function itemsOf(kind: KindToRead, body: string): readonly Manifest[] {
  const { items = [] } = read<{ items?: readonly Manifest[] }>(body);
  // A list does not say of its items what they are.
  return items.map((item) => redactObject({ ...item, apiVersion: apiVersionOf(kind), kind: kind.kind }));
}

/** What the API server says of why, in one line. */
export function reasonOf({ status, body }: ApiAnswer): string {
  try {
    const message = textOf(mappingOf(JSON.parse(body)).message);
    if (message !== undefined) return message;
  } catch {
    // Not a Status.
  }
  const [line = ''] = body.trim().split('\n');
  return status === 0 ? line : `${status} ${line}`.trim().slice(0, 300);
}
